import LageplanGeometry
import LageplanTours

/// Makes a problem of the solver out of VROOM's.
struct VroomDraft {
  private let input: VroomInput
  private let origin: Int
  private let travels: [VroomTravel]
  private let travelOfVehicle: [Int]
  private let number: VroomInput.Numbers
  private let hasNowhere: Bool
  /// The bit of each skill that tasks ask for; those beyond the 64th become pins.
  private let bits: [Int64: UInt64]
  private let types: [String: Int]
  /// How many tasks are at each place, and whether a vehicle starts there: elsewhere no set-up ever falls away.
  private let tasksAt: [Int]
  private let isStart: [Bool]

  init(
    _ input: VroomInput, origin: Int, travels: [VroomTravel], travelOfVehicle: [Int], number: VroomInput.Numbers
  ) {
    self.input = input
    self.origin = origin
    self.travels = travels
    self.travelOfVehicle = travelOfVehicle
    self.number = number
    hasNowhere = input.vehicles.contains { $0.start == nil || $0.end == nil }
    let skills = Set(input.tasks.flatMap(\.skills)).sorted()
    bits = Dictionary(uniqueKeysWithValues: skills.prefix(64).enumerated().map { ($1, 1 << UInt64($0)) })
    let names = Set(input.vehicles.compactMap(\.type)).sorted()
    types = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0 + 1) })
    var tasksAt = [Int](repeating: 0, count: input.placeCount)
    var isStart = [Bool](repeating: false, count: input.placeCount)
    for task in input.tasks { tasksAt[number(task.place)] += 1 }
    for vehicle in input.vehicles { if let start = vehicle.start { isStart[number(start)] = true } }
    (self.tasksAt, self.isStart) = (tasksAt, isStart)
  }

  /// With what one of VROOM's units of cost is there. Throws ``VroomInput/Faults`` where the solver has no room for so much, and ``VroomDefect`` where it
  /// objects to anything else: what is wrong with a document is found before.
  func problem() throws -> (TourProblem, costScale: Double) {
    // Costs are whole numbers: as fine as they are, but as coarse as their sum over all that is left out requires.
    var divisor = 1
    while true {
      do {
        let weights = VroomWeights(input, divisor: divisor)
        return (try problem(weights), weights.scale)
      } catch TourProblemError.costTooLarge where divisor < 1 << 40 {
        divisor *= 4
      } catch let error as TourProblemError {
        throw VroomDefect(violations: ["\(error)"])
      }
    }
  }

  private func problem(_ weights: VroomWeights) throws -> TourProblem {
    var tables: [TravelTable] = []
    for travel in travels { tables.append(try travel.table(costScale: weights.scale, hasNowhere: hasNowhere)) }
    let jobs = input.tasks.map(job)
    let shifts = input.vehicles.indices.map { shift($0, weights) }
    let others = Array(tables.dropFirst())
    var ties = TourTies()
    for (index, task) in input.tasks.enumerated() where task.kind == .pickup {
      ties.shipments.append(TourShipment(pickup: index, delivery: index + 1, amount: Self.load(task.pickedUp)))
    }
    let faults = TourProblem.faults(jobs: jobs, shifts: shifts, travel: tables[0], ties: ties, otherTravel: others)
    for case .tooLarge in faults {
      throw VroomInput.Faults(
        lines: [
          "vehicles, jobs: so many kinds of profile, speed_factor and costs between \(input.placeCount) places are more ways than are kept; "
            + "give vehicles the same"
        ], isTooLarge: true)
    }
    guard faults.isEmpty else { throw VroomDefect(violations: faults.map { "\($0)" }) }
    return try TourProblem(jobs: jobs, shifts: shifts, travel: tables[0], ties: ties, otherTravel: others)
  }

  // MARK: Time

  /// On the solver's clock; beyond its ends nothing can happen.
  private func clock(_ moment: Int) -> Seconds { Seconds(min(max(0, moment - origin), VroomProblem.clockEnd)) }

  private func window(_ window: VroomInput.Window) -> TimeWindow {
    TimeWindow(earliest: clock(window.opens), latest: clock(window.closes))
  }

  // MARK: Tasks

  private func job(_ task: VroomInput.Task) -> TourJob {
    let place = number(task.place)
    // The number of tasks decides between equal sums of priorities.
    let step = min(input.tasks.count + 1, 9_999)
    var job = TourJob(
      location: place, service: Seconds(task.service), windows: [], skills: skills(task), prize: task.priority * step + 1,
      pinned: pinned(task))
    if task.kind == .job {
      job.load = Self.load(task.pickedUp)
      job.delivery = Self.load(task.delivered)
    }
    // VROOM's set-up begins within the window, and falls away where the stop before is at the same place. Where that is rare or cannot be,
    // it is a part of the service. Else the visit behind the set-up must begin where it may begin with and without it.
    let narrowed = task.windows.map { VroomInput.Window(opens: $0.opens + task.setUp, closes: $0.closes) }
    let isAlone = tasksAt[place] < 2 && (!isStart[place] || !task.windows.isEmpty)
    let isPart = isAlone || !task.setUpByType.isEmpty || narrowed.contains { $0.opens > $0.closes }
    job.setUp = isPart ? 0 : Seconds(task.setUp)
    job.windows = (isPart ? task.windows : narrowed).map(window)
    job.service = Seconds(task.service + (isPart ? task.setUp : 0))
    for (name, type) in types where task.serviceByType[name] != nil || task.setUpByType[name] != nil {
      let setUp = isPart ? task.setUpByType[name] ?? task.setUp : 0
      job.serviceByType[type] = Seconds((task.serviceByType[name] ?? task.service) + setUp)
    }
    return job
  }

  static func load(_ amounts: [Int]) -> TourLoad {
    var load = TourLoad(0)
    for (measure, amount) in amounts.enumerated() { load.amounts[measure] = amount }
    return load
  }

  private func skills(_ task: VroomInput.Task) -> SkillSet {
    SkillSet(rawValue: task.skills.reduce(0) { $0 | (bits[$1] ?? 0) })
  }

  private func pinned(_ task: VroomInput.Task) -> Set<Int>? {
    let others = task.skills.filter { bits[$0] == nil }
    return others.isEmpty ? nil : Set(input.vehicles.indices.filter { input.vehicles[$0].skills.isSuperset(of: others) })
  }

  // MARK: Vehicles

  private func shift(_ index: Int, _ weights: VroomWeights) -> TourShift {
    let vehicle = input.vehicles[index]
    let nowhere = input.placeCount
    let span = vehicle.window.map(window) ?? TimeWindow(earliest: 0, latest: Seconds(VroomProblem.clockEnd))
    var shift = TourShift(
      start: vehicle.start.map(number.callAsFunction) ?? nowhere, end: vehicle.end.map(number.callAsFunction) ?? nowhere,
      span: span,
      longestTravel: vehicle.longestTravel.map { Seconds(min($0, VroomProblem.clockEnd)) },
      skills: SkillSet(rawValue: vehicle.skills.reduce(0) { $0 | (bits[$1] ?? 0) }), capacity: vehicle.capacity.map(Self.load),
      breaks: vehicle.breaks.map { pause in
        TourBreak(
          duration: Seconds(pause.service), window: window(of: pause, in: span), largestLoad: pause.largestLoad.map(Self.load))
      },
      type: vehicle.type.flatMap { types[$0] } ?? 0)
    shift.longestWay = vehicle.longestWay.map { Metres(Double(min($0, VroomProblem.clockEnd))) }
    shift.mostJobs = vehicle.mostTasks
    shift.profile = travelOfVehicle[index]
    shift.costs = weights.objective(of: vehicle)
    return shift
  }

  /// The first window that is open while the vehicle is about.
  private func window(of pause: VroomInput.Pause, in span: TimeWindow) -> TimeWindow {
    let windows = pause.windows.map(window)
    return windows.first { $0.latest >= span.earliest && $0.earliest <= span.latest } ?? windows.first ?? span
  }

  // MARK: Steps

  /// The tasks of the vehicles' steps, in their order; `nil` where no vehicle has any.
  func start(of problem: TourProblem) -> TourSolution? {
    guard input.vehicles.contains(where: { !$0.steps.isEmpty }) else { return nil }
    var numbers: [VroomInput.Task.Kind: [Int64: Int]] = [:]
    for (index, task) in input.tasks.enumerated() { numbers[task.kind, default: [:]][task.id] = index }
    let sequences = input.vehicles.map { vehicle in
      vehicle.steps.compactMap { step -> Int? in
        guard case .task(let kind) = step.kind else { return nil }
        return step.id.flatMap { numbers[kind]?[$0] }
      }
    }
    return TourSolution(sequences: sequences, of: problem)
  }
}

