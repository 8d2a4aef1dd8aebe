import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import TestSupport
import Testing

/// Any change in any town: what people rely on.
struct TourReplanRandomTests {
  private static let seeds = Array(Seed.hundred.prefix(30))

  /// Stops that somebody was at or on the way to, by the old plan alone.
  private func begun(_ route: TourPlan.Route, _ at: Instant) -> [TourPlan.Stop] {
    var leaves = route.departure
    var stops: [TourPlan.Stop] = []
    for stop in route.stops {
      guard leaves < at else { break }
      stops.append(stop)
      leaves = stop.departure
    }
    return stops
  }

  /// Where each feature is, by its first stop.
  private func places(_ plan: TourPlan) -> [FeatureReference: String] {
    var places: [FeatureReference: String] = [:]
    for route in plan.routes {
      for feature in route.stops.flatMap(\.features) where places[feature] == nil {
        places[feature] = "\(route.inspector) \(route.day)"
      }
    }
    return places
  }

  @Test(arguments: seeds) func aCancelledVisitLeavesAndPromisesHold(seed: Seed) throws {
    var seed = seed
    let town = try TourReplanTown(&seed)
    let plan = try town.plan()
    let at = town.instant(25_200 + Int.random(in: 0...14_400, using: &seed))
    let begun = Set(plan.routes.flatMap { self.begun($0, at) }.flatMap(\.features))
    let open = plan.routes.flatMap(\.stops).flatMap(\.features).filter { !begun.contains($0) }
    guard let gone = open.randomElement(using: &seed) else { return }
    var change = TourChange(at: at)
    change.cancelled = [gone]
    change.mostChanges = Int.random(in: 0...2, using: &seed)
    let new = try town.replan(plan, change)
    #expect(try town.faults(of: new) == [])
    #expect(town.missing(in: new, of: town.features) == [])
    #expect(new.unassigned.first { $0.feature == gone }?.reason == .cancelled)
    #expect(!new.routes.flatMap(\.stops).flatMap(\.features).contains(gone))
    let comparison = TourComparison(of: plan, with: new)
    #expect(comparison.brokenPromises.count <= change.mostChanges ?? 0)
    try expectBegunIsKept(plan, new, at)
  }

