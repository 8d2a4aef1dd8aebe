import LageplanFeatures
import LageplanGeometry

/// Work at one place, served in one stop.
struct TourStopWork {
  /// What the visits of a stop have in common.
  struct Conditions: Hashable {
    /// What the inspector must hold.
    var qualifications: Set<String>
    var windows: [TourRequest.DayWindow]
    var isNightOnly: Bool
    /// On which a shift that serves it may begin; `nil`: on any.
    var days: ClosedRange<CalendarDate>?
    /// The only one who may come, by id; `nil`: anybody.
    var inspector: String?
    /// Who may not come, by id or name.
    var excluded: Set<String>
    var people: Int
    /// Features of one group share a stop whatever their places, if it fits, and with nobody else; `nil`: free.
    var group: Int?
  }

  /// In CRS84: the place of the first feature, or of the whole where that is among the features.
  var location: Coordinate
  /// Of ``location`` in the travel table.
  var place: Int
  var visits: [TourPlan.Visit]
  /// Of each visit by the types of inspectors who are quicker or slower than others.
  var serviceByType: [[String: Seconds]]
  var setUp: Seconds
  var conditions: Conditions
  /// Of the visit that matters most.
  var rank: Int
  /// What it weighs among the stops of its rank.
  var prize: Int
  /// In the order of the request's loads.
  var loads: [Int]
  /// By the inspector's id: how much way it is worth that this one comes.
  var preferences: [String: Seconds]
  var walk: WalkRound?

  /// All visits and the walk between them.
  var service: Seconds { service(ofType: nil) }

  func service(ofType type: String?) -> Seconds { Seconds(durations(ofType: type).reduce(walk?.seconds ?? 0, +)) }

  /// From the begin of the first visit to the begin of the last.
  func beginOfLast(ofType type: String?) -> Int {
    let walked = walk.map { $0.legs.dropLast().reduce(0) { $0 + $1.seconds } } ?? 0
    return durations(ofType: type).dropLast().reduce(walked, +)
  }

  private func durations(ofType type: String?) -> [Int] {
    zip(visits, serviceByType).map { visit, byType in (type.flatMap { byType[$0] } ?? visit.service).value }
  }

  /// This work and that of another stop.
  func joined(with other: TourStopWork) -> TourStopWork {
    var stop = self
    stop.join(other)
    return stop
  }

  /// Adds the work of another stop to this one.
  mutating func join(_ other: TourStopWork) {
    visits += other.visits
    serviceByType += other.serviceByType
    setUp = max(setUp, other.setUp)
    prize = rank == other.rank ? prize + other.prize : rank < other.rank ? prize : other.prize
    rank = min(rank, other.rank)
    for measure in loads.indices { loads[measure] += other.loads[measure] }
    preferences.merge(other.preferences) { Seconds($0.value + $1.value) }
  }
}
