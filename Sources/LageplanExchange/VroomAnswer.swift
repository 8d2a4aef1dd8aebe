public import LageplanFeatures
public import LageplanGeometry
public import LageplanPlanner

/// A solution in VROOM's output JSON (docs/API.md of 2026-01), with a `reason` for each task left out.
public struct VroomAnswer: Sendable {
  struct Left: Sendable {
    var task: Int
    var reason: TourText
  }

  let input: VroomInput
  let routes: [VroomRoute]
  let left: [Left]
  /// Of each route, its line on the roads as an encoded polyline; empty: none.
  public var geometries: [String] = []
  /// Milliseconds of reading, solving and asking for travel times and lines.
  public var computing: (loading: Int, solving: Int, routing: Int) = (0, 0, 0)

  init(input: VroomInput, routes: [VroomRoute], left: [Left]) {
    (self.input, self.routes, self.left) = (input, routes, left)
  }

  /// Of each route the profile and the places that it passes, where they are known.
  public var lines: [(profile: String, places: [Coordinate])] {
    routes.map { route in
      let stops = route.steps.filter { step in
        guard case .item(.pause) = step.kind else { return true }
        return false
      }
      return (input.vehicles[route.vehicle].profile, stops.compactMap(\.place.position))
    }
  }

  /// Reasons in the language of who asks.
  public func json(in language: TourLanguage = .english) -> JSONValue {
    var summary: Members = [
      ("cost", number(routes.reduce(0) { $0 + $1.cost })), ("routes", number(routes.count)), ("unassigned", number(left.count)),
    ]
    summary += amounts(routes.flatMap(\.tasks))
    summary += sums(of: routes)
    summary.append(("violations", violations(VroomRoute.sums(of: routes.map(\.violations)))))
    summary.append(
      (
        "computing_times",
        [
          "loading": number(computing.loading), "solving": number(computing.solving), "routing": number(computing.routing),
        ]
      ))
    return [
      "code": 0, "summary": .object(summary), "unassigned": .array(left.map { json(of: $0, in: language) }),
      "routes": .array(
        routes.enumerated().map { json(of: $1, geometry: geometries.indices.contains($0) ? geometries[$0] : nil) }),
    ]
  }

  /// The routes alone, as ids of their tasks.
  public var taskIds: [(vehicle: Int64, tasks: [Int64])] {
    routes.map { (input.vehicles[$0.vehicle].id, $0.tasks.map { input.tasks[$0].id }) }
  }

  private typealias Members = [(key: String, value: JSONValue)]

  private func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }

  private var knowsLengths: Bool {
    routes.allSatisfy { route in
      let profile = input.vehicles[route.vehicle].profile
      return (input.matrices[profile] ?? input.added[profile])?.distances != nil
    }
  }

  private func sums(of routes: [VroomRoute]) -> Members {
    func sum(_ value: (VroomRoute) -> Int) -> JSONValue { number(routes.reduce(0) { $0 + value($1) }) }
    var members: Members = [
      ("setup", sum(\.setUp)), ("service", sum(\.service)), ("duration", sum(\.travelled)), ("waiting_time", sum(\.waiting)),
      ("priority", sum { $0.tasks.reduce(0) { $0 + input.tasks[$1].priority } }),
    ]
    if knowsLengths { members.append(("distance", sum(\.metres))) }
    return members
  }

  private func amounts(_ tasks: [Int]) -> Members {
    func sum(_ amounts: (VroomInput.Task) -> [Int]) -> JSONValue {
      var total: [Int] = []
      for task in tasks {
        for (measure, amount) in amounts(input.tasks[task]).enumerated() {
          if measure < total.count { total[measure] += amount } else { total.append(amount) }
        }
      }
      return .array(total.map(number))
    }
    return [("delivery", sum(\.delivered)), ("amount", sum(\.delivered)), ("pickup", sum(\.pickedUp))]
  }

  private func violations(_ list: [VroomViolation]) -> JSONValue {
    .array(
      list.map { violation in
        var members: Members = [("cause", .text(violation.cause.rawValue))]
        if violation.duration > 0 { members.append(("duration", number(violation.duration))) }
        return .object(members)
      })
  }

  private func place(_ place: VroomInput.Place) -> Members {
    var members: Members = []
    if let position = place.position { members.append(("location", [.real(position.x), .real(position.y)])) }
    if let row = place.row { members.append(("location_index", number(row))) }
    return members
  }

  private func json(of left: Left, in language: TourLanguage) -> JSONValue {
    let task = input.tasks[left.task]
    var members: Members = [("id", .integer(task.id)), ("type", .text(task.kind.rawValue))] + place(task.place)
    if let description = task.description { members.append(("description", .text(description))) }
    members.append(("reason", .text(left.reason.text(in: language))))
    return .object(members)
  }

  private func json(of route: VroomRoute, geometry: String?) -> JSONValue {
    let vehicle = input.vehicles[route.vehicle]
    var members: Members = [("vehicle", .integer(vehicle.id)), ("cost", number(route.cost))]
    if let description = vehicle.description { members.append(("description", .text(description))) }
    members += amounts(route.tasks)
    members += sums(of: [route])
    members.append(("steps", .array(route.steps.map { json(of: $0, on: vehicle) })))
    members.append(("violations", violations(route.violations)))
    if let geometry { members.append(("geometry", .text(geometry))) }
    return .object(members)
  }

  private func json(of step: VroomRoute.Step, on vehicle: VroomInput.Vehicle) -> JSONValue {
    var members: Members = []
    switch step.kind {
    case .start: members = [("type", "start")] + place(step.place)
    case .end: members = [("type", "end")] + place(step.place)
    case .item(.pause(let number)):
      let pause = vehicle.breaks[number]
      members = [("type", "break"), ("id", .integer(pause.id))]
      if let description = pause.description { members.append(("description", .text(description))) }
    case .item(.task(let number)):
      let task = input.tasks[number]
      members = [("type", .text(task.kind.rawValue)), ("id", .integer(task.id))]
      // `job` is what `id` was called before there were breaks and shipments.
      if task.kind == .job { members.append(("job", .integer(task.id))) }
      if let description = task.description { members.append(("description", .text(description))) }
      members += place(step.place)
    }
    members += [
      ("setup", number(step.setUp)), ("service", number(step.service)), ("waiting_time", number(step.waiting)),
      ("arrival", number(step.arrival)), ("duration", number(step.travelled)),
    ]
    if !step.load.isEmpty { members.append(("load", .array(step.load.map(number)))) }
    if knowsLengths { members.append(("distance", number(step.metres))) }
    members.append(("violations", violations(step.violations)))
    return .object(members)
  }
}
