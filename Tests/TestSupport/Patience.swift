import Foundation

/// How long a test waits for what must come: so long that only what hangs is caught, whatever else the machine has to do. No measure of speed.
public enum Patience {
  public static let limit = Duration.seconds(600)
  /// The same for the options of programs.
  public static let seconds = "\(limit.components.seconds)"

  /// Looks now and then until the condition holds; false where it never does.
  public static func wait(until condition: () throws -> Bool) rethrows -> Bool {
    let begin = ContinuousClock.now
    while try !condition() {
      guard ContinuousClock.now - begin < limit else { return false }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return true
  }
}
