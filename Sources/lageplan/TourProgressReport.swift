import Foundation
import LageplanPlanner

/// How a search goes, on standard error: one line that changes where a person looks, else a line a second.
///
/// `@unchecked Sendable`: the lock guards what changes.
final class TourProgressReport: @unchecked Sendable {
  private let bar = ProgressBar(isShown: Terminal.showsProgress)
  private let lock = NSLock()
  private var lastLine = ContinuousClock.now

  /// `spent` is from 0 to 1, `cost` and `leftOut` are those of the best plan so far. `cost` is written out only where it is shown.
  func show(_ spent: Double, cost: @autoclosure () -> String, leftOut: Int) {
    lock.withLock {
      guard Terminal.showsProgress || ContinuousClock.now - lastLine >= .seconds(1) else { return }
      let text = "\(Int(spent * 100)) %: cost \(cost()), \(leftOut) left out"
      if Terminal.showsProgress {
        bar.show(text)
      } else {
        lastLine = .now
        Terminal.note(text)
      }
    }
  }

  /// What the ways cost is counted in seconds; people think in minutes.
  func show(_ found: TourPlanProgress) {
    show(found.spent, cost: "\((found.cost + 30) / 60) min", leftOut: found.leftOut)
  }

  func finish() { lock.withLock { bar.finish() } }
}
