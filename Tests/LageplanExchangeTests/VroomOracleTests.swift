import LageplanFeatures
import LageplanTours
import Testing

@testable import LageplanExchange

/// Small problems in VROOM's terms, solved by trying every order on every vehicle with VROOM's own rules: an oracle that knows neither the solver nor
/// the way in which documents are put to it.
@Suite struct VroomOracleTests {
  private struct Draw {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }

    mutating func chance(_ percent: Int) -> Bool { next(100) < percent }
  }

  /// Two vehicles, three to four tasks, any of VROOM's rules.
  private func document(_ seed: UInt64) -> JSONValue {
    var draw = Draw(state: seed &* 2_654_435_761 &+ 17)
    let places = 5
    let points = (0..<places).map { _ in (draw.next(900), draw.next(900)) }
    func table(_ factor: Int) -> JSONValue {
      .array(points.map { a in .array(points.map { .integer(Int64((abs(a.0 - $0.0) + abs(a.1 - $0.1)) * factor)) }) })
    }
    func window(_ draw: inout Draw) -> JSONValue {
      let begin = draw.next(2500)
      return [.integer(Int64(begin)), .integer(Int64(begin + 100 + draw.next(1500)))]
    }
    func task(_ id: Int, _ draw: inout Draw) -> [(key: String, value: JSONValue)] {
      var task: [(key: String, value: JSONValue)] = [
        ("id", .integer(Int64(id))), ("location_index", .integer(Int64(id % places))),
        ("service", .integer(Int64(draw.next(4) * 100))),
      ]
      if draw.chance(50) { task.append(("time_windows", [window(&draw)])) }
      if draw.chance(30) { task.append(("setup", 60)) }
      if draw.chance(20) { task.append(("service_per_type", ["a": 50])) }
      return task
    }
    var jobs: [JSONValue] = []
    for id in 1...(draw.chance(50) ? 2 : 3) {
      var job = task(id, &draw) + [("delivery", [.integer(Int64(draw.next(3)))]), ("pickup", [.integer(Int64(draw.next(3)))])]
      if draw.chance(40) { job.append(("priority", .integer(Int64(draw.next(100))))) }
      if draw.chance(30) { job.append(("skills", [.integer(Int64(1 + draw.next(2)))])) }
      jobs.append(.object(job))
    }
    var shipments: [JSONValue] = []
    if jobs.count == 2 {
      shipments = [["amount": [1], "pickup": .object(task(3, &draw)), "delivery": .object(task(4, &draw))]]
    }
    let vehicles = (1...2).map { id -> JSONValue in
      let begin = draw.next(500)
      var vehicle: [(key: String, value: JSONValue)] = [
        ("id", .integer(Int64(id))), ("start_index", 0), ("capacity", [.integer(Int64(1 + draw.next(4)))]),
        ("time_window", [.integer(Int64(begin)), .integer(Int64(begin + 1500 + draw.next(3000)))]),
      ]
      if draw.chance(70) { vehicle.append(("end_index", 0)) }
      if draw.chance(50) { vehicle.append(("skills", [1])) }
      if draw.chance(30) { vehicle.append(("type", "a")) }
      if draw.chance(30) { vehicle.append(("speed_factor", 2)) }
      if draw.chance(20) { vehicle.append(("max_tasks", 1)) }
      if draw.chance(20) { vehicle.append(("max_distance", 5000)) }
      if draw.chance(20) { vehicle.append(("max_travel_time", 2000)) }
      if draw.chance(40) {
        vehicle.append(
          (
            "costs",
            ["fixed": .integer(Int64(draw.next(300))), "per_km": .integer(Int64(draw.next(2) * 100)), "per_task_hour": 1800]
          ))
      }
      if draw.chance(30) {
        let from = begin + draw.next(800)
        vehicle.append(
          ("breaks", [["id": 1, "service": 100, "time_windows": [[.integer(Int64(from)), .integer(Int64(from + 400))]]]]))
      }
      return .object(vehicle)
    }
    return [
      "vehicles": .array(vehicles), "jobs": .array(jobs), "shipments": .array(shipments),
      "matrices": ["car": ["durations": table(1), "distances": table(2)]],
    ]
  }

  /// Priority, number and cost of the best way to serve tasks without a violation.
  private func best(_ problem: VroomProblem) throws -> (priority: Int, tasks: Int, cost: Int) {
    var best = (priority: 0, tasks: 0, cost: 0)
    var known: [[Int]: Int?] = [:]
    func cost(_ vehicle: Int, _ tasks: [Int]) throws -> Int? {
      if tasks.isEmpty { return 0 }
      let key = [vehicle] + tasks
      if let found = known[key] { return found }
      var least: Int?
      let pauses = problem.input.vehicles[vehicle].breaks.count
      for place in 0...(pauses == 0 ? 0 : tasks.count) {
        var items = tasks.map { VroomRoute.Item.task($0) }
        if pauses == 1 { items.insert(.pause(0), at: place) }
        let steps = [VroomInput.Step?](repeating: nil, count: items.count)
        let schedule = try VroomSchedule(items, steps: steps, start: nil, end: nil, of: vehicle, in: problem) {}
        let route = VroomRoute(items, of: vehicle, leavingAt: schedule.departure, begins: schedule.begins, in: problem)
        if route.violations.isEmpty { least = min(least ?? .max, route.cost) }
      }
      known[key] = least
      return least
    }
    func place(_ task: Int, _ routes: [[Int]]) throws {
      guard task < problem.input.tasks.count else {
        guard let first = try cost(0, routes[0]), let second = try cost(1, routes[1]) else { return }
        let done = routes.joined()
        let merit = (
          priority: done.reduce(0) { $0 + problem.input.tasks[$1].priority }, tasks: done.count, cost: -(first + second)
        )
        if merit > (best.priority, best.tasks, -best.cost) { best = (merit.priority, merit.tasks, first + second) }
        return
      }
      try place(task + 1, routes)
      for vehicle in 0...1 {
        for at in 0...routes[vehicle].count {
          var more = routes
          more[vehicle].insert(task, at: at)
          try place(task + 1, more)
        }
      }
    }
    try place(0, [[], []])
    return best
  }

  @Test(arguments: 0..<40) func nothingIsBetterByVroomsOwnRules(seed: Int) throws {
    let problem = try VroomProblem(document(UInt64(seed)))
    let solution = TourSolver.solve(problem.problem, seed: 1, budget: .iterations(400))
    let summary = try problem.answer(solution).json()["summary"]
    let best = try best(problem)
    let total = problem.input.tasks.count
    #expect(summary?["priority"]?.integer == Int64(best.priority), "seed \(seed)")
    #expect(summary?["unassigned"]?.integer == Int64(total - best.tasks), "seed \(seed)")
    // Costs are rounded per route.
    let cost = try #require(summary?["cost"]?.integer)
    #expect(abs(cost - Int64(best.cost)) <= 2, "seed \(seed): \(cost), but \(best.cost) is possible")
  }
}
