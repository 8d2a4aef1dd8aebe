public import LageplanFeatures
public import LageplanGeometry

/// What differs between two plans: for each feature, for the promises made, and in figures.
///
/// The old plan is a promise: who comes, on which day, and when to begin. A stop of the old plan breaks it where one of its features gets another inspector or day, begins earlier or
/// later than by ``promise``, or is left out in the new plan; not where a person has cancelled it, or where it is no work of the new plan at all.
public struct TourComparison: Hashable, Sendable {
  /// Where and when a feature is visited.
  public struct Place: Hashable, Sendable {
    public var inspector: String
    public var day: CalendarDate
    /// Of its stop in the tour, counted from 1.
    public var order: Int
    /// When the work at the stop begins.
    public var begin: Instant

    public init(inspector: String, day: CalendarDate, order: Int, begin: Instant) {
      self.inspector = inspector
      self.day = day
      self.order = order
      self.begin = begin
    }
  }

  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// To another inspector, or another day.
    case moved
    /// It has a place that it had not.
    case added
    /// It has lost its place.
    case removed
    /// It begins later than it did, on the same day with the same inspector.
    case later
    case earlier
  }

  /// What happens to one feature; who stays on the minute is not told.
  public struct Change: Hashable, Sendable {
    public var kind: Kind
    public var feature: FeatureReference
    public var name: String?
    public var before: Place?
    public var after: Place?
    /// By how much it begins later; less than zero: earlier. `nil` unless it has a place in both.
    public var later: Seconds?
    /// Why it has none any more, as far as the new plan says.
    public var reason: TourPlan.Reason?
    public var breaksPromise: Bool
  }

  /// A stop of the old plan whose promise the new one breaks.
  public struct BrokenPromise: Hashable, Sendable {
    public var features: [FeatureReference]
    public var before: Place
  }

  /// What a plan comes to.
  public struct Figures: Hashable, Sendable {
    /// Features that are visited, and those left out, cancelled ones not counted.
    public var visited: Int
    public var leftOut: Int
    public var stops: Int
    /// Tours with at least one stop.
    public var tours: Int
    public var metres: Int
    /// On the way.
    public var travel: Seconds
    /// From leaving to reaching, all tours.
    public var work: Seconds
    /// Of the tour that takes longest.
    public var longestWork: Seconds

    public init(of plan: TourPlan) {
      let used = plan.routes.filter { !$0.stops.isEmpty }
      let work = used.map { TourComparison.seconds(from: $0.departure, to: $0.arrival) }
      visited = Set(used.flatMap(\.stops).flatMap(\.features)).count
      leftOut = plan.unassigned.count { $0.reason != .cancelled }
      stops = used.reduce(0) { $0 + $1.stops.count }
      tours = used.count
      metres = used.reduce(0) { $0 + $1.metres }
      travel = Seconds(used.reduce(0) { $0 + $1.seconds })
      self.work = Seconds(work.reduce(0, +))
      longestWork = Seconds(work.max() ?? 0)
    }
  }

  /// In the order of the old plan, then what is added in that of the new one.
  public var changes: [Change]
  public var brokenPromises: [BrokenPromise]
  public var before: Figures
  public var after: Figures
  /// So much earlier or later still keeps a promise.
  public var promise: Seconds

  public init(of old: TourPlan, with new: TourPlan, promise: Seconds = 1800) {
    self.promise = promise
    before = Figures(of: old)
    after = Figures(of: new)
    var pairs = PlacePairs(old, new)
    let leftOut = Dictionary(new.unassigned.map { ($0.feature, $0.reason) }, uniquingKeysWith: { first, _ in first })
    changes = []
    brokenPromises = []
    for route in old.routes {
      for (index, stop) in route.stops.enumerated() {
        let place = Place(inspector: route.inspector, day: route.day, order: index + 1, begin: stop.begin)
        var isBroken = false
        for visit in stop.visits {
          let change = Self.change(
            of: visit, at: place, to: pairs.partner(of: place, visit.feature), leftOut[visit.feature], promise)
          if let change { changes.append(change) }
          isBroken = isBroken || change?.breaksPromise ?? false
        }
        if isBroken { brokenPromises.append(BrokenPromise(features: stop.features, before: place)) }
      }
    }
    for (visit, place) in pairs.added {
      changes.append(
        Change(
          kind: .added, feature: visit.feature, name: visit.name, before: nil, after: place, later: nil, reason: nil,
          breaksPromise: false))
    }
  }

  /// How many features change in this way.
  public func count(_ kind: Kind) -> Int { changes.count { $0.kind == kind } }

  private static func change(
    of visit: TourPlan.Visit, at before: Place, to after: Place?, _ reason: TourPlan.Reason?, _ promise: Seconds
  ) -> Change? {
    guard let after else {
      return Change(
        kind: .removed, feature: visit.feature, name: visit.name, before: before, after: nil, later: nil, reason: reason,
        breaksPromise: reason.map { $0 != .cancelled } ?? false)
    }
    let later = seconds(from: before.begin, to: after.begin)
    let isElsewhere = before.inspector != after.inspector || before.day != after.day
    // Who sees a clock without seconds sees no change of less than half a minute.
    guard isElsewhere || abs(later) >= 30 else { return nil }
    return Change(
      kind: isElsewhere ? .moved : later > 0 ? .later : .earlier, feature: visit.feature, name: visit.name, before: before,
      after: after, later: Seconds(later), reason: nil, breaksPromise: isElsewhere || abs(later) > promise.value)
  }

  static func seconds(from begin: Instant, to end: Instant) -> Int {
    Int((end.millisecondsSince1970 - begin.millisecondsSince1970) / 1000)
  }
}

