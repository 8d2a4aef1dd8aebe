import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// The table service: durations and lengths between places.
struct OsrmTable {
  private enum FallbackCoordinate: String, CaseIterable {
    case input, snapped
  }

  private let sources: [Int]
  private let destinations: [Int]
  private let tellsDurations: Bool
  private let tellsDistances: Bool
  /// In metres a second.
  private let fallbackSpeed: Double?
  private let fallbackCoordinate: FallbackCoordinate
  private let scaleFactor: Double

  init(_ question: OsrmRequest, most: Int) throws(OsrmFault) {
    let count = question.places.count
    let options = question.options
    sources = try options.indices("sources", count: count) ?? Array(0..<count)
    destinations = try options.indices("destinations", count: count) ?? Array(0..<count)
    guard count >= 2 || options["sources"] != nil && options["destinations"] != nil else {
      throw OsrmFault(.invalidOptions, "Number of coordinates needs to be at least two.")
    }
    guard sources.count * destinations.count <= most else {
      throw OsrmFault(
        .tooBig,
        "\(sources.count) times \(destinations.count) cells are more than the \(most) that this server computes at once. "
          + "Ask in parts, by sources and destinations.")
    }
    let told = Set((options["annotations"] ?? "duration").split(separator: ",").map(String.init))
    guard told.isSubset(of: ["duration", "distance", "true"]), !told.isEmpty else {
      throw OsrmFault(.invalidQuery, "annotations are duration, distance, or both with a comma between.")
    }
    tellsDurations = told.contains("duration") || told.contains("true")
    tellsDistances = told.contains("distance") || told.contains("true")
    fallbackSpeed = try options.positive("fallback_speed")
    fallbackCoordinate = try options.choice("fallback_coordinate", default: .input)
    scaleFactor = try options.positive("scale_factor") ?? 1
  }

  var cellCount: Int { sources.count * destinations.count }

  func document(_ places: OsrmPlaces, isCancelled: () -> Bool) throws -> [UInt8] {
    guard
      let table = places.router.table(
        from: sources.map { places.snaps[$0] }, to: destinations.map { places.snaps[$0] }, isCancelled: isCancelled)
    else { throw CancellationError() }
    let cells = cellCount
    var output = JSONWriter(reservingCapacity: cells * 8 * (tellsDistances && tellsDurations ? 2 : 1) + 4_096)
    output.beginObject()
    output.member("code", "Ok")
    if tellsDurations {
      output.key("durations")
      write(table.durations, places, to: &output) {
        $0 / 10 * scaleFactor
      } fallback: {
        $0 / (fallbackSpeed ?? 1) * scaleFactor
      }
    }
    if tellsDistances {
      output.key("distances")
      write(table.lengths, places, to: &output) {
        $0 / 10
      } fallback: {
        $0
      }
    }
    if fallbackSpeed != nil {
      output.key("fallback_speed_cells")
      output.beginArray()
      for cell in 0..<cells where table.durations[cell] == RoadTable.unreachable {
        output.value([.integer(Int64(cell / destinations.count)), .integer(Int64(cell % destinations.count))])
      }
      output.endArray()
    }
    if !places.question.skipsWaypoints {
      for (name, indices) in [("sources", sources), ("destinations", destinations)] {
        output.key(name)
        output.beginArray()
        for index in indices { places.waypoint(places.snaps[index], to: &output) }
        output.endArray()
      }
    }
    output.endObject()
    return output.bytes
  }

  /// One table, row by row; `null` where there is no way and no speed to fall back to.
  private func write(
    _ table: [Int32], _ places: OsrmPlaces, to output: inout JSONWriter, value: (Double) -> Double,
    fallback: (Double) -> Double
  ) {
    output.beginArray()
    for (row, source) in sources.enumerated() {
      output.beginArray()
      for (column, destination) in destinations.enumerated() {
        let cell = table[row * destinations.count + column]
        if cell != RoadTable.unreachable {
          output.fixed(value(Double(cell)), decimals: 1)
        } else if fallbackSpeed != nil {
          output.fixed(fallback(crowFlies(places, source, destination)), decimals: 1)
        } else {
          output.null()
        }
      }
      output.endArray()
    }
    output.endArray()
  }

  private func crowFlies(_ places: OsrmPlaces, _ source: Int, _ destination: Int) -> Double {
    switch fallbackCoordinate {
    case .input:
      Geodesic.distance(places.question.places[source].coordinate, places.question.places[destination].coordinate).value
    case .snapped: Geodesic.distance(places.snaps[source].position, places.snaps[destination].position).value
    }
  }
}
