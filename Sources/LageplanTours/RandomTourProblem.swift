import LageplanGeometry

/// Small problems in which every rule occurs: several windows, breaks, skills, loads, deliveries and shipments, pins, wishes, promises, levels, types,
/// set-up, jobs done together, fixed jobs, limits of time, way and number, tables and costs of shifts. All times are whole minutes.
public enum RandomTourProblem {
  /// The same for the same seed, on every machine.
  public static func problem(seed: UInt64, jobs: ClosedRange<Int> = 3...7, shifts: ClosedRange<Int> = 1...3) throws -> TourProblem
  {
    var draw = Draw(random: SolverRandom(seed: seed))
    let jobCount = draw.within(jobs)
    let shiftCount = draw.within(shifts)
    let places = jobCount + shiftCount
    var work = (0..<jobCount).map { draw.job(at: $0, jobs: jobCount, shifts: shiftCount) }
    var crew = (0..<shiftCount).map { draw.shift(at: jobCount + $0) }
    let ties = draw.ties(&work, &crew)
    let hasFixed = crew.contains { !$0.fixed.isEmpty }
    let tables = try (0..<2).map { _ in try draw.table(places, withGaps: !hasFixed) }
    if draw.isChosen(4) {
      for shift in crew.indices { crew[shift].profile = draw.within(0...1) }
    }
    if draw.isChosen(4) {
      for shift in crew.indices where draw.isChosen(2) { crew[shift].costs = draw.objective() }
    }
    return try TourProblem(
      jobs: work, shifts: crew, travel: tables[0], objective: draw.objective(), ties: ties, otherTravel: [tables[1]],
      mostChanges: draw.isChosen(2) ? draw.within(0...2) : nil)
  }

  private struct Draw {
    var random: SolverRandom

    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + random.below(range.count) }
    mutating func isChosen(_ rarity: Int) -> Bool { random.below(rarity) == 0 }
    mutating func minutes(_ range: ClosedRange<Int>) -> Seconds { Seconds(60 * within(range)) }

    mutating func window(_ first: ClosedRange<Int>, _ length: ClosedRange<Int>) -> TimeWindow {
      let earliest = within(first)
      return TimeWindow(earliest: Seconds(60 * earliest), latest: Seconds(60 * (earliest + within(length))))
    }

    mutating func objective() -> TourObjective {
      TourObjective(
        travelSecond: within(1...3), metre: within(0...1), usedShift: isChosen(2) ? within(0...2000) : 0,
        workSecond: isChosen(4) ? within(1...2) : 0)
    }

    /// As a road network has it: no detour is shorter than the way, in any of the three measures.
    mutating func table(_ places: Int, withGaps: Bool) throws -> TravelTable {
      var seconds: [Int32] = []
      for from in 0..<places {
        for to in 0..<places {
          let isGap = withGaps && from != to && isChosen(10)
          seconds.append(from == to ? 0 : isGap ? TravelTable.unreachable : Int32(60 * within(1...15)))
        }
      }
      var metres = seconds.map { $0 == TravelTable.unreachable || $0 == 0 ? $0 : $0 * 9 + Int32(within(0...500)) }
      var costs = metres.map { $0 == TravelTable.unreachable ? $0 : $0 / 3 }
      Self.close(&seconds, places)
      Self.close(&metres, places)
      Self.close(&costs, places)
      return try TravelTable(locationCount: places, seconds: seconds, metres: metres, costs: isChosen(6) ? costs : nil)
    }

    /// Floyd, Warshall: the shortest ways over all places.
    private static func close(_ table: inout [Int32], _ places: Int) {
      for over in 0..<places {
        for from in 0..<places {
          for to in 0..<places {
            let detour = table[from * places + over] + table[over * places + to]
            if detour < table[from * places + to] { table[from * places + to] = detour }
          }
        }
      }
    }

