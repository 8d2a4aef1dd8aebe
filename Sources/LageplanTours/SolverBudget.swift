/// When the solver stops: after so many rounds of improvement, or so many seconds of wall time, whichever comes first.
///
/// With rounds alone the same problem and seed give the same solution on every machine; seconds make the answer depend on the machine's speed.
public struct SolverBudget: Hashable, Sendable {
  public var iterations: Int?
  public var seconds: Double?

  public static func iterations(_ count: Int) -> SolverBudget { SolverBudget(iterations: count, seconds: nil) }
  public static func seconds(_ seconds: Double) -> SolverBudget { SolverBudget(iterations: nil, seconds: seconds) }

  /// Rounds, cut off after `seconds` on a machine that is too slow for them.
  public static func iterations(_ count: Int, atMost seconds: Double) -> SolverBudget {
    SolverBudget(iterations: count, seconds: seconds)
  }

  private init(iterations: Int?, seconds: Double?) {
    self.iterations = iterations
    self.seconds = seconds
  }
}
