public import LageplanGeometry

/// One shift's tour: its jobs in the order of their visits, and when it leaves its start.
public struct TourRoute: Hashable, Sendable {
  /// Indices into the problem's jobs; empty: the shift is not used.
  public var jobs: [Int]
  public var departure: Seconds

  public init(jobs: [Int], departure: Seconds) {
    self.jobs = jobs
    self.departure = departure
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
  /// Of several windows each job takes the first that is open when the tour leaves at once; then each route leaves at the earliest second that makes
  /// its working time least. Whether the sequences keep the rules
  /// is for ``TourChecker`` to say; indices must lie within the problem.
  public init(sequences: [[Int]], of problem: TourProblem) {
    var left = Set(problem.jobs.indices)
    routes = zip(sequences, problem.shifts).map { sequence, shift in
      left.subtract(sequence)
      return TourRoute(jobs: sequence, departure: Seconds(Int(TimeSegment(sequence, on: shift, of: problem).earliest)))
    }
    unassigned = left.sorted()
  }
}

/// When a tour is where.
public struct TourTimetable: Hashable, Sendable {
  public struct Visit: Hashable, Sendable {
    public var job: Int
    public var arrival: Seconds
    /// After `arrival` where a window opens later.
    public var begin: Seconds
    public var departure: Seconds
  }

  public var departure: Seconds
  public var visits: [Visit]
  /// When the end is reached.
  public var arrival: Seconds
  /// Of the way, without visits and waiting.
  public var travelSeconds: Seconds
  public var metres: Metres

  /// Follows the route from its departure. A visit begins on arrival or when the first window still open opens;
  /// where none is open any more, it begins on arrival (and ``TourChecker`` objects).
  public init(of route: TourRoute, shift: Int, in problem: TourProblem) {
    let shift = problem.shifts[shift]
    var clock = route.departure.value
    var place = shift.start
    var seconds = 0
    var length = 0.0
    visits = []
    visits.reserveCapacity(route.jobs.count)
    for index in route.jobs {
      let job = problem.jobs[index]
      seconds += problem.travel.seconds(from: place, to: job.location).value
      length += problem.travel.metres(from: place, to: job.location).value
      let arrival = clock + problem.travel.seconds(from: place, to: job.location).value
      let begin = max(arrival, job.windows.first { $0.latest.value >= arrival }?.earliest.value ?? arrival)
      clock = begin + job.service.value
      visits.append(Visit(job: index, arrival: Seconds(arrival), begin: Seconds(begin), departure: Seconds(clock)))
      place = job.location
    }
    if !route.jobs.isEmpty {
      seconds += problem.travel.seconds(from: place, to: shift.end).value
      length += problem.travel.metres(from: place, to: shift.end).value
      clock += problem.travel.seconds(from: place, to: shift.end).value
    }
    departure = route.departure
    arrival = Seconds(clock)
    travelSeconds = Seconds(seconds)
    metres = Metres(length)
  }
}
