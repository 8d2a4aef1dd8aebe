import Foundation

/// How far a work is: on a terminal, on standard error, one line that changes.
///
/// `@unchecked Sendable`: whoever works tells it from one thread at a time.
final class ProgressBar: @unchecked Sendable {
  private let isShown: Bool
  /// All that is to be done, once that is known.
  var total: Int?
  private var lastShown = ContinuousClock.now - .seconds(1)

  init(isShown: Bool) { self.isShown = isShown }

  /// As a bar; while the total is not known, as a number alone.
  func show(_ done: Int, of total: Int?) {
    guard isShown else { return }
    guard let total, total > 0 else {
      put("\(done)")
      return
    }
    let width = 40
    let filled = min(width, done * width / total)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    put("[\(bar)] \(min(100, done * 100 / total)) % of \(total)")
  }

  func show(_ text: String) { if isShown { put(text) } }

  func finish() {
    guard isShown else { return }
    lastShown -= .seconds(1)
    put("")
  }

  /// `ESC [ K` clears the rest of the line. Nobody reads more than some lines a second.
  private func put(_ text: String) {
    let now = ContinuousClock.now
    guard now - lastShown > .milliseconds(50) else { return }
    lastShown = now
    FileHandle.standardError.write(Data("\r\(text)\u{1B}[K".utf8))
  }
}
