import Foundation
import Synchronization

/// Set once, from any thread: the caller no longer wants the answer.
final class CancellationFlag: Sendable {
  private let flag = Atomic(false)

  func set() { flag.store(true, ordering: .relaxed) }
  var isSet: Bool { flag.load(ordering: .relaxed) }
}

/// A fixed set of threads, each with a connection that stays open and warm, and one bounded queue before them.
///
/// A pool that hops through dispatch queues costs 100 to 150 µs a call, more than many a tile takes. Here the call is put down
/// once, and runs to its end on the thread that took it.
///
/// `@unchecked Sendable`: everything that changes is guarded by `condition`; a reader is touched only by its own thread.
final class ReaderThreads: @unchecked Sendable {
  /// What a thread does for a caller: told the reader, or why there is none.
  typealias Work = @Sendable (Result<StoreReader, any Error>) -> Void

  private struct Job {
    let flag: CancellationFlag
    let work: Work
  }

  private let queueLimit: Int
  /// How long a call may take once it has begun; `nil`: as long as it likes.
  private let timeLimit: Duration?
  private let condition = NSCondition()
  private var waiting: [Job] = []
  private var isClosed = false
  private var liveThreads: Set<ObjectIdentifier> = []

  init(readers: [StoreReader], queueLimit: Int, timeLimit: Duration?) {
    self.queueLimit = queueLimit
    self.timeLimit = timeLimit
    for (index, reader) in readers.enumerated() {
      nonisolated(unsafe) let handedOver = reader
      let thread = Thread { [self] in serve(with: handedOver) }
      liveThreads.insert(ObjectIdentifier(thread))
      thread.name = "lageplan.reader.\(index)"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// Throws `StoreError.busy` and `.closed`, else `work` is called once, sooner or later.
  func submit(cancelledBy flag: CancellationFlag, _ work: @escaping Work) throws(StoreError) {
    condition.lock()
    defer { condition.unlock() }
    guard !isClosed else { throw .closed }
    guard waiting.count < queueLimit else { throw .busy(waiting: waiting.count) }
    waiting.append(Job(flag: flag, work: work))
    condition.signal()
  }

  /// Stops the call at its next row; one that still waits ends at once.
  func cancel(_ flag: CancellationFlag) {
    flag.set()
    condition.lock()
    let abandoned = waiting.firstIndex { $0.flag === flag }.map { waiting.remove(at: $0) }
    condition.unlock()
    abandoned?.work(.failure(CancellationError()))
  }

  /// Lets the calls at work end, refuses those that wait, and returns when every thread has closed its connection.
  /// On one of these threads, where the last owner of a store may let go of it, the others are waited for.
  func close() {
    condition.lock()
    isClosed = true
    let refused = waiting
    waiting.removeAll()
    condition.broadcast()
    condition.unlock()
    for job in refused { job.work(.failure(StoreError.closed)) }
    condition.lock()
    let own: Set = [ObjectIdentifier(Thread.current)]
    while !liveThreads.isSubset(of: own) { condition.wait() }
    condition.unlock()
  }

  private func next() -> Job? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty {
      if isClosed { return nil }
      condition.wait()
    }
    return waiting.removeFirst()
  }

  private func serve(with reader: StoreReader) {
    while let job = next() {
      do {
        try reader.beginSnapshot(cancelledBy: job.flag, within: timeLimit)
        job.work(.success(reader))
        reader.endSnapshot()
      } catch {
        job.work(.failure(error))
      }
    }
    reader.close()
    condition.lock()
    liveThreads.remove(ObjectIdentifier(Thread.current))
    condition.broadcast()
    condition.unlock()
  }
}
