import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import TestSupport
import Testing

/// One change after the other on three days, on roads, with rounds on foot and loads: what people rely on.
struct TourReplanWeekTests {
  private struct Place: Hashable {
    var inspector: String
    var day: CalendarDate
  }

  /// What happens in one change, and what it excuses.
  private struct Event {
    var change: TourChange
    /// Their promises cannot hold.
    var excused: Set<String> = []
    var late: Set<String> = []
  }

  private func places(_ plan: TourPlan) -> [FeatureReference: Place] {
    var places: [FeatureReference: Place] = [:]
    for route in plan.routes {
      for feature in route.stops.flatMap(\.features) { places[feature] = Place(inspector: route.inspector, day: route.day) }
    }
    return places
  }

  /// Stops that somebody was at or on the way to.
  private func begun(_ route: TourPlan.Route, _ at: Instant) -> [TourPlan.Stop] {
    var leaves = route.departure
    return Array(
      route.stops.prefix { stop in
        defer { leaves = stop.departure }
        return leaves < at
      })
  }

  private func event(
    in city: inout TourReplanCity, _ plan: TourPlan, at: Instant, _ number: Int, _ seed: inout Seed
  ) -> Event {
    var event = Event(change: TourChange(at: at))
    event.change.mostChanges = Int.random(in: 0...3, using: &seed)
    event.change.seed = UInt64.random(in: 0...99, using: &seed)
    let open = plan.routes.flatMap { $0.stops.dropFirst(begun($0, at).count) }.flatMap(\.features)
    event.change.locks = open.filter { _ in Int.random(in: 0..<8, using: &seed) == 0 }
    switch Int.random(in: 0..<4, using: &seed) {
    case 0:
      let free = open.filter { !event.change.locks.contains($0) }
      event.change.cancelled = [free.randomElement(using: &seed)].compactMap { $0 }
    case 1:
      let urgent = city.feature(
        "urgent\(number)", east: Double.random(in: 0...4000, using: &seed), north: Double.random(in: 0...4000, using: &seed),
        &seed)
      city.features.append(urgent)
      event.change.urgent = [TourChange.Urgent(feature: urgent.reference)]
    case 2:
      let day = city.request.day.adding(days: number)
      event.change.absent = [TourChange.Absence(inspector: "B", day: day)]
      event.excused = ["B \(day.iso)"]
    default:
      let running = plan.routes.first { $0.inspector == "A" && $0.arrival > at }
      guard let running else { break }
      event.change.delays = [
        TourChange.Delay(inspector: "A", day: running.day, time: Seconds(60 * Int.random(in: 5...40, using: &seed)))
      ]
      event.excused = ["A \(running.day.iso)"]
      event.late = ["A"]
    }
    return event
  }

  @Test(arguments: Seed.hundred.prefix(15)) func whateverHappensPromisesAndRulesHold(seed: Seed) throws {
    var seed = seed
    var city = try TourReplanCity(&seed)
    var plan = try city.plan()
    #expect(city.faults(of: plan) == [])
    #expect(city.missing(in: plan) == [])
    #expect(plan.routes.flatMap(\.stops).contains { !$0.walk.isEmpty }, "a city without rounds on foot tests none")
    var late: Set<String> = []
    var locked: [FeatureReference: Place] = [:]
    for number in 0..<3 {
      let day = city.request.day.adding(days: number)
      let at = city.time.instant(on: day, at: Seconds(25_200 + Int.random(in: 0...14_400, using: &seed)))
      let event = event(in: &city, plan, at: at, number, &seed)
      let new = try city.replan(plan, event.change, searches: Int.random(in: 1...2, using: &seed))
      late.formUnion(event.late)
      #expect(city.faults(of: new, late: late) == [], "\(event.change)")
      #expect(city.missing(in: new) == [], "\(event.change)")
      let broken = TourComparison(of: plan, with: new).brokenPromises
        .filter { !event.excused.contains("\($0.before.inspector) \($0.before.day.iso)") }
      #expect(broken.count <= event.change.mostChanges ?? 0, "\(event.change) breaks \(broken)")
      try expectBegunIsKept(plan, new, event)
      let (before, after) = (places(plan), places(new))
      for feature in event.change.locks { locked[feature] = before[feature] }
      // Only who is absent gives locked work away.
      locked = locked.filter { lock in
        !event.change.absent.contains { $0.inspector == lock.value.inspector && $0.day == lock.value.day }
      }
      for (feature, place) in locked {
        #expect(after[feature] == nil || after[feature] == place, "\(feature) of \(place) in \(event.change)")
      }
      expectOrder(of: event.change.locks, plan, new, event)
      for feature in event.change.cancelled { #expect(after[feature] == nil) }
      plan = new
    }
  }

  private func expectBegunIsKept(_ plan: TourPlan, _ new: TourPlan, _ event: Event) throws {
    let at = try #require(event.change.at)
    for route in plan.routes where !event.excused.contains("\(route.inspector) \(route.day.iso)") {
      let kept = begun(route, at).filter { Set(event.change.cancelled).isDisjoint(with: $0.features) }
      guard !kept.isEmpty else { continue }
      let same = try #require(new.routes.first { $0.inspector == route.inspector && $0.day == route.day })
      #expect(same.departure == route.departure)
      #expect(same.stops.count >= kept.count)
      for (old, now) in zip(kept, same.stops) {
        #expect((old.features, old.arrival, old.begin, old.departure) == (now.features, now.arrival, now.begin, now.departure))
        #expect(old.walk == now.walk)
        #expect(now.isFixed)
      }
      for stop in same.stops.dropFirst(kept.count) { #expect(stop.arrival >= at) }
    }
  }

  /// What is locked in one tour stays in its order.
  private func expectOrder(of locks: [FeatureReference], _ plan: TourPlan, _ new: TourPlan, _ event: Event) {
    for route in plan.routes where !event.excused.contains("\(route.inspector) \(route.day.iso)") {
      let order = route.stops.filter { !Set(locks).isDisjoint(with: $0.features) }.compactMap(\.features.first)
      let same = new.routes.first { $0.inspector == route.inspector && $0.day == route.day }
      let now = same?.stops.compactMap { stop in order.first { stop.features.contains($0) } } ?? []
      #expect(now == order.filter(now.contains))
    }
  }
}
