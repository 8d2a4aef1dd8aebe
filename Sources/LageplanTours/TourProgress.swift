import LageplanGeometry

/// How far a search has come.
public struct TourProgress: Sendable {
  /// From 0 to 1, of the budget.
  public var spent: Double
  /// Of the best solution so far: how many jobs it leaves out, and what the rest of it costs.
  public var leftOut: Int
  public var cost: Int
  let value: PlanValue
  let best: TourDraft
  let problem: TourProblem

  /// By the exact order of levels.
  public func isBetter(than other: TourProgress) -> Bool { value < other.value }

  /// The best solution so far. It takes a moment to time its tours: ask when it is wanted, not at every report.
  public func solution() -> TourSolution { best.solution(of: problem) }
}

/// Sequences of jobs, and what has been agreed about their begins: a solution without its times.
struct TourDraft: Sendable {
  var sequences: [[Int]]
  var appointments: [Int: TimeWindow] = [:]

  func solution(of problem: TourProblem) -> TourSolution {
    TourSolution(sequences: sequences, appointments: appointments, of: problem)
  }
}
