import Foundation

/// A file that is being written beside its target, and only moved there when it is whole. Dropped before that, it is gone.
final class DraftFile {
  /// In bytes.
  private(set) var length: UInt64 = 0
  private let target: String
  private let descriptor: Int32
  /// `nil` when the file has no name (any more).
  private var name: String?

  init(besides target: String) throws(PMTilesError) {
    self.target = target
    // Two writers of the same target must not write into each other's draft.
    let name = "\(target).\(UUID().uuidString).partial"
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unusable(path: target, reason: String(cString: strerror(errno))) }
    self.name = name
  }

  deinit {
    forgetName()
    close(descriptor)
  }

  /// The file lives on without a name while it is open: not even a killed program leaves it behind.
  func forgetName() {
    if let name { unlink(name) }
    name = nil
  }

  func append(_ bytes: [UInt8]) throws(PMTilesError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        raw.baseAddress.map { write(descriptor, $0 + written, raw.count - written) } ?? 0
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      written += count
    }
    length += UInt64(bytes.count)
  }

  /// The whole of another draft.
  func append(contentsOf other: DraftFile) throws(PMTilesError) {
    var from: UInt64 = 0
    while from < other.length {
      let part = try other.read(at: from, count: Int(min(1 << 20, other.length - from)))
      try append(part)
      from += UInt64(part.count)
    }
  }

  /// Bytes that were appended before.
  func read(at offset: UInt64, count wanted: Int) throws(PMTilesError) -> [UInt8] {
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { room, count in
      guard let base = room.baseAddress else { return }
      while count < wanted {
        let got = pread(descriptor, base + count, wanted - count, off_t(offset) + off_t(count))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { return }
        count += got
      }
    }
    guard bytes.count == wanted else { throw failure() }
    return bytes
  }

  /// Gives the file the name of its target, after all of it is on the disk.
  func moveIntoPlace(isReplacing: Bool) throws(PMTilesError) {
    guard fsync(descriptor) == 0 else { throw failure() }
    guard isReplacing || access(target, F_OK) != 0 else { throw .fileExists(path: target) }
    guard let name, rename(name, target) == 0 else { throw failure() }
    self.name = nil
  }

  private func failure() -> PMTilesError { .unusable(path: target, reason: String(cString: strerror(errno))) }
}
