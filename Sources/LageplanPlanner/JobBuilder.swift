import LageplanFeatures
import LageplanGeometry

/// Merges features at one place into one stop.
///
/// The rule: in the order of the request, a feature joins the first stop that is at its place, else it founds a stop. Two are at one place when
/// the geodesic between the stop's location and the feature is at most ``TourRequest/mergeReach``; or when one is part of the other, or both of a
/// third (equipment of a playground), nobody walks, and it is at most ``wholeReach``, which leaves out parts with a broken position. They must meet the same
/// conditions, and some shift that meets them too must be long enough for twice the work of both, carry both, and have time for both while the windows are open:
/// much work at one place can be shared, and none is lost that could be done alone (see ``ShiftRoom``).
/// Features of one group go on sharing a stop, however it came about, as long as their conditions are the same and a shift can hold it.
struct JobBuilder {
  static let wholeReach = Metres(250)
  /// Being overdue for longer weighs no more.
  private static let mostDaysOverdue = 90

  /// The stops in the order in which they were founded, each at a place of its own.
  private(set) var stops: [TourStopWork] = []
  /// What each of them was made of.
  private(set) var parts: [[TourStopWork]] = []
  private(set) var unassigned: [TourPlan.Unassigned] = []
  private let request: TourRequest

  init(_ features: [TourFeature], request: TourRequest, room: ShiftRoom, groups: [[FeatureReference]] = []) {
    self.request = request
    // Who walks between the parts of a whole has the way told.
    let wholeReach = request.walk == nil ? Self.wholeReach : request.mergeReach
    let pins = Dictionary(request.pins.map { ($0.feature, $0) }) { first, _ in first }
    var groupOf: [FeatureReference: Int] = [:]
    for (number, group) in groups.enumerated() { for feature in group { groupOf[feature] = number } }
    let ofWhole = Set(features.compactMap(\.whole))
    var stopsOfWhole: [FeatureReference: [Int]] = [:]
    var stopsOfGroup: [Int: [Int]] = [:]
    var grid = PlaceGrid(reach: request.mergeReach)
    // Wholes found their stops before the parts come: the stop is then at the playground, not at its first swing.
    for feature in features.filter({ ofWhole.contains($0.reference) }) + features.filter({ !ofWhole.contains($0.reference) }) {
      let group = groupOf[feature.reference]
      guard let work = work(for: feature, pins[feature.reference], group) else { continue }
      let whole = feature.whole ?? (ofWhole.contains(feature.reference) ? feature.reference : nil)
      func joins(_ stop: Int, within reach: Metres) -> Bool {
        stops[stop].conditions == work.conditions && Geodesic.distance(stops[stop].location, work.location) <= reach
          && room.holds(stops[stop].joined(with: work), share: group == nil ? 2 : 1)
      }
      let related = whole.flatMap { stopsOfWhole[$0] } ?? []
      let ofGroup = request.walk == nil ? group.flatMap { stopsOfGroup[$0] } ?? [] : []
      let found =
        ofGroup.first { joins($0, within: Metres(.infinity)) } ?? related.first { joins($0, within: wholeReach) }
        ?? grid.around(work.location).first { joins($0, within: request.mergeReach) }
      if let found {
        stops[found].join(work)
        parts[found].append(work)
        if let whole, !related.contains(found) { stopsOfWhole[whole, default: []].append(found) }
      } else {
        grid.add(stops.count, at: work.location)
        if let whole { stopsOfWhole[whole, default: []].append(stops.count) }
        if let group { stopsOfGroup[group, default: []].append(stops.count) }
        stops.append(work)
        stops[stops.count - 1].place = stops.count - 1
        parts.append([work])
      }
    }
  }

  /// The stops, but for those that no shift holds though one holds a part of them, now that the ways are known: these parts are stops at the same place.
  func divided(by room: ShiftRoom) -> [TourStopWork] {
    stops.flatMap { stop in
      let parts = parts[stop.place].map { part in
        var part = part
        (part.place, part.location) = (stop.place, stop.location)
        return part
      }
      let isWhole = parts.count == 1 || room.holds(stop, share: 1) || !parts.contains { room.holds($0, share: 1) }
      return isWhole ? [stop] : parts
    }
  }