  private func expectBegunIsKept(_ plan: TourPlan, _ new: TourPlan, _ at: Instant) throws {
    for route in plan.routes {
      let kept = begun(route, at)
      guard !kept.isEmpty else { continue }
      let same = try #require(new.routes.first { $0.inspector == route.inspector && $0.day == route.day })
      #expect(same.departure == route.departure)
      for (old, now) in zip(kept, same.stops) {
        #expect((old.features, old.arrival, old.begin, old.departure) == (now.features, now.arrival, now.begin, now.departure))
        #expect(now.isFixed)
      }
      #expect(same.stops.count >= kept.count)
      // Nobody goes anywhere before now.
      for stop in same.stops.dropFirst(kept.count) { #expect(stop.arrival >= at) }
    }
  }

  @Test(arguments: seeds) func anUrgentVisitIsInOrExplained(seed: Seed) throws {
    var seed = seed
    var town = try TourReplanTown(&seed)
    let plan = try town.plan()
    let at = town.instant(25_200 + Int.random(in: 0...14_400, using: &seed))
    var urgent = TourFeature(
      reference: TourReplanTown.feature("urgent"),
      location: TourReplanTown.place(east: Double.random(in: -3000...3000, using: &seed), north: 500), service: 1200)
    urgent.windows = [TourRequest.DayWindow(begin: 0, end: 10)]
    town.features.append(urgent)
    var change = TourChange(at: at)
    change.urgent = [
      TourChange.Urgent(
        feature: urgent.reference, service: 900, windows: [TourRequest.DayWindow(begin: 25_200, end: 46_800)])
    ]
    change.mostChanges = 3
    let new = try town.replan(plan, change)
    town.features[town.features.count - 1].windows = change.urgent[0].windows ?? []
    #expect(try town.faults(of: new) == [])
    #expect(town.missing(in: new, of: town.features) == [])
    #expect(TourComparison(of: plan, with: new).brokenPromises.count <= 3)
    try expectBegunIsKept(plan, new, at)
    if let left = new.unassigned.first(where: { $0.feature == urgent.reference }) {
      #expect(left.reason == .noRoomLeft || left.reason == .shiftTooShort || left.reason == .windowMissed)
      #expect(!left.message.german.isEmpty)
    } else {
      let visit = new.routes.flatMap(\.stops).flatMap(\.visits).first { $0.feature == urgent.reference }
      #expect(visit?.service == 900)
      #expect(visit?.level == .must)
    }
  }

  @Test(arguments: seeds) func theWorkOfWhoIsAbsentIsElsewhereOrExplained(seed: Seed) throws {
    var seed = seed
    let town = try TourReplanTown(&seed)
    let plan = try town.plan()
    let at: Instant? = Bool.random(using: &seed) ? town.instant(25_200 + Int.random(in: 0...14_400, using: &seed)) : nil
    var change = TourChange(at: at)
    change.absent = [TourChange.Absence(inspector: "B")]
    change.mostChanges = 1
    let new = try town.replan(plan, change)
    #expect(try town.faults(of: new) == [])
    #expect(town.missing(in: new, of: town.features) == [])
    // Only what B was at stays with B.
    let there = plan.routes.filter { $0.inspector == "B" }.flatMap(\.stops).filter { stop in at.map { $0 > stop.arrival } ?? false
    }
    #expect(new.routes.filter { $0.inspector == "B" }.flatMap(\.stops).map(\.features) == there.map(\.features))
    // Who was to come together with B comes with somebody else, or not at all.
    let together = Set(plan.routes.filter { $0.inspector == "B" }.flatMap(\.stops).flatMap(\.features))
    let broken = TourComparison(of: plan, with: new).brokenPromises.filter { together.isDisjoint(with: $0.features) }
    #expect(broken.count <= 1)
  }

  @Test(arguments: seeds) func lockedStopsStayWhileOthersMove(seed: Seed) throws {
    var seed = seed
    var town = try TourReplanTown(&seed)
    for number in town.features.indices { town.features[number].people = 1 }
    let plan = try town.plan()
    let stops = plan.routes.flatMap(\.stops).map(\.features)
    var change = TourChange()
    change.locks = stops.filter { _ in Bool.random(using: &seed) }.flatMap { $0 }
    change.absent = [TourChange.Absence(inspector: "C")]
    change.seed = UInt64.random(in: 0...99, using: &seed)
    let new = try town.replan(plan, change)
    #expect(try town.faults(of: new).filter { !$0.contains("breaks") } == [])
    let (before, after) = (places(plan), places(new))
    for feature in change.locks where before[feature]?.hasPrefix("C") == false {
      #expect(after[feature] == nil || after[feature] == before[feature])
    }
    for route in plan.routes where route.inspector != "C" {
      let order = route.stops.flatMap(\.features).filter(change.locks.contains)
      let now = new.routes.first { $0.inspector == route.inspector }?.stops.flatMap(\.features) ?? []
      #expect(now.filter(order.contains) == order.filter(now.contains))
      for stop in new.routes.flatMap(\.stops) where !Set(order).isDisjoint(with: stop.features) { #expect(stop.isFixed) }
    }
  }

  @Test(arguments: seeds) func aMovedStopIsWhereItWasPutOrLeftOut(seed: Seed) throws {
    var seed = seed
    var town = try TourReplanTown(&seed)
    for number in town.features.indices { town.features[number].people = 1 }
    let plan = try town.plan()
    let feature = try #require(plan.routes.flatMap(\.stops).flatMap(\.features).randomElement(using: &seed))
    let target = try #require(["A", "B", "C"].randomElement(using: &seed))
    var change = TourChange()
    change.moves = [TourChange.Move(feature: feature, inspector: target, position: Int.random(in: 1...4, using: &seed))]
    change.mostChanges = 2
    let new = try town.replan(plan, change)
    #expect(try town.faults(of: new).filter { !$0.contains("breaks") } == [])
    #expect(town.missing(in: new, of: town.features) == [])
    guard let place = places(new)[feature] else {
      #expect(new.unassigned.contains { $0.feature == feature })
      return
    }
    #expect(place.hasPrefix(target))
    // Those who were before it are still before it, the others after it.
    let moved = Set(plan.routes.flatMap(\.stops).first { $0.features.contains(feature) }?.features ?? [])
    let others = plan.routes.first { $0.inspector == target }?.stops.filter { moved.isDisjoint(with: $0.features) } ?? []
    let position = min((change.moves[0].position ?? 1) - 1, others.count)
    let tour = new.routes.first { $0.inspector == target }?.stops.flatMap(\.features) ?? []
    let here = try #require(tour.firstIndex(of: feature))
    for (index, stop) in others.enumerated() {
      for other in stop.features {
        if let there = tour.firstIndex(of: other) { #expect((there < here) == (index < position)) }
      }
    }
  }

  @Test(arguments: seeds) func aDelayMovesWhatLiesAheadAndNothingElse(seed: Seed) throws {
    var seed = seed
    var town = try TourReplanTown(&seed)
    // Whoever waits for somebody who is late is late as well.
    for number in town.features.indices { town.features[number].people = 1 }
    let plan = try town.plan()
    let at = town.instant(25_200 + Int.random(in: 0...14_400, using: &seed))
    guard let late = plan.routes.first(where: { $0.inspector == "A" && $0.arrival > at && !$0.stops.isEmpty }) else { return }
    var change = TourChange(at: at)
    let delay = Seconds(60 * Int.random(in: 5...40, using: &seed))
    change.delays = [TourChange.Delay(inspector: "A", time: delay)]
    change.mostChanges = 1
    let new = try town.replan(plan, change)
    #expect(try town.faults(of: new, excusing: ["A"]) == [])
    #expect(town.missing(in: new, of: town.features) == [])
    let now = try #require(new.routes.first { $0.inspector == "A" })
    for (old, stop) in zip(begun(late, at), now.stops) {
      func delayed(_ instant: Instant) -> Instant {
        instant > at ? Instant(millisecondsSince1970: instant.millisecondsSince1970 + Int64(delay.value) * 1000) : instant
      }
      #expect((stop.arrival, stop.begin, stop.departure) == (delayed(old.arrival), delayed(old.begin), delayed(old.departure)))
    }
    let broken = TourComparison(of: plan, with: new).brokenPromises.filter { $0.before.inspector != "A" }
    #expect(broken.count <= 1)
  }
}
