import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// The places of a request on the network of one profile, and how OSRM tells of them.
struct OsrmPlaces {
  let question: OsrmRequest
  let router: RoadRouter
  /// One for each place.
  let snaps: [RoadSnap]

  /// Throws `NoSegment` for the first place that no road is near to, and `CancellationError` where nobody waits any longer.
  init(_ question: OsrmRequest, _ router: RoadRouter, isCancelled: () -> Bool) throws {
    self.question = question
    self.router = router
    var snaps: [RoadSnap] = []
    for (index, place) in question.places.enumerated() {
      if isCancelled() { throw CancellationError() }
      guard let snap = router.nearest(to: place.coordinate, Self.conditions(of: place)) else {
        let radius = Int((place.radius ?? RoutingLimits.farthestSnap).value)
        throw OsrmFault(
          .noSegment, "Could not find a matching segment for coordinate \(index): no road of this profile is within \(radius) m.")
      }
      snaps.append(snap)
    }
    self.snaps = snaps
  }

  private static func snaps(of place: OsrmRequest.Place, _ router: RoadRouter, count: Int) -> [RoadSnap] {
    router.snap(
      place.coordinate, count: count, conditions(of: place))
  }

  private static func conditions(of place: OsrmRequest.Place) -> RoadSnapConditions {
    RoadSnapConditions(
      within: place.radius ?? RoutingLimits.farthestSnap,
      bearing: place.bearing.map { RoadSnapConditions.Bearing(degrees: $0.value, tolerance: $0.range) },
      approach: place.approach.side)
  }

  // MARK: Telling

  /// The answer of the nearest service: the nearest roads of the one place.
  func nearestDocument(_ count: Int) -> [UInt8] {
    var output = JSONWriter()
    output.beginObject()
    output.member("code", "Ok")
    output.key("waypoints")
    output.beginArray()
    for place in question.places {
      for snap in Self.snaps(of: place, router, count: count) { waypoint(snap, to: &output) }
    }
    output.endArray()
    output.endObject()
    return output.bytes
  }

  /// How one travels, in OSRM's word.
  var mode: String {
    switch router.profile.kind {
    case .car: "driving"
    case .bicycle: "cycling"
    case .foot: "walking"
    }
  }

  var isLeftHand: Bool { router.profile.drivesOnLeft }

  /// Writes a waypoint object; `members` adds to it.
  func waypoint(_ snap: RoadSnap, to output: inout JSONWriter, members: (inout JSONWriter) -> Void = { _ in }) {
    output.beginObject()
    if question.generatesHints { output.member("hint", Self.hint(snap)) }
    output.key("location")
    OsrmDrawing.place(snap.position, to: &output)
    output.member("name", router.roads.street(snap.street).name)
    output.key("distance")
    output.fixed(snap.distance.value, decimals: 3)
    members(&output)
    output.endObject()
  }

  /// Names the road that was found, in base64url. Whoever sends it back gains nothing and loses nothing.
  private static func hint(_ snap: RoadSnap) -> String {
    let place = RoadPosition(snap.position)
    var bytes: [UInt8] = []
    for number in [snap.edge, place.longitude, place.latitude] {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
  }
}

extension OsrmRequest.Approach {
  var side: RoadSnapConditions.Approach {
    switch self {
    case .unrestricted: .unrestricted
    case .curb: .curb
    case .opposite: .opposite
    }
  }
}
