import LageplanGeometry

/// A rule that a step breaks, as VROOM names it.
struct VroomViolation: Hashable, Sendable {
  enum Cause: String, Hashable, Sendable, CaseIterable {
    case leadTime = "lead_time"
    case delay, load, skills, precedence
    case mostTasks = "max_tasks"
    case missingBreak = "missing_break"
    case longestTravel = "max_travel_time"
    case longestWay = "max_distance"
    case largestLoad = "max_load"
  }

  var cause: Cause
  /// Of too early and too late, in seconds.
  var duration = 0
}

/// One vehicle's tour as VROOM tells it: its steps with their times, what they sum up to, and every rule that they break.
///
/// Set-up begins within the window of its task, and falls away where the step before is at the same place. A break lies on the way as far as the way
/// leads before it may begin.
struct VroomRoute: Sendable {
  enum Item: Hashable, Sendable {
    /// Indices into the tasks of the document, and the breaks of the vehicle.
    case task(Int)
    case pause(Int)
  }

  struct Step: Sendable {
    enum Kind: Hashable, Sendable {
      case start, end
      case item(Item)
    }

    var kind: Kind
    var place: VroomInput.Place
    /// On the document's clock.
    var arrival: Int
    var waiting = 0
    var setUp = 0
    var service = 0
    /// On the way since the start, in seconds and metres.
    var travelled: Int
    var metres: Int
    var load: [Int]
    var violations: [VroomViolation] = []

    /// When work, or the pause, begins.
    var begin: Int { arrival + waiting }
    var done: Int { begin + setUp + service }
  }

  let vehicle: Int
  private(set) var steps: [Step] = []
  private(set) var violations: [VroomViolation] = []
  private(set) var cost = 0

  /// Drives the tour from its departure, on the document's clock. `begins` tells when each item and the end begin, none before it can; without them each
  /// begins as soon as it may.
  init(_ items: [Item], of vehicle: Int, leavingAt departure: Int, begins: [Int]? = nil, in problem: VroomProblem) {
    self.vehicle = vehicle
    let legs = VroomLegs(items, of: vehicle, in: problem)
    let about = problem.input.vehicles[vehicle]
    var load = legs.loadAtStart
    var now = departure
    var (travelled, metres) = (0, 0)
    steps.append(Step(kind: .start, place: legs.places[0], arrival: departure, travelled: 0, metres: 0, load: load))
    var rest = 0
    for (index, item) in items.enumerated() {
      if legs.beginsAt[index] { rest = legs.way[index] }
      switch item {
      case .pause(let pause):
        let rule = about.breaks[pause]
        let begin = begins?[index] ?? max(now, rule.windows.first { $0.closes >= now }?.opens ?? now)
        // The way goes on while the break may not begin.
        let driven = min(rest, begin - now)
        rest -= driven
        travelled += driven
        steps.append(
          Step(
            kind: .item(item), place: legs.places[index + 1], arrival: now + driven, waiting: begin - now - driven,
            service: rule.service, travelled: travelled, metres: metres, load: load))
        now = begin + rule.service
      case .task(let number):
        let task = problem.input.tasks[number]
        travelled += rest
        metres += legs.metres[index]
        let arrival = now + rest
        let begin = begins?[index] ?? max(arrival, task.windows.first { $0.closes >= arrival }?.opens ?? arrival)
        load = legs.load(load, after: task)
        steps.append(
          Step(
            kind: .item(item), place: task.place, arrival: arrival, waiting: begin - arrival, setUp: legs.setUp[index],
            service: legs.service[index], travelled: travelled, metres: metres, load: load))
        now = begin + legs.setUp[index] + legs.service[index]
      }
    }
    if legs.beginsAt[items.count] { rest = legs.way[items.count] }
    metres += legs.metres[items.count]
    steps.append(
      Step(
        kind: .end, place: legs.places[items.count + 1], arrival: now + rest, travelled: travelled + rest, metres: metres,
        load: load))
    cost = legs.cost
    note(about, problem.input)
  }

  // MARK: Sums

  var setUp: Int { steps.reduce(0) { $0 + $1.setUp } }
  var service: Int { steps.reduce(0) { $0 + $1.service } }
  var waiting: Int { steps.reduce(0) { $0 + $1.waiting } }
  var travelled: Int { steps.last?.travelled ?? 0 }
  var metres: Int { steps.last?.metres ?? 0 }
  var tasks: [Int] {
    steps.compactMap { step in
      guard case .item(.task(let number)) = step.kind else { return nil }
      return number
    }
  }

  // MARK: Rules

  private mutating func note(_ about: VroomInput.Vehicle, _ input: VroomInput) {
    var done = Set<Int>()
    var pauses = Set<Int>()
    for index in steps.indices {
      var found: [VroomViolation] = []
      let step = steps[index]
      if let capacity = about.capacity, zip(step.load, capacity).contains(where: { $0 > $1 }) {
        found.append(.init(cause: .load))
      }
      if let most = about.longestTravel, step.travelled > most { found.append(.init(cause: .longestTravel)) }
      if let most = about.longestWay, step.metres > most { found.append(.init(cause: .longestWay)) }
      var windows = about.window.map { [$0] } ?? []
      switch step.kind {
      case .start, .end: break
      case .item(.pause(let pause)):
        pauses.insert(pause)
        windows = about.breaks[pause].windows
        if let most = about.breaks[pause].largestLoad, zip(step.load, most).contains(where: { $0 > $1 }) {
          found.append(.init(cause: .largestLoad))
        }
      case .item(.task(let number)):
        let task = input.tasks[number]
        windows = task.windows
        done.insert(number)
        if let most = about.mostTasks, done.count > most { found.append(.init(cause: .mostTasks)) }
        if !task.skills.isSubset(of: about.skills) { found.append(.init(cause: .skills)) }
        if task.kind == .delivery, !done.contains(number - 1) { found.append(.init(cause: .precedence)) }
      }
      if let (cause, duration) = Self.miss(step.begin, windows) { found.append(.init(cause: cause, duration: duration)) }
      steps[index].violations = found
    }
    // A pickup whose delivery the tour does not hold.
    for index in steps.indices {
      guard case .item(.task(let number)) = steps[index].kind, input.tasks[number].kind == .pickup, !done.contains(number + 1)
      else { continue }
      steps[index].violations.append(.init(cause: .precedence))
    }
    violations = Self.sums(of: steps.map(\.violations))
    if pauses.count < about.breaks.count { violations.append(.init(cause: .missingBreak)) }
  }

  /// By how much a moment lies outside the windows, to the nearer side; `nil`: it lies within one.
  static func miss(_ moment: Int, _ windows: [VroomInput.Window]) -> (VroomViolation.Cause, Int)? {
    var least: (VroomViolation.Cause, Int)?
    for window in windows {
      if window.opens <= moment, moment <= window.closes { return nil }
      let miss = moment < window.opens ? (VroomViolation.Cause.leadTime, window.opens - moment) : (.delay, moment - window.closes)
      if least.map({ miss.1 < $0.1 }) ?? true { least = miss }
    }
    return least
  }

  /// Each cause once, with the sum of its durations.
  static func sums(of lists: [[VroomViolation]]) -> [VroomViolation] {
    let all = lists.joined()
    return VroomViolation.Cause.allCases.compactMap { cause in
      let found = all.filter { $0.cause == cause }
      return found.isEmpty ? nil : VroomViolation(cause: cause, duration: found.reduce(0) { $0 + $1.duration })
    }
  }
}
