public import LageplanFeatures

extension VroomProblem {
  /// What a document in VROOM's output form claims, checked.
  public struct Report: Sendable {
    /// Every rule that the routes break, and everything that they say of themselves but is not so; empty: all is well.
    public var violations: [String]
    /// In VROOM's unit, counted anew.
    public var cost: Int
    /// Of the tasks that are in no route.
    public var unassigned: [Int64]
  }

  /// Drives each route of an answer again, at the moments that it states.
  ///
  /// Throws ``VroomInput/Faults`` for a document that names other tasks or vehicles than the problem.
  public func report(on answer: JSONValue) throws(VroomInput.Faults) -> Report {
    var faults: [String] = []
    var report = Report(violations: [], cost: 0, unassigned: [])
    var times: [Int: Int] = [:]
    var used = Set<Int>()
    for (number, route) in (answer["routes"]?.array ?? []).enumerated() {
      let place = "routes[\(number)]"
      guard let vehicle = input.vehicles.firstIndex(where: { $0.id == route["vehicle"]?.whole }) else {
        faults.append("\(place).vehicle: the problem has no vehicle \(route["vehicle"]?.excerpt() ?? "here")")
        continue
      }
      if !used.insert(vehicle).inserted { report.violations.append("vehicle \(input.vehicles[vehicle].id) has two routes") }
      let steps = claimedSteps(of: route, on: vehicle, at: place, &faults)
      guard let departure = steps.departure, faults.isEmpty else { continue }
      let driven = VroomRoute(steps.items, of: vehicle, leavingAt: departure, begins: steps.begins, in: self)
      report.cost += driven.cost
      for task in driven.tasks { times[task, default: 0] += 1 }
      report.violations += objections(to: driven, claims: route, place)
    }
    guard faults.isEmpty else { throw VroomInput.Faults(lines: faults) }
    for (index, task) in input.tasks.enumerated() {
      let name = "\(task.kind.rawValue) \(task.id)"
      if times[index] ?? 0 > 1 { report.violations.append("\(name) is served \(times[index] ?? 0) times") }
      if times[index] == nil { report.unassigned.append(task.id) }
    }
    return report
  }

  private func claimedSteps(of route: JSONValue, on vehicle: Int, at place: String, _ faults: inout [String]) -> (
    items: [VroomRoute.Item], begins: [Int], departure: Int?
  ) {
    var items: [VroomRoute.Item] = []
    var begins: [Int] = []
    var departure: Int?
    for (number, step) in (route["steps"]?.array ?? []).enumerated() {
      let (type, id) = (step["type"]?.text, step["id"]?.whole)
      guard let arrival = step["arrival"]?.whole else {
        faults.append("\(place).steps[\(number)].arrival: a whole number is missing")
        continue
      }
      let item: VroomRoute.Item?
      switch type {
      case "start", "end": item = nil
      case "break": item = input.vehicles[vehicle].breaks.firstIndex { $0.id == id }.map { .pause($0) }
      default: item = input.tasks.firstIndex { $0.kind.rawValue == type && $0.id == id }.map { .task($0) }
      }
      if type == "start" { departure = Int(arrival) }
      guard let item else {
        if type != "start" && type != "end" {
          faults.append("\(place).steps[\(number)]: the problem has no \(type ?? "step") \(id ?? 0)")
        }
        continue
      }
      items.append(item)
      begins.append(Int(arrival + (step["waiting_time"]?.whole ?? 0)))
      if departure == nil { departure = Int(arrival) }
    }
    return (items, begins, departure)
  }

  private func objections(to driven: VroomRoute, claims route: JSONValue, _ place: String) -> [String] {
    let id = input.vehicles[driven.vehicle].id
    var found = driven.violations.map { violation in
      "vehicle \(id): \(violation.cause.rawValue)" + (violation.duration > 0 ? " of \(violation.duration) s" : "")
    }
    for (index, step) in driven.steps.enumerated() where step.waiting < 0 {
      found.append("vehicle \(id), step \(index): it begins \(-step.waiting) s before one can be there")
    }
    for (key, value) in [
      ("cost", driven.cost), ("duration", driven.travelled), ("service", driven.service), ("setup", driven.setUp),
    ] {
      guard let claimed = route[key]?.whole, claimed != value else { continue }
      found.append("\(place).\(key): says \(claimed), but it is \(value)")
    }
    return found
  }
}
