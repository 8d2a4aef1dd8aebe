import Foundation
import LageplanTiles

/// What the threads of an export share: the list of tiles, whose turn it is, and the archive, which takes them in order.
///
/// `@unchecked Sendable`: everything that changes is guarded by `condition`; the draft is touched only by the one thread that
/// `isStoring`.
final class TileExportState: @unchecked Sendable {
  /// A tile that has been rendered.
  struct Piece {
    var tile: TileCoordinate
    /// Empty where nothing was drawn.
    var packed: [UInt8]
    var plainLength: Int
    var flawCount: Int
    var flaws: [TileFlaw]
  }

  enum Entrance {
    /// To look for the tiles.
    case first
    case same
    /// The thread sees another state of the data than the first.
    case other
  }

  /// Threads may be ahead of the tile that is stored next by so many tiles, and by so many bytes.
  private let mostAhead: Int
  private static let mostWaitingBytes = 1 << 26

  private let condition = NSCondition()
  private let draft: TileArchiveDraft
  private let onProgress: @Sendable (TileExport.Progress) -> Void
  private var versions: [Int64]?
  private var tiles: [TileCoordinate] = []
  private var hasFoundAll = false
  private var hasStopped = false
  /// The next tile to be rendered, and the next to be stored.
  private var nextTurn = 0
  private var nextStored = 0
  private var isStoring = false
  private var waiting: [Int: Piece] = [:]
  private var waitingBytes = 0
  private var result = TileExport.Summary()

  init(workers: Int, draft: TileArchiveDraft, onProgress: @escaping @Sendable (TileExport.Progress) -> Void) {
    mostAhead = 16 * max(1, workers)
    self.draft = draft
    self.onProgress = onProgress
  }

  func enter(seeing versions: [Int64]) -> Entrance {
    condition.withLock {
      guard let known = self.versions else {
        self.versions = versions
        return .first
      }
      return known == versions ? .same : .other
    }
  }

  // MARK: The list of tiles

  func found(_ tile: TileCoordinate) {
    condition.withLock {
      tiles.append(tile)
      condition.signal()
    }
  }

  func foundAll() {
    condition.withLock {
      hasFoundAll = true
      condition.broadcast()
    }
  }

  /// Everybody stops at the next occasion.
  func stop() {
    condition.withLock {
      hasStopped = true
      condition.broadcast()
    }
  }

  var isStopped: Bool { condition.withLock { hasStopped } }

  /// The next tile to render; `nil` when there is none left, or the work has been stopped.
  func next() -> (turn: Int, tile: TileCoordinate)? {
    condition.lock()
    defer { condition.unlock() }
    while !hasStopped {
      if nextTurn < tiles.count {
        // Whoever has the tile that is stored next never waits here, so the others do not wait for ever.
        guard nextTurn - nextStored >= mostAhead || waitingBytes > Self.mostWaitingBytes, nextTurn > nextStored else {
          nextTurn += 1
          return (nextTurn - 1, tiles[nextTurn - 1])
        }
      } else if hasFoundAll {
        return nil
      }
      condition.wait()
    }
    return nil
  }

  // MARK: Storing in order

  /// Takes a rendered tile, and stores whatever is next in order, unless another thread is about it.
  func handOver(_ piece: Piece, turn: Int) throws {
    condition.lock()
    defer { condition.unlock() }
    waiting[turn] = piece
    waitingBytes += piece.packed.count
    guard !isStoring else { return }
    isStoring = true
    defer { isStoring = false }
    while !hasStopped, let ready = waiting.removeValue(forKey: nextStored) {
      let progress = TileExport.Progress(done: nextStored + 1, found: tiles.count, isCounted: hasFoundAll)
      condition.unlock()
      let stored = Result { try store(ready, progress) }
      condition.lock()
      waitingBytes -= ready.packed.count
      nextStored += 1
      condition.broadcast()
      try stored.get()
    }
  }

  /// Without the lock, by the one thread that is storing.
  private func store(_ piece: Piece, _ progress: TileExport.Progress) throws {
    if !piece.packed.isEmpty { try draft.append(piece.packed, at: piece.tile) }
    onProgress(progress)
    if !piece.packed.isEmpty {
      result.tiles += 1
      result.plainBytes += piece.plainLength
      result.packedBytes += piece.packed.count
      if piece.plainLength > result.largestTile {
        result.largestTile = piece.plainLength
        result.largestAt = piece.tile
      }
    }
    result.flawCount += piece.flawCount
    result.flaws += piece.flaws.prefix(max(0, TileRenderer.flawLimit - result.flaws.count))
  }

  /// When all threads have ended.
  func summary() -> TileExport.Summary {
    var summary = result
    summary.contents = draft.contentCount
    return summary
  }
}
