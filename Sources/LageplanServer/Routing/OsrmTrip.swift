import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// The trip service: the order of places whose way takes least time, and that way.
struct OsrmTrip {
  private enum Source: String, CaseIterable {
    case any, first
  }

  private enum Destination: String, CaseIterable {
    case any, last
  }

  private let drawing: OsrmDrawing
  private let ends: TripOrder.Ends

  init(_ question: OsrmRequest) throws(OsrmFault) {
    let options = question.options
    drawing = try OsrmDrawing(options)
    ends = TripOrder.Ends(
      isRound: try options.flag("roundtrip", default: true),
      startsAtFirst: try options.choice("source", default: Source.any) == .first,
      endsAtLast: try options.choice("destination", default: Destination.any) == .last)
    guard question.places.count >= 2 else {
      throw OsrmFault(.invalidOptions, "Number of coordinates needs to be at least two.")
    }
  }

  func document(_ places: OsrmPlaces, isCancelled: () -> Bool) throws -> [UInt8] {
    let snaps = places.snaps
    guard let table = places.router.table(from: snaps, to: snaps, isCancelled: isCancelled) else { throw CancellationError() }
    guard !table.durations.contains(RoadTable.unreachable) else {
      throw OsrmFault(.noTrips, "No trip visits all these coordinates: from some no way leads to others.")
    }
    let order = try TripOrder.order(of: snaps.count, durations: table.durations, ends: ends)
    let visited = ends.isRound ? order + order.prefix(1) : order
    guard let route = places.router.route(through: visited.map { snaps[$0] }, detail: drawing.detail, at: .mayTurnBack) else {
      throw OsrmFault(.noTrips, "No trip visits all these coordinates in one go.")
    }
    var output = JSONWriter(reservingCapacity: 1 << 14)
    output.beginObject()
    output.member("code", "Ok")
    output.key("trips")
    output.beginArray()
    OsrmRouteDocument(drawing: drawing, places: places).route(route.legs.map { OsrmLeg(joining: [$0]) }, to: &output)
    output.endArray()
    if !places.question.skipsWaypoints {
      var positions = [Int](repeating: 0, count: snaps.count)
      for (position, index) in order.enumerated() { positions[index] = position }
      output.key("waypoints")
      output.beginArray()
      for (index, snap) in snaps.enumerated() {
        places.waypoint(snap, to: &output) { output in
          output.member("trips_index", 0)
          output.member("waypoint_index", positions[index])
        }
      }
      output.endArray()
    }
    output.endObject()
    return output.bytes
  }
}
