import Glibc
import LageplanTours
import Synchronization

/// Several searches side by side on threads of their own, one for each of the seeds that follow the first: with a budget of rounds the best of them is the
/// same on every machine, however many cores it has. The caller's thread waits, so that it may be one that must not be left to tasks.
enum ParallelSearch {
  /// `start` is where all of them begin. `progress` hears of the best solution so far, never from two threads at once; false from it ends all searches.
  static func solve(
    _ problem: TourProblem, seed: UInt64, budget: SolverBudget, searches: Int, start: TourSolution? = nil,
    progress: @Sendable (TourProgress) -> Bool
  ) -> TourSolution {
    guard searches > 1 else { return TourSolver.solve(problem, seed: seed, budget: budget, start: start, progress: progress) }
    let solutions = Mutex([Int: TourSolution]())
    withoutActuallyEscaping(progress) { progress in
      let reports = SharedProgress(progress, searches: searches)
      SideBySide.run(searches) { search in
        let solution = TourSolver.solve(problem, seed: seed &+ UInt64(search), budget: budget, start: start) {
          reports.add($0, of: search)
        }
        solutions.withLock { $0[search] = solution }
      }
    }
    let found = solutions.withLock { $0 }.map {
      Found(search: $0.key, cost: TourCost(of: $0.value, in: problem), solution: $0.value)
    }
    // One promise more than may be broken is worse than whatever it saves.
    func excess(_ found: Found) -> Int { max(0, found.cost.brokenPromises - (problem.mostChanges ?? .max)) }
    let best = found.min { (excess($0), $0.cost, $0.search) < (excess($1), $1.cost, $1.search) }
    return best?.solution ?? TourSolver.solve(problem, seed: seed, budget: budget, start: start, progress: progress)
  }

  private struct Found {
    var search: Int
    var cost: TourCost
    var solution: TourSolution
  }
}

/// Runs pieces of work at the same time, each on a thread of its own.
///
/// Not on those of Dispatch, which are as many as cores and on Linux carry Swift's tasks as well: two plans would hold up every request of a server.
private enum SideBySide {
  private final class Piece {
    let number: Int
    let body: (Int) -> Void

    init(_ number: Int, _ body: @escaping (Int) -> Void) {
      self.number = number
      self.body = body
    }
  }

  /// Calls `body` with each number below `count`, the first one here, and returns when all have returned.
  static func run(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var threads: [pthread_t] = []
      for number in 1..<max(1, count) {
        let piece = Unmanaged.passRetained(Piece(number, body))
        var thread = pthread_t()
        let status = pthread_create(
          &thread, nil,
          { piece in
            guard let piece else { return nil }
            let work = Unmanaged<Piece>.fromOpaque(piece).takeRetainedValue()
            work.body(work.number)
            return nil
          }, piece.toOpaque())
        guard status == 0 else {
          // The system has no thread to give: one after the other is as good, but slower.
          piece.release()
          body(number)
          continue
        }
        threads.append(thread)
      }
      body(0)
      for thread in threads { pthread_join(thread, nil) }
    }
  }
}
