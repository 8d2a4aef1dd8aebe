import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// Tells routes in OSRM's form.
struct OsrmRouteDocument {
  let drawing: OsrmDrawing
  let places: OsrmPlaces

  /// The answer of the route service. Several ways between two waypoints are told as one leg.
  func route(_ route: RoadRoute, waypoints: [Int]) -> [UInt8] {
    var output = JSONWriter(reservingCapacity: 1 << 14)
    output.beginObject()
    output.member("code", "Ok")
    output.key("routes")
    output.beginArray()
    self.route(zip(waypoints, waypoints.dropFirst()).map { OsrmLeg(joining: route.legs[$0..<$1]) }, to: &output)
    output.endArray()
    if !places.question.skipsWaypoints {
      output.key("waypoints")
      output.beginArray()
      for index in waypoints { places.waypoint(places.snaps[index], to: &output) }
      output.endArray()
    }
    output.endObject()
    return output.bytes
  }

  /// A route object.
  func route(_ legs: [OsrmLeg], to output: inout JSONWriter) {
    output.beginObject()
    switch drawing.overview {
    case .full: geometry(OsrmLeg.line(of: legs), to: &output)
    case .simplified: geometry(OsrmDrawing.simplified(OsrmLeg.line(of: legs)), to: &output)
    case .byLegs, .none: break
    }
    output.key("legs")
    output.beginArray()
    for leg in legs { self.leg(leg, to: &output) }
    output.endArray()
    output.member("weight_name", "duration")
    measures(legs.reduce(.zero) { $0 + $1.cost }, to: &output)
    output.endObject()
  }

  private func geometry(_ line: some Collection<Coordinate>, to output: inout JSONWriter) {
    output.key("geometry")
    drawing.line(line, to: &output)
  }

  private func measures(_ cost: RoadCost, to output: inout JSONWriter) {
    for name in ["weight", "duration"] {
      output.key(name)
      output.fixed(Double(cost.duration) / 10, decimals: 1)
    }
    output.key("distance")
    output.fixed(Double(cost.length) / 10, decimals: 1)
  }

  private func leg(_ leg: OsrmLeg, to output: inout JSONWriter) {
    output.beginObject()
    output.key("steps")
    output.beginArray()
    if drawing.hasSteps { for step in leg.steps { self.step(step, of: leg, to: &output) } }
    output.endArray()
    output.member("summary", drawing.hasSteps ? leg.summary : "")
    measures(leg.cost, to: &output)
    if drawing.overview == .byLegs { geometry(leg.line, to: &output) }
    if !drawing.annotations.isEmpty { annotation(of: leg, to: &output) }
    output.endObject()
  }

  // MARK: Steps

  private func step(_ step: RoadStep, of leg: OsrmLeg, to output: inout JSONWriter) {
    output.beginObject()
    geometry(leg.line[step.vertices], to: &output)
    output.key("maneuver")
    output.beginObject()
    output.member("type", step.manoeuvre.osrmType)
    if let modifier = step.osrmModifier { output.member("modifier", modifier) }
    output.member("bearing_before", Self.degrees(step.bearingBefore))
    output.member("bearing_after", Self.degrees(step.bearingAfter))
    output.key("location")
    OsrmDrawing.place(step.position, to: &output)
    output.endObject()
    output.member("name", step.street.name)
    if !step.street.reference.isEmpty { output.member("ref", step.street.reference) }
    output.member("mode", places.mode)
    output.member("driving_side", places.isLeftHand ? "left" : "right")
    intersection(step, to: &output)
    measures(step.cost, to: &output)
    output.endObject()
  }

  /// The crossing where the step begins, with the roads that the way takes there.
  private func intersection(_ step: RoadStep, to output: inout JSONWriter) {
    // Bearings are told looking away from the crossing: to where the way comes from, and to where it leads.
    let back = Self.degrees(step.bearingBefore + 180)
    let onward = Self.degrees(step.bearingAfter)
    let comes = step.manoeuvre != .depart
    let leads = step.manoeuvre != .arrive
    let bearings = ((comes ? [back] : []) + (leads ? [onward] : [])).sorted()
    output.key("intersections")
    output.beginArray()
    output.beginObject()
    output.key("location")
    OsrmDrawing.place(step.position, to: &output)
    output.key("bearings")
    output.value(.array(bearings.map { .integer(Int64($0)) }))
    output.key("entry")
    output.value(.array(bearings.map { .boolean(!leads || $0 == onward) }))
    if comes, let index = bearings.firstIndex(of: back) { output.member("in", index) }
    if leads, let index = bearings.lastIndex(of: onward) { output.member("out", index) }
    output.endObject()
    output.endArray()
  }

  /// Whole degrees from 0 to 359.
  private static func degrees(_ bearing: Double) -> Int {
    let whole = Int(bearing.rounded()) % 360
    return whole < 0 ? whole + 360 : whole
  }

  // MARK: Annotations

  private func annotation(of leg: OsrmLeg, to output: inout JSONWriter) {
    output.key("annotation")
    output.beginObject()
    let told = drawing.annotations
    let segments = leg.segments()
    if told.contains(.distance) { numbers("distance", segments.map(\.length), to: &output) }
    if told.contains(.duration) { numbers("duration", segments.map(\.duration), to: &output) }
    if told.contains(.weight) { numbers("weight", segments.map(\.duration), to: &output) }
    if told.contains(.speed) {
      numbers("speed", segments.map { $0.duration > 0 ? $0.length / $0.duration : 0 }, to: &output)
    }
    if told.contains(.datasources) {
      output.key("datasources")
      output.value(.array(segments.map { _ in 0 }))
      output.key("metadata")
      output.value(["datasource_names": ["profile"]])
    }
    output.endObject()
  }

  private func numbers(_ name: String, _ values: [Double], to output: inout JSONWriter) {
    output.key(name)
    output.beginArray()
    for value in values { output.fixed(value, decimals: 3) }
    output.endArray()
  }
}

extension RoadStep.Manoeuvre {
  /// OSRM's name of it.
  var osrmType: String {
    switch self {
    case .depart: "depart"
    case .turn: "turn"
    case .newName: "new name"
    case .arrive: "arrive"
    }
  }
}

extension RoadStep {
  /// OSRM's name of the direction; `nil` at both ends, where nothing is turned.
  var osrmModifier: String? {
    if manoeuvre == .depart || manoeuvre == .arrive { return nil }
    return switch direction {
    case .straight: "straight"
    case .slightRight: "slight right"
    case .right: "right"
    case .sharpRight: "sharp right"
    case .turnBack: "uturn"
    case .sharpLeft: "sharp left"
    case .left: "left"
    case .slightLeft: "slight left"
    }
  }
}
