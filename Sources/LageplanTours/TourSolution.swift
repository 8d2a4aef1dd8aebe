public import LageplanGeometry

/// One shift's tour: its jobs in the order of their visits, when it leaves its start, and where its breaks lie.
public struct TourRoute: Hashable, Sendable {
  /// Indices into the problem's jobs; empty: the shift is not used.
  public var jobs: [Int]
  public var departure: Seconds
  /// For each of the shift's breaks how many visits come before it: it lies behind so many visits and before the next, or before the end.
  public var breaks: [Int]
  /// Jobs that do not begin before a stated second, even if they could: others come there then, or it is promised so.
  public var appointments: [Int: Seconds]

  public init(jobs: [Int], departure: Seconds, breaks: [Int] = [], appointments: [Int: Seconds] = [:]) {
    self.jobs = jobs
    self.departure = departure
    self.breaks = breaks
    self.appointments = appointments
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
  /// route leaves at the earliest second that makes its working time least. Jobs done together begin as soon as the last one can, and promises are kept by
  /// waiting unless that makes their route late. Whether the sequences keep the rules is for ``TourChecker`` to say; indices must lie within the problem.
  public init(sequences: [[Int]], of problem: TourProblem) {
    self.init(sequences: sequences, appointments: Appointments(of: sequences, in: problem).windows, of: problem)
  }

  /// The same where it is known within which time some of the jobs shall begin.
  init(sequences: [[Int]], appointments: [Int: TimeWindow], of problem: TourProblem) {
    let held = problem.holding(appointments)
    var left = Set(problem.jobs.indices)
    routes = zip(sequences, problem.shifts.indices).map { sequence, shift in
      left.subtract(sequence)
      var route = TourRoute(timing: sequence, on: shift, of: held)
      if !appointments.isEmpty {
        for job in sequence { route.appointments[job] = appointments[job]?.earliest }
      }
      return route
    }
    unassigned = left.sorted()
  }
}
