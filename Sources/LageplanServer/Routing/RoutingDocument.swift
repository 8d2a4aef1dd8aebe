import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// The answers of our own resources about roads.
///
/// Durations are written in seconds and lengths in metres, with the one decimal that they are known to.
enum RoutingDocument {
  /// How far the border of an area may be from the exact one, unless a request says.
  static let accuracy = Metres(50)

  // MARK: Profiles

  static func profiles(_ roads: RoadService.Standing, tellsClosures: Bool) -> [UInt8] {
    var members: [(key: String, value: JSONValue)] = [
      (
        "profiles",
        .array(
          roads.roads.profiles.map { profile in
            ["id": .text(profile.id), "title": .text(profile.title), "kind": .text(profile.kind.rawValue)]
          })
      ),
      ("source", source(roads.roads)),
    ]
    if tellsClosures {
      members.append(("closures", .array(roads.active.map { .text($0.id) })))
      members.append(("closuresLeftOut", .array(roads.book.faults.map(\.document))))
    }
    return JSONValue.object(members).bytes
  }

  private static func source(_ roads: Roads) -> JSONValue {
    let source = roads.source
    return [
      "file": .text(source.fileName), "dataDate": source.dataDate.map { .text($0) } ?? .null,
      "importDate": .text(source.importDate),
      "counts": .object(source.counts.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) }),
    ]
  }

  // MARK: Places

  static func snaps(of places: [Coordinate], _ router: RoadRouter, count: Int, within: Metres, isCancelled: () -> Bool)
    throws -> [UInt8]
  {
    try collection { output in
      for (index, place) in places.enumerated() {
        if isCancelled() { throw CancellationError() }
        let snaps = router.snap(place, count: count, RoadSnapConditions(within: within))
        for snap in snaps {
          feature(.point(snap.position), to: &output) { output in
            output.member("place", index)
            write(snap, router, to: &output)
          }
        }
        if snaps.isEmpty {
          feature(nil, to: &output) { output in
            output.member("place", index)
            output.member("reason", "notOnNetwork")
          }
        }
      }
    }
  }

  private static func write(_ snap: RoadSnap, _ router: RoadRouter, to output: inout JSONWriter) {
    output.key("distance")
    output.fixed(snap.distance.value, decimals: 3)
    output.member("name", router.roads.street(snap.street).name)
  }

  // MARK: Ways

  static func route(_ route: RoadRoute, _ snaps: [RoadSnap], _ router: RoadRouter, hasSteps: Bool) -> [UInt8] {
    var output = JSONWriter(reservingCapacity: 1 << 14)
    let legs = route.legs.map { OsrmLeg(joining: [$0]) }
    let line = OsrmLeg.line(of: legs)
    // A line has two ends at least: a way that goes nowhere stands still.
    feature(.lineString(line.count == 1 ? line + line : line), to: &output) { output in
      measures(route.cost, to: &output)
      output.key("legs")
      output.beginArray()
      for leg in legs {
        output.beginObject()
        measures(leg.cost, to: &output)
        output.member("summary", leg.summary)
        if hasSteps { steps(of: leg, to: &output) }
        output.endObject()
      }
      output.endArray()
      output.key("places")
      output.beginArray()
      for snap in snaps {
        output.beginObject()
        output.key("location")
        OsrmDrawing.place(snap.position, to: &output)
        write(snap, router, to: &output)
        output.endObject()
      }
      output.endArray()
    }
    return output.bytes
  }

  private static func steps(of leg: OsrmLeg, to output: inout JSONWriter) {
    output.key("steps")
    output.beginArray()
    for step in leg.steps {
      output.beginObject()
      output.member("type", step.manoeuvre.osrmType)
      if let modifier = step.osrmModifier { output.member("modifier", modifier) }
      output.member("name", step.street.name)
      if !step.street.reference.isEmpty { output.member("ref", step.street.reference) }
      measures(step.cost, to: &output)
      output.key("location")
      OsrmDrawing.place(step.position, to: &output)
      output.endObject()
    }
    output.endArray()
  }

  private static func measures(_ cost: RoadCost, to output: inout JSONWriter) {
    output.key("duration")
    output.fixed(Double(cost.duration) / 10, decimals: 1)
    output.key("length")
    output.fixed(Double(cost.length) / 10, decimals: 1)
  }

  // MARK: Tables

  static func table(
    from starts: [Coordinate], to ends: [Coordinate], _ router: RoadRouter, isCancelled: () -> Bool
  ) throws -> [UInt8] {
    let from = try nearest(to: starts, router, isCancelled: isCancelled)
    let to = try nearest(to: ends, router, isCancelled: isCancelled)
    guard let table = router.table(from: from, to: to, isCancelled: isCancelled) else { throw CancellationError() }
    var output = JSONWriter(reservingCapacity: table.durations.count * 16 + 4_096)
    output.beginObject()
    for (name, cells) in [("durations", table.durations), ("lengths", table.lengths)] {
      output.key(name)
      output.beginArray()
      for row in from.indices {
        output.beginArray()
        for column in to.indices {
          let cell = cells[row * to.count + column]
          if cell == RoadTable.unreachable { output.null() } else { output.fixed(Double(cell) / 10, decimals: 1) }
        }
        output.endArray()
      }
      output.endArray()
    }
    for (name, snaps) in [("from", from), ("to", to)] {
      output.key(name)
      output.beginArray()
      for snap in snaps {
        output.beginObject()
        if let snap {
          output.key("location")
          OsrmDrawing.place(snap.position, to: &output)
          write(snap, router, to: &output)
        } else {
          output.member("reason", "notOnNetwork")
        }
        output.endObject()
      }
      output.endArray()
    }
    reasons(table, from, to, to: &output)
    output.endObject()
    return output.bytes
  }

  private static func nearest(to places: [Coordinate], _ router: RoadRouter, isCancelled: () -> Bool) throws -> [RoadSnap?] {
    try places.map { place in
      if isCancelled() { throw CancellationError() }
      return router.nearest(to: place)
    }
  }

  /// So many empty cells are named one by one.
  private static let mostReasons = 1_000

  /// Why cells are empty, as far as places on the network are concerned; the others tell it themselves. An island among the places
  /// empties rows and columns: the first cells are named, and how many more there are is counted.
  private static func reasons(_ table: RoadTable, _ from: [RoadSnap?], _ to: [RoadSnap?], to output: inout JSONWriter) {
    output.key("reasons")
    output.beginArray()
    var count = 0
    for (row, start) in from.enumerated() where start != nil {
      for (column, end) in to.enumerated()
      where end != nil && table.durations[row * to.count + column] == RoadTable.unreachable {
        count += 1
        guard count <= mostReasons else { continue }
        output.value(["from": .integer(Int64(row)), "to": .integer(Int64(column)), "reason": "unreachable"])
      }
    }
    output.endArray()
    output.member("reasonsLeftOut", max(0, count - mostReasons))
  }

  // MARK: Areas

  /// One feature for each bound, the widest first, so that a map draws the nearer ones above it.
  static func areas(
    around start: RoadSnap, _ bounds: [ReachBound], _ router: RoadRouter, isReverse: Bool, accuracy: Metres?,
    isCancelled: () -> Bool
  ) throws -> [UInt8] {
    let reaches = router.reachable(from: start, withinEach: bounds.map(\.limit), reverse: isReverse)
    let areas = try zip(bounds, reaches).reversed().map { bound, reach in
      if isCancelled() { throw CancellationError() }
      return (bound, try reach.area(accuracy: accuracy ?? Self.accuracy))
    }
    return collection { output in
      for (bound, area) in areas {
        feature(area.geometry, to: &output) { output in
          output.member("accuracy", area.accuracy.value)
          switch bound {
          case .minutes(let minutes): output.member("minutes", minutes)
          case .metres(let metres): output.member("metres", metres)
          }
        }
      }
    }
  }

  // MARK: GeoJSON

  private static func collection(_ features: (inout JSONWriter) throws -> Void) rethrows -> [UInt8] {
    var output = JSONWriter(reservingCapacity: 1 << 14)
    output.beginObject()
    output.member("type", "FeatureCollection")
    output.key("features")
    output.beginArray()
    try features(&output)
    output.endArray()
    output.endObject()
    return output.bytes
  }

  private static func feature(_ geometry: Geometry?, to output: inout JSONWriter, properties: (inout JSONWriter) -> Void) {
    output.beginObject()
    output.member("type", "Feature")
    output.key("geometry")
    if let geometry { output.geometry(geometry) } else { output.null() }
    output.key("properties")
    output.beginObject()
    properties(&output)
    output.endObject()
    output.endObject()
  }
}
