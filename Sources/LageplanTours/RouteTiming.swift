import LageplanGeometry

extension TourRoute {
  /// The sequence on a shift, with breaks laid so that the tour ends earliest, and the earliest departure that makes working time least then.
  /// Where that is longer than the shift's longest work, the departure and the breaks are those of the least work of all.
  init(timing sequence: [Int], on shift: Int, of problem: TourProblem) {
    let limits = problem.shifts[shift]
    let breaks = sequence.isEmpty ? [] : Self.earliestBreaks(sequence, limits, problem)
    let segment = TimeSegment(sequence, on: limits, breaks: breaks, of: problem)
    self.init(jobs: sequence, departure: Seconds(Int(segment.earliest)), breaks: breaks)
    guard let longest = limits.longestWork, Int(segment.duration) > longest.value, !sequence.isEmpty else { return }
    guard let least = LeastWork(sequence, limits, problem).tour, least.label.least < segment.duration || segment.timeWarp > 0
    else {
      return
    }
    departure = Seconds(Int(least.label.departure))
    self.breaks = least.breaks
  }

  /// When a visit begins for whoever is ready at `ready`: a missed window does not stop the clock.
  static func begin(_ job: TourJob, ready: Int) -> (begin: Int, isOpen: Bool) {
    guard !job.windows.isEmpty else { return (ready, true) }
    guard let open = job.windows.first(where: { $0.latest.value >= ready }) else { return (ready, false) }
    return (max(ready, open.earliest.value), true)
  }

  /// On which leg each break lies, if the tour leaves at once: of all ways to lay them the one that misses nothing and ends first.
  ///
  /// Legs × breaks states; each knows the earliest moment at which the leg's end is left, and from which state it came.
  static func earliestBreaks(_ sequence: [Int], _ shift: TourShift, _ problem: TourProblem) -> [Int] {
    let count = shift.breaks.count
    guard count > 0 else { return [] }
    typealias State = (missed: Int, clock: Int, pausedOnLeg: Bool)
    let fixed = Set(shift.fixed)
    let travel = problem.travel(profile: shift.profile)
    let isLoadAsked = shift.breaks.contains { $0.largestLoad != nil }
    let loads = isLoadAsked ? problem.loads(along: sequence) : []
    var states: [[State?]] = []
    var now: [State?] = [(0, shift.span.earliest.value, false)] + Array(repeating: nil, count: count)
    var place = shift.start
    for leg in 0...sequence.count {
      let job = leg < sequence.count ? problem.jobs[sequence[leg]] : nil
      let location = job?.location ?? shift.end
      let way = travel.seconds(from: place, to: location).value + (job.map { problem.setUp(at: $0, from: place) } ?? 0)
      func arrive(_ ready: Int, _ missed: Int, _ paused: Bool) -> State {
        guard let job else { return (missed, ready, paused) }
        let (begin, isOpen) = begin(job, ready: ready)
        let isMissed = !isOpen && !fixed.contains(sequence[leg])
        return (missed + (isMissed ? 1 : 0), begin + job.service(onType: shift.type).value, paused)
      }
      var next: [State?] = Array(repeating: nil, count: count + 1)
      for taken in 0...count {
        if let before = now[taken] { next[taken] = arrive(before.clock + way, before.missed, false) }
        guard taken > 0, let before = now[taken - 1] else { continue }
        let pause = shift.breaks[taken - 1]
        let isLate = before.clock > pause.window.latest.value || !(pause.largestLoad.map { loads[leg].fits(into: $0) } ?? true)
        let ready = max(before.clock + way, pause.window.earliest.value) + pause.duration.value
        let paused = arrive(ready, before.missed + (isLate ? 1 : 0), true)
        if next[taken].map({ (paused.missed, paused.clock) < ($0.missed, $0.clock) }) ?? true { next[taken] = paused }
      }
      states.append(next)
      now = next
      place = location
    }
    var legs: [Int] = []
    var taken = count
    for leg in states.indices.reversed() where taken > 0 && states[leg][taken]?.pausedOnLeg == true {
      legs.append(leg)
      taken -= 1
    }
    return legs.reversed()
  }
}

extension TimeSegment {
  /// Leaving the start or reaching the end of a shift.
  init(_ shift: TourShift) {
    self.init(duration: 0, earliest: Int32(shift.span.earliest.value), latest: Int32(shift.span.latest.value))
  }

  /// A visit in one of the job's windows; a job without windows has the whole clock.
  init(_ job: TourJob, window: Int = 0, type: Int = 0) {
    self.init(
      duration: Int32(job.service(onType: type).value),
      earliest: job.windows.isEmpty ? 0 : Int32(job.windows[window].earliest.value),
      latest: job.windows.isEmpty ? TravelTable.longest : Int32(job.windows[window].latest.value))
  }

  /// A way of `way` seconds with a break on it: whoever leaves at t arrives at max(t + way, opens) + the break.
  init(_ pause: TourBreak, way: Int32) {
    self.init(
      duration: way + Int32(pause.duration.value), earliest: Int32(pause.window.earliest.value) - way,
      latest: Int32(pause.window.latest.value))
  }

  /// The whole tour. Of several windows each job takes the one that is open first on the way at the earliest departure.
  /// Once lateness cannot be avoided the rest is looked at only if the `whole` is asked for.
  init(_ sequence: [Int], on shift: TourShift, breaks: [Int] = [], of problem: TourProblem, whole: Bool = false) {
    var tour = TimeSegment(shift)
    // The clock of the tour that leaves at once tells the windows.
    var clock = shift.span.earliest.value
    var place = shift.start
    let fixed = Set(shift.fixed)
    let travel = problem.travel(profile: shift.profile)
    func go(_ leg: Int, to location: Int, setUp: Int) -> Int32 {
      let way = travel.seconds[place * travel.locationCount + location] + Int32(setUp)
      place = location
      guard let pause = breaks.firstIndex(of: leg) else {
        clock += Int(way)
        return way
      }
      let limits = shift.breaks[pause]
      tour = tour.then(TimeSegment(limits, way: way), travel: 0)
      clock = max(clock + Int(way), limits.window.earliest.value) + limits.duration.value
      return 0
    }
    for (leg, index) in sequence.enumerated() {
      let job = problem.jobs[index]
      let way = go(leg, to: job.location, setUp: problem.setUp(at: job, from: place))
      let window = job.windows.firstIndex { $0.latest.value >= clock }
      var visit = TimeSegment(job, window: window ?? max(0, job.windows.count - 1), type: shift.type)
      if window == nil, fixed.contains(index) {
        visit.earliest = 0
        visit.latest = TravelTable.longest
      }
      clock = TourRoute.begin(job, ready: clock).begin + job.service(onType: shift.type).value
      tour = tour.then(visit, travel: way)
      guard whole || tour.timeWarp == 0 else { break }
    }
    if whole || tour.timeWarp == 0, !sequence.isEmpty {
      let way = go(sequence.count, to: shift.end, setUp: 0)
      tour = tour.then(TimeSegment(shift), travel: way)
    }
    self = tour
  }
}
