import HTTPTypes
import Synchronization

/// How many downloads run at once: each holds some memory, and one that becomes a file much work and room on the disk.
final class DownloadSlots: Sendable {
  enum Kind: Sendable {
    /// Written while it is sent.
    case stream
    /// Written to a file before it is sent.
    case file

    fileprivate var most: Int {
      switch self {
      case .stream: 64
      case .file: 2
      }
    }
  }

  /// Held as long as the download lasts; given back when it is let go of.
  final class Slot: Sendable {
    private let slots: DownloadSlots
    private let kind: Kind

    fileprivate init(_ slots: DownloadSlots, _ kind: Kind) {
      self.slots = slots
      self.kind = kind
    }

    deinit { slots.giveBack(kind) }
  }

  private struct Counts {
    var streams = 0
    var files = 0

    subscript(kind: Kind) -> Int {
      get { kind == .file ? files : streams }
      set { if kind == .file { files = newValue } else { streams = newValue } }
    }
  }

  private let taken = Mutex(Counts())

  /// Throws 503 where all are taken.
  func take(_ kind: Kind) throws(Problem) -> Slot {
    let isFree = taken.withLock { counts in
      guard counts[kind] < kind.most else { return false }
      counts[kind] += 1
      return true
    }
    guard isFree else {
      throw Problem(
        .serviceUnavailable, code: "too-many-downloads",
        detail: "\(kind.most) downloads of this kind run already. Ask again in a while, or page through the features as JSON.",
        headers: [.retryAfter: "10"])
    }
    return Slot(self, kind)
  }

  private func giveBack(_ kind: Kind) { taken.withLock { $0[kind] -= 1 } }
}
