public import LageplanGeometry

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

  /// Follows the route from its departure. A visit begins on arrival, at its appointment, or when the first window still open opens;
  /// where none is open any more, it begins at once (and ``TourChecker`` objects).
  public init(of route: TourRoute, shift: Int, in problem: TourProblem) {
    let travel = problem.travel(of: shift)
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
      let way = travel.seconds(from: place, to: next).value
      seconds += way
      length += travel.metres(from: place, to: next).value
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
      let due = max(ready, route.appointments[index]?.value ?? ready)
      let begin = max(due, job.windows.first { $0.latest.value >= due }?.earliest.value ?? due)
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