  /// A stop for this feature alone; `nil` where nobody can visit it, which is noted.
  private mutating func work(for feature: TourFeature, _ pin: TourRequest.Pin?, _ group: Int?) -> TourStopWork? {
    let visit = TourPlan.Visit(
      feature: feature.reference, name: feature.name, service: feature.service ?? 0, due: feature.due, level: feature.level,
      load: Dictionary(zip(request.loads.map(\.measure), feature.loads).filter { $0.1 > 0 }) { first, _ in first })
    guard let location = feature.location else {
      unassigned.append(TourPlan.Unassigned(visit: visit, location: nil, reason: .noPlace, message: .noPlace))
      return nil
    }
    func leaveOut(_ reason: TourPlan.Reason, _ message: TourText) -> TourStopWork? {
      unassigned.append(TourPlan.Unassigned(visit: visit, location: location, reason: reason, message: message))
      return nil
    }
    guard feature.service != nil else { return leaveOut(.noServiceTime, .noServiceTime) }
    let due = request.allowedDays(for: feature.due)
    if let due, due.lowerBound > request.lastDay {
      return leaveOut(.windowMissed, .notBefore(due.lowerBound, lastDay: request.lastDay))
    }
    return TourStopWork(
      location: location, place: 0, visits: [visit], serviceByType: [feature.serviceByType], setUp: feature.setUp,
      conditions: TourStopWork.Conditions(
        qualifications: feature.qualifications.union(request.requires[feature.reference.collection] ?? []),
        windows: feature.windows, isNightOnly: feature.isNightOnly, days: pin?.day.map { $0...$0 } ?? due,
        inspector: pin?.inspector, excluded: feature.independentOf, people: feature.people, group: group),
      rank: feature.rank, prize: prize(of: feature),
      loads: request.loads.indices.map { feature.loads.indices.contains($0) ? feature.loads[$0] : 0 },
      preferences: feature.preferences)
  }

  /// One, and one for each day overdue.
  private func prize(of feature: TourFeature) -> Int {
    guard feature.rank == TourLevel.overdue.rank, let due = feature.due else { return 1 }
    return 1 + min(Self.mostDaysOverdue, max(0, Int(request.day.daysSince1970 - due.daysSince1970)))
  }
}

extension TourRequest {
  /// The days on which something due on `day` may be visited; `nil`: on every day.
  func allowedDays(for due: CalendarDate?) -> ClosedRange<CalendarDate>? {
    guard let due, let condition = self.due, due >= day else { return nil }
    return due.adding(days: -condition.earlyDays)...due.adding(days: condition.lateDays)
  }
}

/// Stops by the cell of a grid in degrees: whatever is within the reach lies in one of the nine cells around a place.
private struct PlaceGrid {
  private struct Cell: Hashable {
    var column: Int
    var row: Int
  }

  /// A degree of latitude is nowhere shorter than 110,574 m, one of longitude up to 80° nowhere than a sixth of that.
  private let height: Double
  private let width: Double
  private var stops: [Cell: [Int]] = [:]

  init(reach: Metres) {
    height = max(reach.value, 1) / 110_000
    width = height * 6
  }

  private func cell(_ place: Coordinate) -> Cell {
    Cell(column: Int((place.x / width).rounded(.down)), row: Int((place.y / height).rounded(.down)))
  }

  mutating func add(_ stop: Int, at place: Coordinate) { stops[cell(place), default: []].append(stop) }

  /// Rising: the stop founded first comes first.
  func around(_ place: Coordinate) -> [Int] {
    let centre = cell(place)
    var found: [Int] = []
    for column in -1...1 {
      for row in -1...1 { found += stops[Cell(column: centre.column + column, row: centre.row + row)] ?? [] }
    }
    return found.sorted()
  }
}
