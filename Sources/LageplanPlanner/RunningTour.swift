import LageplanFeatures
import LageplanGeometry

/// How far a tour of a plan has come when it is planned anew: what stays as it is, where it goes on, and what may change.
///
///     start ──▶ stop ──▶ stop ──▶ stop ──▶ stop ──▶ end
///     |-- kept ----------------|-- open --|
///                    ^ at: on the way to a stop is as good as there
struct RunningTour {
  /// Where and when a tour goes on.
  struct Resumption {
    /// In CRS84.
    var place: Coordinate
    var ready: Instant
    /// From the last kept stop to ``place``, where somebody is on the way.
    var driven: TourPlan.Leg?
  }

  /// What a change says about one tour.
  struct Change {
    /// What began before stays; `nil`: nothing has begun.
    var at: Instant?
    var delay: Seconds = 0
    var isAbsent = false
    /// Its inspector went home by an earlier change, or never came: nothing of it changes any more.
    var isOver = false
    /// Taken out of the tour, or given to another place: nobody drives on to these.
    var released: Set<FeatureReference> = []
    var done: Set<FeatureReference> = []
  }

  /// As it was planned.
  let route: TourPlan.Route
  let isAbsent: Bool
  /// Nothing of it changes any more: ``asPlanned`` is what it was.
  let isOver: Bool
  private(set) var kept: [TourPlan.Stop] = []
  private(set) var keptBreaks: [TourPlan.Pause] = []
  /// Of the kept stops the ways there, as far as the old plan tells all of them.
  private var keptLegs: [TourPlan.Leg] = []
  /// No stop is kept before which one is still open.
  private(set) var isInTurn = true
  /// As it was planned, with the delay of what lies ahead.
  private(set) var asPlanned: TourPlan.Route
  /// What is still to come, in its order, without the visits that are done.
  private(set) var open: [TourPlan.Stop] = []
  /// `nil`: the tour has not begun.
  private(set) var resumption: Resumption?
  /// Not earlier does a tour leave that has not begun; `nil`: when its shift begins.
  private(set) var earliest: Instant?

  init(_ route: TourPlan.Route, _ change: Change, crowFliesTimes detour: Double) {
    self.route = route
    asPlanned = route
    isAbsent = change.isAbsent
    isOver = change.isOver
    guard !isOver else {
      kept = route.stops.map { stop in
        var stop = stop
        stop.isFixed = true
        return stop
      }
      (keptBreaks, asPlanned.stops) = (route.breaks, kept)
      return
    }
    let inTurn = divide(change)
    isInTurn = inTurn == kept.count
    keepBreaks(change, inTurn: inTurn)
    asPlanned.stops = kept
    asPlanned.breaks = route.breaks.map { pause in
      TourPlan.Pause(
        afterStops: pause.afterStops, begin: delayed(pause.begin, change), end: delayed(pause.end, change))
    }
    asPlanned.arrival = delayed(route.arrival, change)
    resume(change, inTurn: inTurn, detour)
    if resumption == nil {
      let late = route.stops.isEmpty || change.delay == 0 ? nil : route.departure.later(by: change.delay)
      earliest = [change.at, late].compactMap { $0 }.max()
    }
  }

  /// Whether this feature has been visited, or somebody is there or on the way.
  func hasBegun(_ feature: FeatureReference) -> Bool { kept.contains { $0.features.contains(feature) } }

  /// The ways to the kept stops: as the old plan tells them, else as the source knows them.
  func legsOfKept(from source: any TravelSource) throws(TravelFailure) -> [TourPlan.Leg] {
    keptLegs.count == kept.count ? keptLegs : try source.legs(through: [route.start] + kept.map(\.location))
  }

  // MARK: - Dividing

  /// Says how many stops from the first on are kept as they were planned.
  private mutating func divide(_ change: Change) -> Int {
    var inTurn = 0
    var leaves = route.departure
    for stop in route.stops {
      let isThere = change.at.map { $0 > stop.arrival } ?? false
      let isOnTheWay =
        change.at.map { $0 > leaves } ?? false && !change.isAbsent && change.released.isDisjoint(with: stop.features)
      leaves = stop.departure
      if isThere || isOnTheWay {
        kept.append(begun(stop, change))
        if kept.count == inTurn + 1 { inTurn += 1 }
        continue
      }
      let done = stop.visits.filter { change.done.contains($0.feature) }
      if !done.isEmpty { kept.append(early(stop, done, change)) }
      if done.count < stop.visits.count {
        var rest = stop
        rest.visits.removeAll { change.done.contains($0.feature) }
        // The round on foot is walked anew.
        if !done.isEmpty { rest.walk = [] }
        open.append(rest)
      } else if kept.count == inTurn + 1 {
        inTurn += 1
      }
    }
    keptLegs = inTurn == kept.count && !route.legs.isEmpty ? Array(route.legs.prefix(inTurn)) : []
    return inTurn
  }