/// Finds for each place of a feature in the old plan the one in the new plan that takes its place: with the same inspector on the same day, else
/// whichever is left. A feature that needs two people has two places.
private struct PlacePairs {
  private struct Candidate {
    var visit: TourPlan.Visit
    var place: TourComparison.Place
    var isTaken = false
  }

  private struct Tour: Hashable {
    var feature: FeatureReference
    var inspector: String
    var day: CalendarDate
  }

  private var candidates: [Candidate] = []
  private var ofFeature: [FeatureReference: [Int]] = [:]
  /// Places of the old plan, which go before those who seek any place.
  private var before: [Tour: Int] = [:]

  init(_ old: TourPlan, _ new: TourPlan) {
    for route in new.routes {
      for (index, stop) in route.stops.enumerated() {
        for visit in stop.visits {
          ofFeature[visit.feature, default: []].append(candidates.count)
          candidates.append(
            Candidate(
              visit: visit,
              place: TourComparison.Place(inspector: route.inspector, day: route.day, order: index + 1, begin: stop.begin)))
        }
      }
    }
    for route in old.routes {
      for feature in route.stops.flatMap(\.features) {
        before[Tour(feature: feature, inspector: route.inspector, day: route.day), default: 0] += 1
      }
    }
  }

  mutating func partner(of place: TourComparison.Place, _ feature: FeatureReference) -> TourComparison.Place? {
    let free = (ofFeature[feature] ?? []).filter { !candidates[$0].isTaken }
    func tour(_ candidate: Int) -> Tour {
      Tour(feature: feature, inspector: candidates[candidate].place.inspector, day: candidates[candidate].place.day)
    }
    let here = Tour(feature: feature, inspector: place.inspector, day: place.day)
    let found = free.first { tour($0) == here } ?? free.first { before[tour($0), default: 0] == 0 }
    before[here, default: 0] -= 1
    guard let found else { return nil }
    candidates[found].isTaken = true
    return candidates[found].place
  }

  /// What has no partner, in the order of the new plan.
  var added: [(visit: TourPlan.Visit, place: TourComparison.Place)] {
    candidates.filter { !$0.isTaken }.map { ($0.visit, $0.place) }
  }
}
