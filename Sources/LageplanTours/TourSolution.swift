public import LageplanGeometry

/// One shift's tour: its jobs in the order of their visits, when it leaves its start, and where its breaks lie.
public struct TourRoute: Hashable, Sendable {
  /// Indices into the problem's jobs; empty: the shift is not used.
  public var jobs: [Int]
  public var departure: Seconds
  /// For each of the shift's breaks how many visits come before it: it lies behind so many visits and before the next, or before the end.
  public var breaks: [Int]

  public init(jobs: [Int], departure: Seconds, breaks: [Int] = []) {
    self.jobs = jobs
    self.departure = departure
    self.breaks = breaks
  }
}

/// A solution of a ``TourProblem``: one route per shift, in the order of the shifts, and the jobs left out.
public struct TourSolution: Hashable, Sendable {
  public var routes: [TourRoute]
  /// Rising.
  public var unassigned: [Int]

  public init(routes: [TourRoute], unassigned: [Int]) {
    self.routes = routes
    self.unassigned = unassigned
  }

  /// The solution with these sequences of jobs, one per shift; jobs in none are unassigned.
  /// Breaks are laid where the tour ends earliest. Of several windows each job takes the first that is open when the tour leaves at once; then each
  /// route leaves at the earliest second that makes its working time least. Whether the sequences keep the rules
  /// is for ``TourChecker`` to say; indices must lie within the problem.
  public init(sequences: [[Int]], of problem: TourProblem) {
    var left = Set(problem.jobs.indices)
    routes = zip(sequences, problem.shifts.indices).map { sequence, shift in
      left.subtract(sequence)
      return TourRoute(timing: sequence, on: shift, of: problem)
    }
    unassigned = left.sorted()
  }
}

/// When a tour is where.
public struct TourTimetable: Hashable, Sendable {
  public struct Visit: Hashable, Sendable {
    public var job: Int
    public var arrival: Seconds
    /// After `arrival` where there is set-up, a break, or a window that opens later.
    public var begin: Seconds
    public var departure: Seconds
  }

  public struct Pause: Hashable, Sendable {
    /// So many visits come before it.
    public var afterVisits: Int
    public var begin: Seconds
    public var end: Seconds
  }

  public var departure: Seconds
  public var visits: [Visit]
  public var breaks: [Pause]
  /// When the end is reached.
  public var arrival: Seconds
  /// Of the way, without visits, set-up and waiting.
  public var travelSeconds: Seconds
  public var metres: Metres

  /// Follows the route from its departure. A visit begins on arrival or when the first window still open opens;
  /// where none is open any more, it begins on arrival (and ``TourChecker`` objects).
  public init(of route: TourRoute, shift: Int, in problem: TourProblem) {
    let shift = problem.shifts[shift]
    var clock = route.departure.value
    var place = shift.start
    var served: [Visit] = []
    served.reserveCapacity(route.jobs.count)
    var pauses: [Pause] = []
    var seconds = 0
    var length = 0.0
    /// Goes to the next place and says when one is there, and when everything before the visit is done.
    func go(to next: Int, setUp: Int) -> (there: Int, ready: Int) {
      let way = problem.travel.seconds(from: place, to: next).value
      seconds += way
      length += problem.travel.metres(from: place, to: next).value
      place = next
      var there = clock + way
      var ready = there + setUp
      for (pause, limits) in zip(route.breaks, shift.breaks) where pause == served.count {
        let opens = limits.window.earliest.value
        let begin = max(clock, opens)
        if begin < there { there += limits.duration.value }
        pauses.append(Pause(afterVisits: pause, begin: Seconds(begin), end: Seconds(begin + limits.duration.value)))
        ready = max(ready, opens) + limits.duration.value
        clock = begin
      }
      return (there, ready)
    }
    for index in route.jobs {
      let job = problem.jobs[index]
      let (arrival, ready) = go(to: job.location, setUp: problem.setUp(at: job, from: place))
      let begin = max(ready, job.windows.first { $0.latest.value >= ready }?.earliest.value ?? ready)
      clock = begin + job.service(onType: shift.type).value
      served.append(
        Visit(job: index, arrival: Seconds(arrival), begin: Seconds(begin), departure: Seconds(clock)))
    }
    if !route.jobs.isEmpty { clock = go(to: shift.end, setUp: 0).ready }
    departure = route.departure
    visits = served
    breaks = pauses
    arrival = Seconds(clock)
    travelSeconds = Seconds(seconds)
    metres = Metres(length)
  }
}
