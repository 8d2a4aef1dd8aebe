import LageplanGeometry

/// What a sequence of visits looks like from outside, in time: enough to join two sequences in constant time.
///
/// Vidal, Crainic, Gendreau, Prins 2013, "A hybrid genetic algorithm with adaptive diversity management for a large class of vehicle routing
/// problems with time-windows", doi:10.1016/j.cor.2012.07.018, equations 1–6. All in seconds.
struct TimeSegment: Hashable {
  /// The least time from beginning to end: ways, visits and unavoidable waiting.
  var duration: Int32
  /// How much lateness is unavoidable; 0 means that all windows can be kept.
  var timeWarp: Int32
  /// The first and the last beginning that reach the least duration and the least lateness.
  var earliest: Int32
  var latest: Int32

  /// One visit of `duration` that begins within `earliest...latest`.
  @inline(__always)
  init(duration: Int32, earliest: Int32, latest: Int32) {
    self.duration = duration
    timeWarp = 0
    self.earliest = earliest
    self.latest = latest
  }

  /// This sequence, then a way of `travel` seconds, then the other.
  @inline(__always)
  func then(_ other: TimeSegment, travel: Int32) -> TimeSegment {
    let shift = duration &- timeWarp &+ travel
    let waiting = max(other.earliest &- shift &- latest, 0)
    let lateness = max(earliest &+ shift &- other.latest, 0)
    var joined = self
    joined.duration = duration &+ other.duration &+ travel &+ waiting
    joined.timeWarp = timeWarp &+ other.timeWarp &+ lateness
    joined.earliest = max(other.earliest &- shift, earliest) &- waiting
    joined.latest = min(other.latest &- shift, latest) &+ lateness
    return joined
  }
}

extension TimeSegment {
  /// Leaving the start or reaching the end of a shift.
  init(_ shift: TourShift) {
    self.init(duration: 0, earliest: Int32(shift.span.earliest.value), latest: Int32(shift.span.latest.value))
  }

  /// A visit in one of the job's windows; a job without windows has the whole clock.
  init(_ job: TourJob, window: Int = 0) {
    self.init(
      duration: Int32(job.service.value),
      earliest: job.windows.isEmpty ? 0 : Int32(job.windows[window].earliest.value),
      latest: job.windows.isEmpty ? TravelTable.longest : Int32(job.windows[window].latest.value))
  }

  /// The whole tour. Of several windows each job takes the one that is open first on the way at the earliest departure.
  /// Once lateness cannot be avoided the rest is not looked at.
  init(_ sequence: [Int], on shift: TourShift, of problem: TourProblem) {
    var tour = TimeSegment(shift)
    var place = shift.start
    for index in sequence {
      let job = problem.jobs[index]
      let travel = problem.travel.seconds[place * problem.travel.locationCount + job.location]
      let arrival = Int(tour.earliest) + Int(tour.duration) + Int(travel)
      let window = job.windows.firstIndex { $0.latest.value >= arrival } ?? max(0, job.windows.count - 1)
      tour = tour.then(TimeSegment(job, window: window), travel: travel)
      guard tour.timeWarp == 0 else { break }
      place = job.location
    }
    if tour.timeWarp == 0, !sequence.isEmpty {
      tour = tour.then(TimeSegment(shift), travel: problem.travel.seconds[place * problem.travel.locationCount + shift.end])
    }
    self = tour
  }
}
