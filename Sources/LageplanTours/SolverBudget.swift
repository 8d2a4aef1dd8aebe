#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// When the solver stops: after so many rounds of improvement, or so many seconds, whichever comes first.
///
/// Seconds are those that the solver's own thread computes, so that other work on the machine takes nothing from the search; after ten times as
/// many on the wall the search ends nevertheless.
/// With rounds alone the same problem and seed give the same solution on every machine; seconds make the answer depend on the machine's speed.
public struct SolverBudget: Hashable, Sendable {
  public var iterations: Int?
  public var seconds: Double?
  /// Whether a problem with a handful of jobs is solved by trying everything, before any round and instead of them.
  public var triesAll = true

  public static func iterations(_ count: Int) -> SolverBudget { SolverBudget(iterations: count, seconds: nil) }
  public static func seconds(_ seconds: Double) -> SolverBudget { SolverBudget(iterations: nil, seconds: seconds) }

  /// Rounds, cut off after `seconds` on a machine that is too slow for them.
  public static func iterations(_ count: Int, atMost seconds: Double) -> SolverBudget {
    SolverBudget(iterations: count, seconds: seconds)
  }

  /// Rounds for so many jobs, beyond which a plan does not become visibly better; five seconds bound them on a slow machine.
  public static func standard(jobs: Int) -> SolverBudget {
    .iterations(min(500_000, 1_000 * max(1, jobs)), atMost: 5)
  }

  /// As asked for: rounds, seconds, or both, of which the first to be used up ends the search; ``standard(jobs:)`` where neither is told. Rounds are cut off
  /// after `most` seconds.
  public static func asked(iterations: Int?, seconds: Double?, jobs: Int, atMost most: Double) -> SolverBudget {
    iterations == nil && seconds == nil
      ? .standard(jobs: jobs) : SolverBudget(iterations: iterations, seconds: min(seconds ?? most, most))
  }

  /// One of so many equal parts.
  public func divided(by parts: Int) -> SolverBudget {
    SolverBudget(iterations: iterations.map { $0 / parts }, seconds: seconds.map { $0 / Double(parts) })
  }

  private init(iterations: Int?, seconds: Double?) {
    self.iterations = iterations
    self.seconds = seconds
  }
}

/// How much of a budget is used up, from the moment of its making on; asked on the thread that made it.
struct SolverClock {
  private static let patience = 10.0
  private let budget: SolverBudget
  private let begin = Self.now(CLOCK_THREAD_CPUTIME_ID)
  private let wall = Self.now(CLOCK_MONOTONIC)

  init(_ budget: SolverBudget) { self.budget = budget }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Computed on this thread so far.
  var seconds: Double { Self.now(CLOCK_THREAD_CPUTIME_ID) - begin }

  /// From 0 to 1: then the search ends.
  func spent(after iterations: Int) -> Double {
    var spent = 0.0
    if let limit = budget.iterations { spent = Double(iterations) / Double(max(1, limit)) }
    if let limit = budget.seconds {
      let wall = (Self.now(CLOCK_MONOTONIC) - wall) / Self.patience
      let cut = max(seconds, wall) / max(limit, 1e-9)
      spent = budget.iterations == nil || cut >= 1 ? max(spent, cut) : spent
    }
    return min(1, spent)
  }
}
