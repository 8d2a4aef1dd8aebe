public import LageplanFeatures
import LageplanGeometry
public import LageplanTours

/// VROOM's problem as the solver reads it; record 0021 tells what becomes of each of its parts.
///
/// The solver minimises what VROOM minimises: first the priorities left out, then the number of tasks left out, then the costs. Its clock begins
/// at an origin of its own, so that moments may be counted from 1970. Where it cannot say exactly what VROOM says it is the stricter one.
public struct VroomProblem: Sendable {
  public let problem: TourProblem
  /// What the vehicles' steps say; `nil` where there are none.
  public let start: TourSolution?
  /// In solve mode the document asks for a solution, in plan mode for the times of its own steps.
  public var isPlanMode: Bool { input.isPlanMode }
  let input: VroomInput
  /// What one of VROOM's units of cost is in the solver's.
  private let costScale: Double
  /// Of the document's clock, in seconds.
  let origin: Int
  let number: VroomInput.Numbers
  let travels: [VroomTravel]
  /// Of each vehicle, its number in ``travels``.
  let travelOfVehicle: [Int]
  static let clockEnd = Int(TravelTable.longest)

  /// A document with its matrices in it. Throws ``VroomInput/Faults``, and ``VroomDefect`` where we make a problem of it that is none.
  public init(_ json: JSONValue) throws { try self.init(VroomInput(json)) }

  /// Throws ``VroomInput/Faults``, also where a profile has no matrix yet: see ``VroomInput/missing``; and ``VroomDefect``.
  public init(_ input: VroomInput) throws {
    self.input = input
    number = VroomInput.Numbers(input)
    origin = try Self.origin(of: input)
    (travels, travelOfVehicle) = try Self.travels(of: input)
    let draft = VroomDraft(input, origin: origin, travels: travels, travelOfVehicle: travelOfVehicle, number: number)
    (problem, costScale) = try draft.problem()
    start = draft.start(of: problem)
  }

  /// The first moment that the document names. Where vehicles are free at any time, some years before.
  private static func origin(of input: VroomInput) throws(VroomInput.Faults) -> Int {
    let windows = windows(of: input)
    guard let first = windows.map(\.window.opens).min(), let end = windows.min(by: { $0.window.closes < $1.window.closes }),
      let last = windows.max(by: { $0.window.opens < $1.window.opens })
    else { return 0 }
    let usual = input.vehicles.contains { $0.window == nil } ? max(0, first - clockEnd / 2) : first
    guard last.window.opens - usual > clockEnd else { return usual }
    // What opens long before all else may be meant to be open at any time: what counts is when the first window closes.
    let later = max(usual, end.window.closes - clockEnd / 2)
    guard last.window.opens - later > clockEnd else { return later }
    throw VroomInput.Faults(lines: [
      "\(last.place): begins at \(last.window.opens), but \(end.place) is over at \(end.window.closes); "
        + "at most \(clockEnd / 2) s, two years, lie between them: ask for each time by itself"
    ])
  }

  private static func windows(of input: VroomInput) -> [(place: String, window: VroomInput.Window)] {
    var found: [(place: String, window: VroomInput.Window)] = []
    func add(_ windows: [VroomInput.Window], _ place: String) {
      for (index, window) in windows.enumerated() { found.append(("\(place).time_windows[\(index)]", window)) }
    }
    for (index, task) in input.tasks.enumerated() { add(task.windows, task.part(index)) }
    for (index, vehicle) in input.vehicles.enumerated() {
      if let window = vehicle.window { found.append(("vehicles[\(index)].time_window", window)) }
      for pause in vehicle.breaks { add(pause.windows, "vehicles[\(index)], break \(pause.id)") }
    }
    return found
  }

  private static func travels(of input: VroomInput) throws(VroomInput.Faults) -> ([VroomTravel], ofVehicle: [Int]) {
    struct Kind: Hashable {
      var profile: String
      var speedFactor: Double
    }
    let kinds = Set(input.vehicles.map { Kind(profile: $0.profile, speedFactor: $0.speedFactor) }).count
    guard kinds * input.placeCount * input.placeCount <= TourProblem.mostWays else {
      throw VroomInput.Faults(
        lines: [
          "vehicles: \(kinds) kinds of profile and speed_factor between \(input.placeCount) places are more ways than are kept; "
            + "give vehicles the same"
        ], isTooLarge: true)
    }
    var faults: [String] = []
    var travels: [VroomTravel] = []
    var numbers: [Kind: Int] = [:]
    var ofVehicle: [Int] = []
    for vehicle in input.vehicles {
      let kind = Kind(profile: vehicle.profile, speedFactor: vehicle.speedFactor)
      if let known = numbers[kind] {
        ofVehicle.append(known)
        continue
      }
      guard let matrices = input.matrices[vehicle.profile] ?? input.added[vehicle.profile],
        matrices.durations.count == input.placeCount * input.placeCount
      else {
        faults.append("matrices.\(vehicle.profile): is missing, and there are no roads to ask")
        continue
      }
      numbers[kind] = travels.count
      ofVehicle.append(travels.count)
      travels.append(VroomTravel(count: input.placeCount, matrices, speedFactor: vehicle.speedFactor))
    }
    guard faults.isEmpty else { throw VroomInput.Faults(lines: Array(Set(faults)).sorted()) }
    return (travels, ofVehicle)
  }

  /// A cost of the solver in VROOM's unit, rounded.
  public func cost(_ cost: Int) -> Int { Int((Double(cost) / costScale).rounded()) }

  /// Of a job of the problem, as the document numbers it.
  public func id(of job: Int) -> Int64 { input.tasks[job].id }

  /// The solution as VROOM answers it, checked once more by the rules of VROOM; `reason` tells of each task left out why.
  ///
  /// Throws ``VroomDefect`` where a rule is broken: a defect of the program.
  public func answer(_ solution: TourSolution) throws -> VroomAnswer {
    let routes = solution.routes.indices.filter { !solution.routes[$0].jobs.isEmpty }.map { vehicle in
      let route = solution.routes[vehicle]
      var items: [VroomRoute.Item] = []
      for stop in 0...route.jobs.count {
        items += route.breaks.indices.filter { route.breaks[$0] == stop }.map { .pause($0) }
        if stop < route.jobs.count { items.append(.task(route.jobs[stop])) }
      }
      return VroomRoute(items, of: vehicle, leavingAt: origin + route.departure.value, in: self)
    }
    let broken = routes.flatMap { route in route.violations.map { "vehicle \(input.vehicles[route.vehicle].id): \($0.cause)" } }
    guard broken.isEmpty else { throw VroomDefect(violations: broken) }
    let explanation = TourExplanation(of: solution, in: problem)
    let share = TourExplanation.standardWork / max(1, solution.unassigned.count)
    let left = solution.unassigned.map { task in
      VroomAnswer.Left(task: task, reason: VroomWords(input).reason(explanation.finding(for: task, within: share).reason))
    }
    return VroomAnswer(input: input, routes: routes, left: left)
  }
}

/// The solver's plan breaks VROOM's rules, or our problem the solver's: a defect of the program, never the fault of a document.
public struct VroomDefect: Error, Hashable, Sendable, CustomStringConvertible {
  public var violations: [String]
  public var description: String { "problem or plan break rules, which is a defect: \(violations.joined(separator: ", "))" }
}
