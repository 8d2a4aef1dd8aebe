import LageplanFeatures
import LageplanGeometry

/// The work of a changed plan that is still to be done, as a request of its own.
struct ResumedWork {
  /// Without the shifts of absent inspectors, with pins for what is locked and moved.
  private(set) var request: TourRequest
  /// Without what has begun, is done or cancelled.
  let features: [TourFeature]
  /// The stops of the plan that have not begun, which stay stops.
  let groups: [[FeatureReference]]

  init(_ changed: ChangedPlan, _ request: TourRequest, _ features: [TourFeature]) {
    self.request = request
    self.features = Self.open(features, changed)
    let known = Set(self.features.map(\.reference))
    var grouped: Set<FeatureReference> = []
    var groups: [[FeatureReference]] = []
    for stop in changed.tours.flatMap(\.open) {
      let group = stop.features.filter { known.contains($0) && grouped.insert($0).inserted }
      if !group.isEmpty { groups.append(group) }
    }
    self.groups = groups
    dismiss(changed.absent.absences)
    pin(changed)
  }

  private static func open(_ features: [TourFeature], _ changed: ChangedPlan) -> [TourFeature] {
    var places: [FeatureReference: Int] = [:]
    for stop in changed.tours.flatMap(\.open) { for feature in stop.features { places[feature, default: 0] += 1 } }
    let urgent = Dictionary(changed.urgent.map { ($0.feature, $0) }) { first, _ in first }
    let over = changed.cancelled.union(changed.change.done)
    return features.compactMap { feature in
      guard !over.contains(feature.reference) else { return nil }
      var feature = feature
      if changed.begun.contains(feature.reference) {
        // Somebody is there already: the others of those who are needed still have to come.
        guard let missing = places[feature.reference] else { return nil }
        feature.people = missing
      }
      if let urgent = urgent[feature.reference] {
        feature.rank = urgent.level.rank
        if let service = urgent.service { (feature.service, feature.serviceByType) = (service, [:]) }
        if let windows = urgent.windows { feature.windows = windows }
      }
      return feature
    }
  }

  /// Takes the shifts of who does not come out of the request.
  private mutating func dismiss(_ absent: [TourChange.Absence]) {
    for absence in absent {
      for index in request.inspectors.indices where request.inspectors[index].id == absence.inspector {
        let days = absence.day.map { [$0] } ?? request.calendar
        request.inspectors[index].exceptions.removeAll { days.contains($0.day) }
        request.inspectors[index].exceptions += days.map { TourRequest.Inspector.Exception(day: $0, shift: nil) }
      }
    }
  }

  /// What a person has moved or locked is tied to inspector and day; where several people come together, one of them is, by the problem.
  private mutating func pin(_ changed: ChangedPlan) {
    var pins: [FeatureReference: TourRequest.Pin] = [:]
    for tour in changed.tours where !tour.isAbsent {
      for feature in tour.open.flatMap(\.features) where changed.locked.contains(feature) {
        pins[feature] = TourRequest.Pin(feature: feature, inspector: tour.route.inspector, day: tour.route.day)
      }
    }
    for (feature, wanted) in changed.wanted {
      pins[feature] = TourRequest.Pin(feature: feature, inspector: wanted.inspector, day: wanted.day)
    }
    let alone = features.filter { $0.people == 1 }.map(\.reference)
    request.pins.removeAll { changed.wanted[$0.feature] != nil }
    let pinned = alone.compactMap { pins[$0] }
    request.pins.removeAll { pins[$0.feature] != nil }
    request.pins += pinned
  }
}
