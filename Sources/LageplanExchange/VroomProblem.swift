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

  /// A document with its matrices in it. Throws ``VroomInput/Faults``.
  public init(_ json: JSONValue) throws(VroomInput.Faults) { try self.init(VroomInput(json)) }

  /// Throws ``VroomInput/Faults``, also where a profile has no matrix yet: see ``VroomInput/missing``.
  public init(_ input: VroomInput) throws(VroomInput.Faults) {
    self.input = input
    number = VroomInput.Numbers(input)
    origin = Self.origin(of: input)
    (travels, travelOfVehicle) = try Self.travels(of: input)
    let draft = VroomDraft(input, origin: origin, travels: travels, travelOfVehicle: travelOfVehicle, number: number)
    (problem, costScale) = try draft.problem()
    start = draft.start(of: problem)
  }

  /// The first moment that the document names. Where vehicles are free at any time, some years before.
  private static func origin(of input: VroomInput) -> Int {
    var first = Int.max
    for task in input.tasks { for window in task.windows { first = min(first, window.opens) } }
    for vehicle in input.vehicles {
      if let window = vehicle.window { first = min(first, window.opens) }
      for pause in vehicle.breaks { for window in pause.windows { first = min(first, window.opens) } }
    }
    guard first < .max else { return 0 }
    return input.vehicles.contains { $0.window == nil } ? max(0, first - clockEnd / 2) : first
  }

  private static func travels(of input: VroomInput) throws(VroomInput.Faults) -> ([VroomTravel], ofVehicle: [Int]) {
    struct Kind: Hashable {
      var profile: String
      var speedFactor: Double
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
    let left = solution.unassigned.map { task in
      VroomAnswer.Left(task: task, reason: VroomWords(input).reason(explanation.reason(for: task)))
    }
    return VroomAnswer(input: input, routes: routes, left: left)
  }
}

/// The solver's plan breaks VROOM's rules: a defect of the program, never the fault of a document.
public struct VroomDefect: Error, Hashable, Sendable, CustomStringConvertible {
  public var violations: [String]
  public var description: String { "the plan breaks rules, which is a defect: \(violations.joined(separator: ", "))" }
}
