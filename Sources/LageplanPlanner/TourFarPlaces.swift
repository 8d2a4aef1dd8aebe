import LageplanFeatures
import LageplanGeometry

/// Places so far from all work that their numbers must be wrong: swapped, as a rule.
extension TourDataFaults {
  /// In degrees: more than anybody drives to an inspection.
  private static let far = 5.0

  /// Starts and ends of inspectors that lie beyond all features to visit.
  mutating func checkPlaces(_ features: [TourFeature], _ request: TourRequest) {
    let places = features.compactMap(\.location)
    guard let first = places.first else { return }
    var area = Envelope(minX: first.x, minY: first.y, maxX: first.x, maxY: first.y)
    for place in places { area.formUnion(place) }
    let near = area.expanded(by: Self.far)
    for (index, inspector) in request.inspectors.enumerated() {
      for (name, place) in [("start", inspector.start), ("end", inspector.end)] where !near.contains(place) {
        let swapped = Coordinate(x: place.y, y: place.x)
        let path =
          request.register.map { "\($0.inspectors), inspector \(inspector.id), \(name)" } ?? "$.inspectors[\(index)].\(name)"
        note(
          "farAway", path, "[\(place.x),\(place.y)]",
          near.contains(swapped)
            ? "swap the numbers: the longitude comes first"
            : "lies hundreds of kilometres from all that is to be visited; mend the place")
      }
    }
  }

  /// A pin or a preference for a feature of a collection that is not asked for means nothing.
  mutating func checkCollectionsOfNames(_ request: TourRequest) {
    let known = request.collections.joined(separator: ", ")
    func isStrange(_ feature: FeatureReference) -> Bool { !request.collections.contains(feature.collection) }
    for (index, pin) in request.pins.enumerated() where isStrange(pin.feature) {
      note(
        "unknownFeature", "$.pins[\(index)].feature", "\(pin.feature)", "name a feature of the request's collections: \(known)")
    }
    for (index, preference) in request.preferences.enumerated() {
      guard case .feature(let feature) = preference.which, isStrange(feature) else { continue }
      note(
        "unknownFeature", "$.preferences[\(index)].feature", "\(feature)",
        "name a feature of the request's collections: \(known)")
    }
  }
}
