import LageplanGeometry

/// Within which time jobs begin that others wait for, or that were promised.
struct Appointments {
  private(set) var windows: [Int: TimeWindow] = [:]

  init(of sequences: [[Int]], in problem: TourProblem) {
    guard problem.hasPromises || !problem.ties.together.isEmpty else { return }
    if problem.hasPromises {
      for (shift, sequence) in zip(problem.shifts.indices, sequences) { keepPromises(sequence, shift, problem) }
    }
    meet(sequences, problem)
  }

  /// By waiting, where nobody comes too late by it.
  private mutating func keepPromises(_ sequence: [Int], _ shift: Int, _ problem: TourProblem) {
    var promised: [Int: TimeWindow] = [:]
    for job in sequence.dropFirst(problem.shifts[shift].fixed.count) {
      if let promise = problem.jobs[job].promise, promise.shift == shift { promised[job] = promise.begin }
    }
    let held = problem.holding(promised)
    let route = TourRoute(timing: sequence, on: shift, of: held)
    let time = TimeSegment(sequence, on: problem.shifts[shift], breaks: route.breaks, of: held)
    if time.timeWarp == 0 { windows.merge(promised) { $1 } }
  }

  /// Moves each group to the begin of its last job until all agree. That ends unless one group makes another one later in a circle; then the last
  /// guess stays, and somebody is late.
  private mutating func meet(_ sequences: [[Int]], _ problem: TourProblem) {
    let served = Set(sequences.joined())
    let groups = problem.ties.together.filter { group in
      group.allSatisfy { served.contains($0) && problem.tieOfJob[$0] != .none }
    }
    let asked = Set(groups.joined())
    var meetings: [Int: Seconds] = [:]
    for _ in 0...(2 * groups.count + 2) where !groups.isEmpty {
      let later = meetings.mapValues { TimeWindow(earliest: $0, latest: Seconds(Int(TravelTable.longest))) }
      let held = problem.holding(windows.merging(later) { $1 })
      var begins: [Int: Seconds] = [:]
      for (shift, sequence) in zip(problem.shifts.indices, sequences) where sequence.contains(where: asked.contains) {
        let breaks = TourRoute.earliestBreaks(sequence, problem.shifts[shift], held)
        let route = TourRoute(jobs: sequence, departure: problem.shifts[shift].span.earliest, breaks: breaks)
        for visit in TourTimetable(of: route, shift: shift, in: held).visits { begins[visit.job] = visit.begin }
      }
      let isAgreed = groups.allSatisfy { group in Set(group.map { begins[$0] }).count == 1 }
      for group in groups {
        let last = group.compactMap { begins[$0] }.max() ?? 0
        for job in group { meetings[job] = last }
      }
      if isAgreed { break }
    }
    windows.merge(meetings.mapValues { TimeWindow(earliest: $0, latest: $0) }) { $1 }
  }
}

extension TourProblem {
  /// The same problem, in which some jobs may begin only within these windows, as far as their own permit. What no rule asks is not looked at.
  func holding(_ appointments: [Int: TimeWindow]) -> TourProblem {
    guard !appointments.isEmpty else { return self }
    var held = self
    for (job, window) in appointments { held.jobs[job].windows = jobs[job].windows(within: window) }
    return held
  }
}

extension TourJob {
  /// The parts of its windows that lie within another. Where there are none: the other, so that lateness shows.
  func windows(within window: TimeWindow) -> [TimeWindow] {
    let parts = openings(within: window)
    return parts.isEmpty ? [window] : parts
  }

  /// The parts of its windows that lie within another.
  func openings(within window: TimeWindow) -> [TimeWindow] {
    guard !windows.isEmpty else { return [window] }
    return windows.compactMap {
      let (earliest, latest) = (max($0.earliest, window.earliest), min($0.latest, window.latest))
      return earliest <= latest ? TimeWindow(earliest: earliest, latest: latest) : nil
    }
  }
}
