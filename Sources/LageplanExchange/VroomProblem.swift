public import LageplanFeatures
import LageplanGeometry
public import LageplanTours

/// A tour problem in VROOM's JSON (docs/API.md of 2026-01) with its matrix in the file, and solutions in the same form.
///
/// VROOM's objective is kept: first the sum of priorities, then the number of jobs, then the cost of the ways; a missing start or end of a vehicle is an open tour.
/// VROOM's set-up begins within the window, ours before it, so windows of jobs with set-up are moved by it. Of several windows of a break the first counts.
/// Shipments and locations without a matrix are told as faults.
public struct VroomProblem: Sendable {
  public var problem: TourProblem
  /// The ids of the file, in the order of the problem's jobs and shifts.
  public var jobs: [Int64]
  public var vehicles: [Int64]
  private var isOpenStart: [Bool]
  private var isOpenEnd: [Bool]
  private var breaks: [[Int64]]

  /// All that is wrong with a file, each line with its place.
  public struct Faults: Error, Sendable, CustomStringConvertible {
    public var lines: [String]
    public var description: String { lines.joined(separator: "\n") }
  }

  /// Throws ``Faults``.
  public init(_ json: JSONValue) throws(Faults) {
    var reader = VroomReader()
    let vehicles = reader.list(json, "vehicles", at: "vehicles")
    let work = reader.list(json, "jobs", at: "jobs", isRequired: false)
    if let shipments = json["shipments"]?.array, !shipments.isEmpty {
      reader.faults.append("shipments: not understood; give pickups and deliveries as jobs")
    }
    let matrix = reader.matrix(json)
    let nowhere = matrix.count
    var shifts: [TourShift] = []
    (self.vehicles, breaks, isOpenStart, isOpenEnd) = ([], [], [], [])
    for (index, vehicle) in vehicles.enumerated() {
      let place = "vehicles[\(index)]"
      let start = reader.location(vehicle, "start", at: place, isRequired: false, matrix.count)
      let end = reader.location(vehicle, "end", at: place, isRequired: false, matrix.count)
      if start == nil, end == nil { reader.faults.append("\(place): start_index or end_index is missing") }
      shifts.append(reader.shift(vehicle, at: place, start: start ?? nowhere, end: end ?? nowhere))
      self.vehicles.append(reader.integer(vehicle, "id", at: place) ?? 0)
      isOpenStart.append(start == nil)
      isOpenEnd.append(end == nil)
      breaks.append((vehicle["breaks"]?.array ?? []).map { $0["id"]?.integer ?? 0 })
    }
    jobs = []
    var problemJobs: [TourJob] = []
    for (index, job) in work.enumerated() {
      let place = "jobs[\(index)]"
      let location = reader.location(job, "location", at: place, isRequired: true, matrix.count) ?? 0
      problemJobs.append(reader.job(job, at: place, location: location, jobs: work.count))
      jobs.append(reader.integer(job, "id", at: place) ?? 0)
    }
    guard reader.faults.isEmpty else { throw Faults(lines: reader.faults) }
    do {
      let travel = try matrix.withNowhere()
      let faults = TourProblem.faults(jobs: problemJobs, shifts: shifts, travel: travel)
      guard faults.isEmpty else { throw Faults(lines: faults.map { "\($0)" }) }
      problem = try TourProblem(jobs: problemJobs, shifts: shifts, travel: travel)
    } catch let error as Faults {
      throw error
    } catch {
      throw Faults(lines: ["\(error)"])
    }
  }

  /// The solution as VROOM would answer it, with a `reason` for each job left out.
  public func json(of solution: TourSolution) -> JSONValue {
    let cost = TourCost(of: solution, in: problem)
    let explanation = TourExplanation(of: solution, in: problem)
    let used = problem.shifts.indices.filter { !solution.routes[$0].jobs.isEmpty }
    return [
      "code": 0,
      "summary": [
        "cost": .integer(Int64(cost.travel)), "routes": .integer(Int64(used.count)),
        "unassigned": .integer(Int64(solution.unassigned.count)), "duration": .integer(Int64(cost.travelSeconds)),
      ],
      "unassigned": .array(
        solution.unassigned.map {
          ["id": .integer(jobs[$0]), "type": "job", "reason": .text(words(explanation.reason(for: $0)))]
        }),
      "routes": .array(used.map { json(of: solution.routes[$0], shift: $0) }),
    ]
  }

  /// The reason as a sentence; minutes are rounded up.
  private func words(_ reason: UnassignedReason) -> String {
    func minutes(_ span: Seconds) -> String { "\((span.value + 59) / 60) min" }
    func name(_ shift: Int) -> String { "vehicle \(vehicles[shift])" }
    return switch reason {
    case .noQualifiedInspector: "no vehicle has all of its skills"
    case .pinnedToOthers: "it is pinned to vehicles without its skills"
    case .notReachable: "no vehicle with its skills can get there and to the end of the tour"
    case .loadTooLarge: "no vehicle with its skills can carry it"
    case .windowMissed(let shift, let late):
      "even alone \(name(shift)) would come \(minutes(late)) too late, and the others later"
    case .shiftTooShort(let shift, let missing): "even alone it needs \(minutes(missing)) more of \(name(shift))'s shift"
    case .noRoomLeft(let shift, let missing?): "the tours are full: it needs \(minutes(missing)) more of \(name(shift))'s shift"
    case .noRoomLeft(_, nil): "the vehicles that could carry it are full"
    case .wayTooLong(let shift, let missing):
      "even alone its way is \(Int(missing.value)) m longer than \(name(shift)) may drive"
    case .partnerLeftOut(let job): "it cannot be done together with task \(jobs[job])"
    }
  }

  private func json(of route: TourRoute, shift: Int) -> JSONValue {
    let table = TourTimetable(of: route, shift: shift, in: problem)
    var steps: [(moment: Int, step: JSONValue)] = []
    func add(_ type: String, at moment: Seconds, id: Int64?, service: Int, waiting: Int) {
      var members: [(key: String, value: JSONValue)] = [("type", .text(type)), ("arrival", .integer(Int64(moment.value)))]
      if let id { members.append(("id", .integer(id))) }
      members += [("service", .integer(Int64(service))), ("waiting_time", .integer(Int64(waiting)))]
      steps.append((moment.value, .object(members)))
    }
    if !isOpenStart[shift] { add("start", at: table.departure, id: nil, service: 0, waiting: 0) }
    for (number, visit) in table.visits.enumerated() {
      for (index, pause) in table.breaks.enumerated() where pause.afterVisits == number { addBreak(index, pause) }
      add(
        "job", at: visit.arrival, id: jobs[visit.job], service: visit.departure.value - visit.begin.value,
        waiting: visit.begin.value - visit.arrival.value)
    }
    func addBreak(_ index: Int, _ pause: TourTimetable.Pause) {
      add("break", at: pause.begin, id: breaks[shift][index], service: pause.end.value - pause.begin.value, waiting: 0)
    }
    for (index, pause) in table.breaks.enumerated() where pause.afterVisits == table.visits.count { addBreak(index, pause) }
    if !isOpenEnd[shift] { add("end", at: table.arrival, id: nil, service: 0, waiting: 0) }
    return [
      "vehicle": .integer(vehicles[shift]), "cost": .integer(Int64(table.travelSeconds.value)),
      "duration": .integer(Int64(table.travelSeconds.value)), "steps": .array(steps.map(\.step)),
    ]
  }
}