/// What VROOM's costs are on the solver's scale of whole numbers.
///
/// A second costs a 3600th of an hour and a metre a 1000th of a kilometre: in units of 1/18,000 all of them are whole. The greatest common divisor is
/// taken out, so that times alone, the common case, are counted in seconds.
struct VroomWeights {
  private static let finest = 18_000
  private static let largest = 1_000_000_000
  private let unit: Int

  /// `divisor`: so much coarser, rounded.
  init(_ input: VroomInput, divisor: Int) {
    var common = input.matrices.values.contains { $0.costs != nil } ? Self.finest : 0
    var dearest = 0
    for vehicle in input.vehicles {
      let weights = Self.weights(vehicle)
      for weight in [weights.travelSecond, weights.metre, weights.usedShift, weights.workSecond] {
        common = Self.divisor(common, weight)
        dearest = max(dearest, weight)
      }
    }
    let exact = max(1, common)
    let ways = input.matrices.values.compactMap(\.costs).joined().lazy.filter { $0 != TravelTable.unreachable }
    let dearestWay = Self.finest * Int(ways.max() ?? 0) / exact
    unit = exact * max(divisor, Self.quotient(dearest / exact, Self.largest), Self.quotient(dearestWay, Int(TravelTable.longest)))
  }

  /// Rounded up.
  private static func quotient(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

  private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }

  private static func weights(_ vehicle: VroomInput.Vehicle) -> TourObjective {
    let costs = vehicle.costs
    // VROOM counts breaks among the hours of tasks.
    let breaks = vehicle.breaks.reduce(0) { $0 + $1.service }
    return TourObjective(
      travelSecond: costs.perHour * 5, metre: costs.perKilometre * 18,
      usedShift: costs.fixed * finest + costs.perTaskHour * 5 * breaks, workSecond: costs.perTaskHour * 5)
  }

  /// Of one of VROOM's units of cost.
  var scale: Double { Double(Self.finest) / Double(unit) }

  func objective(of vehicle: VroomInput.Vehicle) -> TourObjective {
    let weights = Self.weights(vehicle)
    func rounded(_ weight: Int) -> Int { (weight + unit / 2) / unit }
    return TourObjective(
      travelSecond: rounded(weights.travelSecond), metre: rounded(weights.metre), usedShift: rounded(weights.usedShift),
      workSecond: rounded(weights.workSecond))
  }
}
