/// What of a vehicle's tour does not depend on its times: ways, set-up, service, load, costs.
struct VroomLegs {
  /// Of each item and of the end: the whole way from the place before, past the breaks on it, to the next task or the end; told where it begins.
  private(set) var way: [Int] = []
  /// Of each item and of the end: it follows the start or a task, so that a way begins here.
  private(set) var beginsAt: [Bool] = []
  /// Of each item and of the end: the length of the way that ends here.
  private(set) var metres: [Int] = []
  private(set) var setUp: [Int] = []
  private(set) var service: [Int] = []
  /// Of the start, of each item (of a break the place before it), and of the end. Where a vehicle has no start or end, of the task next to it.
  private(set) var places: [VroomInput.Place] = []
  let loadAtStart: [Int]
  private(set) var cost = 0

  init(_ items: [VroomRoute.Item], of vehicle: Int, in problem: VroomProblem) {
    let input = problem.input
    let about = input.vehicles[vehicle]
    let travel = problem.travels[problem.travelOfVehicle[vehicle]]
    let tasks: [VroomInput.Task?] = items.map { item in
      guard case .task(let number) = item else { return nil }
      return input.tasks[number]
    }
    let first = about.start ?? tasks.lazy.compactMap(\.?.place).first ?? about.end ?? VroomInput.Place()
    places = [first]
    loadAtStart = Self.loadAtStart(tasks.compactMap { $0 }, about, input)
    var before: VroomInput.Place? = about.start
    var (seconds, length, dearness, work) = (0, 0, 0, 0)
    for index in 0...items.count {
      beginsAt.append(index == 0 || tasks[index - 1] != nil)
      let next = tasks[index...].lazy.compactMap(\.?.place).first ?? about.end
      let ends = before.map(problem.number.callAsFunction).flatMap { from in next.map { (from, problem.number($0)) } }
      let isOwn = index == items.count || tasks[index] != nil
      way.append(ends.map { travel.seconds($0.0, $0.1) } ?? 0)
      metres.append(isOwn ? ends.map { travel.metres($0.0, $0.1) } ?? 0 : 0)
      if isOwn, let ends {
        seconds += travel.seconds(ends.0, ends.1)
        length += travel.metres(ends.0, ends.1)
        dearness += travel.cost(ends.0, ends.1)
      }
      guard index < items.count else { break }
      guard let task = tasks[index] else {
        // VROOM counts breaks among the hours of tasks.
        if case .pause(let number) = items[index] { work += about.breaks[number].service }
        setUp.append(0)
        service.append(0)
        places.append(places[index])
        continue
      }
      let isThere = before.map { problem.number($0) == problem.number(task.place) } ?? false
      setUp.append(isThere ? 0 : about.type.flatMap { task.setUpByType[$0] } ?? task.setUp)
      service.append(about.type.flatMap { task.serviceByType[$0] } ?? task.service)
      work += setUp[index] + service[index]
      places.append(task.place)
      before = task.place
    }
    places.append(about.end ?? places[items.count])
    // Eighteen thousandths of a unit are whole for seconds and metres alike.
    let costs = about.costs
    let way = travel.costs == nil ? costs.perHour * 5 * seconds + costs.perKilometre * 18 * length : dearness * 18_000
    cost = costs.fixed + (way + costs.perTaskHour * 5 * work + 9_000) / 18_000
  }

  /// Everything that is delivered by a job.
  private static func loadAtStart(_ tasks: [VroomInput.Task], _ vehicle: VroomInput.Vehicle, _ input: VroomInput) -> [Int] {
    let measures = vehicle.capacity?.count ?? tasks.map { max($0.delivered.count, $0.pickedUp.count) }.max() ?? 0
    var load = [Int](repeating: 0, count: measures)
    for task in tasks where task.kind == .job {
      for (measure, amount) in task.delivered.prefix(measures).enumerated() { load[measure] += amount }
    }
    return load
  }

  /// What is on board behind a task.
  func load(_ load: [Int], after task: VroomInput.Task) -> [Int] {
    var load = load
    for (measure, amount) in task.pickedUp.prefix(load.count).enumerated() { load[measure] += amount }
    for (measure, amount) in task.delivered.prefix(load.count).enumerated() { load[measure] -= amount }
    return load
  }
}
