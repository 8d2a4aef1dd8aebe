import Foundation
import LageplanExchange
public import LageplanFeatures
public import LageplanStore
public import Logging
import Synchronization

/// Runs the sources that are due, one after the other, on a thread of its own beside the server.
///
/// The thread gives way to all others: requests do not wait for it. They read the state before a run until it is whole, and only
/// other writers wait while its difference is written.
public final class SourceSchedule: Sendable {
  private let store: Store
  private let town: TownTime
  private let logger: Logger
  private let isStopped = Mutex(false)
  private let finished = DispatchSemaphore(value: 0)

  /// Seconds between two looks at what is due.
  private static let pause = 20.0

  public init(store: Store, town: TownTime, logger: Logger) {
    self.store = store
    self.town = town
    self.logger = logger
  }

  /// Starts the thread. Called once.
  public func start() {
    let thread = Thread { [self] in
      // Linux counts niceness by thread; 10 is that of the command `nice`.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
      while !hasStopped {
        runDue()
        let next = Date(timeIntervalSinceNow: Self.pause)
        while !hasStopped, Date() < next { Thread.sleep(forTimeInterval: 0.1) }
      }
      finished.signal()
    }
    thread.name = "sources"
    thread.start()
  }

  /// Ends a run that is under way, whose collection is then as it was, and waits for the thread.
  public func stop() {
    isStopped.withLock { $0 = true }
    finished.wait()
  }

  private var hasStopped: Bool { isStopped.withLock(\.self) }

  private func runDue() {
    do {
      // Asked anew for each: a run takes long, and what is due may have been run by hand or switched off meanwhile.
      while !hasStopped, let source = try Self.mostOverdue(of: store.sources(), at: .now) {
        guard let lock = try SourceLock(database: store.path) else { return }
        defer { lock.release() }
        logger.info("source \(source.id): run begins")
        let runner = SourceRunner(store: store, town: town) { [self] in hasStopped }
        let run = try runner.run(source)
        let report = SourceReport(run.report)
        let line = "source \(source.id): \(run.status): \(report.reason ?? report.summary ?? "")"
        if SourceRunner.Status(rawValue: run.status)?.isGood == true { logger.info("\(line)") } else { logger.warning("\(line)") }
      }
    } catch FetchError.cancelled {
      logger.info("the run under way was ended; its source stays due")
    } catch {
      logger.error("the sources cannot be run: \(error)")
    }
  }

  /// The source that waits longest; `nil`: none is due.
  public static func mostOverdue(of sources: [StoredSource], at now: Instant) -> StoredSource? {
    sources.filter { $0.isDue(at: now) }.min { ($0.nextRun ?? now, $0.id) < ($1.nextRun ?? now, $1.id) }
  }
}

/// Held by the one program that runs sources of a database: the server, or the command in a shell. Goes with the process that holds it.
public final class SourceLock {
  private let file: Int32

  /// `nil`: another one has it. Throws ``Unusable`` where the file beside the database cannot be made.
  public init?(database: String) throws {
    let path = database + "-sources"
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Unusable(path: path, reason: String(cString: strerror(errno))) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      return nil
    }
  }

  public func release() { close(file) }

  public struct Unusable: Error, CustomStringConvertible {
    public var path: String
    public var reason: String
    public var description: String { "The lock \(path) cannot be made: \(reason). Make the folder of the database writable." }
  }
}