    mutating func job(at place: Int, jobs: Int, shifts: Int) -> TourJob {
      var job = TourJob(location: isChosen(6) ? within(0...(jobs - 1)) : place, service: minutes(1...15))
      if isChosen(3) {
        job.windows = [window(0...100, 5...35)]
        if isChosen(2) {
          let opens = job.windows[0].latest.value / 60 + within(10...40)
          job.windows.append(TimeWindow(earliest: Seconds(60 * opens), latest: Seconds(60 * (opens + 10))))
        }
      }
      if isChosen(4) { job.skills = SkillSet(rawValue: 1) }
      job.level = within(0...2)
      job.prize = within(1...3)
      if isChosen(2) { job.load = [within(0...3), within(0...2)] }
      if isChosen(3) { job.delivery = [within(0...3), 0] }
      if isChosen(3) { job.setUp = minutes(0...5) }
      if isChosen(4) { job.serviceByType = [1: minutes(1...15)] }
      if isChosen(8) { job.pinned = [within(0...(shifts - 1))] }
      if isChosen(5) { job.wishes = [TourWish(shifts: [within(0...(shifts - 1))], cost: within(0...3000))] }
      if isChosen(4) {
        job.promise = TourPromise(shift: within(0...(shifts - 1)), begin: window(5...100, 0...30), cost: within(0...2000))
      }
      return job
    }

    mutating func shift(at place: Int) -> TourShift {
      var shift = TourShift(start: place, end: place, span: window(0...30, 30...150))
      shift.skills = SkillSet(rawValue: isChosen(2) ? 1 : 0)
      shift.type = within(0...1)
      if isChosen(3) { shift.longestWork = minutes(25...100) }
      if isChosen(4) { shift.longestTravel = minutes(10...50) }
      if isChosen(5) { shift.longestWay = Metres(Double(within(5_000...30_000))) }
      if isChosen(4) { shift.mostJobs = within(1...4) }
      if isChosen(2) { shift.capacity = [within(3...8), within(2...6), 9, 9] }
      var opens = Int(shift.span.earliest.value / 60)
      for _ in 0..<within(0...2) {
        opens += within(0...35)
        var pause = TourBreak(duration: minutes(0...15), window: window(opens...opens, 5...40))
        if shift.longestWork == nil, isChosen(4) { pause.largestLoad = [within(0...3), 9, 9, 9] }
        shift.breaks.append(pause)
      }
      return shift
    }

    /// Ties jobs to each other, and fixes some in a shift that is long enough for them.
    mutating func ties(_ jobs: inout [TourJob], _ shifts: inout [TourShift]) -> TourTies {
      var ties = TourTies()
      var free = Array(jobs.indices)
      if shifts.count > 1, isChosen(2) {
        let size = shifts.count > 2 && free.count > 3 && isChosen(4) ? 3 : 2
        let group = Array(free.prefix(size))
        free.removeFirst(size)
        for job in group.dropFirst() { jobs[job].location = jobs[group[0]].location }
        ties.together = [group]
      }
      if free.count > 1, isChosen(2) {
        ties.shipments = [TourShipment(pickup: free[0], delivery: free[1], amount: [within(0...3), within(0...2)])]
      }
      if let job = free.first, isChosen(5) {
        let shift = within(0...(shifts.count - 1))
        shifts[shift].fixed = [job]
        shifts[shift].span.latest = Seconds(shifts[shift].span.latest.value + 9600)
        shifts[shift].longestTravel = nil
        shifts[shift].longestWork = nil
        shifts[shift].longestWay = nil
        shifts[shift].mostJobs = nil
        shifts[shift].capacity = nil
        // Whatever is fixed, they can be taken.
        for pause in shifts[shift].breaks.indices {
          shifts[shift].breaks[pause].window.latest = shifts[shift].span.latest
          shifts[shift].breaks[pause].largestLoad = nil
        }
      }
      return ties
    }
  }
}