  /// A stop that has begun: what of it lies ahead comes later by the delay, unless everything is done.
  private func begun(_ stop: TourPlan.Stop, _ change: Change) -> TourPlan.Stop {
    if stop.features.allSatisfy(change.done.contains) { return early(stop, stop.visits, change) }
    var stop = stop
    stop.isFixed = true
    (stop.arrival, stop.begin, stop.departure) = (
      delayed(stop.arrival, change), delayed(stop.begin, change), delayed(stop.departure, change)
    )
    return stop
  }

  /// A stop that is done though the plan may have it later: over by now.
  private func early(_ stop: TourPlan.Stop, _ done: [TourPlan.Visit], _ change: Change) -> TourPlan.Stop {
    var stop = stop
    if done.count < stop.visits.count { stop.walk = [] }
    stop.visits = done
    stop.isFixed = true
    guard let at = change.at else { return stop }
    (stop.arrival, stop.begin, stop.departure) = (min(stop.arrival, at), min(stop.begin, at), min(stop.departure, at))
    return stop
  }

  private func delayed(_ instant: Instant, _ change: Change) -> Instant {
    guard let at = change.at, instant > at else { return instant }
    return instant.later(by: change.delay)
  }

  private mutating func keepBreaks(_ change: Change, inTurn: Int) {
    for pause in route.breaks where pause.afterStops < inTurn || change.at.map({ $0 > pause.begin }) ?? false {
      keptBreaks.append(
        TourPlan.Pause(
          afterStops: min(pause.afterStops, kept.count), begin: delayed(pause.begin, change), end: delayed(pause.end, change)))
    }
  }

  // MARK: - Going on

  private mutating func resume(_ change: Change, inTurn: Int, _ detour: Double) {
    let hasLeft = change.at.map { $0 > route.departure } ?? false && !route.stops.isEmpty
    guard !kept.isEmpty || hasLeft else { return }
    let place = kept.last?.location ?? route.start
    var ready = kept.last?.departure ?? route.departure.later(by: change.delay)
    guard let at = change.at else {
      resumption = Resumption(place: place, ready: ready, driven: nil)
      return
    }
    let left = kept.last.map { $0.departure } ?? route.departure
    let pauses = keptBreaks.filter { $0.afterStops == kept.count }
    if let end = pauses.last?.end { ready = max(ready, end) }
    guard at > left, inTurn == kept.count else {
      resumption = Resumption(place: place, ready: max(ready, at), driven: nil)
      return
    }
    // On the way to a stop that is not wanted any more, or home.
    let paused = pauses.reduce(0) { $0 + TourComparison.seconds(from: $1.begin, to: min($1.end, at)) }
    let driven = way(to: inTurn, after: TourComparison.seconds(from: left, to: at) - paused, detour)
    resumption = Resumption(
      place: driven.line.last ?? place, ready: max(ready, at, left.later(by: change.delay)), driven: driven)
  }

  /// What has been driven of the planned way to a stop, or to the end, after so many seconds.
  private func way(to index: Int, after seconds: Int, _ detour: Double) -> TourPlan.Leg {
    let from = index == 0 ? route.start : route.stops[index - 1].location
    let left = index == 0 ? route.departure : route.stops[index - 1].departure
    let (there, arrival) =
      index < route.stops.count ? (route.stops[index].location, route.stops[index].arrival) : (route.end, route.arrival)
    let whole: TourPlan.Leg =
      if route.legs.indices.contains(index), route.legs[index].line.count > 1 {
        route.legs[index]
      } else {
        TourPlan.Leg(
          metres: Int(Geodesic.distance(from, there).value * detour), seconds: TourComparison.seconds(from: left, to: arrival),
          line: [from, there])
      }
    return whole.beginning(seconds: max(0, min(seconds, whole.seconds)))
  }
}

extension TourPlan.Leg {
  /// The part of the leg that takes so long, at an even speed.
  func beginning(seconds part: Int) -> TourPlan.Leg {
    let share = seconds == 0 ? 1 : Double(part) / Double(seconds)
    let lengths = zip(line, line.dropFirst()).map { Geodesic.distance($0, $1).value }
    var rest = lengths.reduce(0, +) * share
    var way = Array(line.prefix(1))
    for (index, length) in lengths.enumerated() {
      guard rest < length else {
        way.append(line[index + 1])
        rest -= length
        continue
      }
      let (a, b) = (line[index], line[index + 1])
      let along = length == 0 ? 0 : rest / length
      way.append(Coordinate(x: a.x + (b.x - a.x) * along, y: a.y + (b.y - a.y) * along))
      break
    }
    return TourPlan.Leg(metres: Int((Double(metres) * share).rounded()), seconds: part, line: way)
  }

  /// This way and then another one.
  func followed(by next: TourPlan.Leg) -> TourPlan.Leg {
    TourPlan.Leg(
      metres: metres + next.metres, seconds: seconds + next.seconds,
      line: line + (next.line.first == line.last ? Array(next.line.dropFirst()) : next.line))
  }
}

extension Instant {
  func later(by seconds: Seconds) -> Instant {
    Instant(millisecondsSince1970: millisecondsSince1970 + Int64(seconds.value) * 1000)
  }
}
