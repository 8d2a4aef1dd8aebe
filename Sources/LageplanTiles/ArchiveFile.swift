import Foundation

/// A file read at any place by any thread: `pread`, so that a file that another program cuts short is an error and no crash,
/// as it would be through a memory map.
final class ArchiveFile: Sendable {
  let path: String
  let length: UInt64
  private let descriptor: Int32

  init(path: String) throws(PMTilesError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unusable(path: path, reason: String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unusable(path: path, reason: "it is not a file")
    }
    self.path = path
    self.descriptor = descriptor
    length = UInt64(clamping: status.st_size)
  }

  deinit { close(descriptor) }

  /// Exactly the bytes of `section`, which must lie inside the file. `place` is told in errors.
  func read(_ section: PMTilesHeader.Section, place: String) throws(PMTilesError) -> [UInt8] {
    let (end, overflow) = section.offset.addingReportingOverflow(section.length)
    guard !overflow, end <= length else {
      throw .damaged(
        path: path, place: place,
        reason: "\(section.length) bytes from byte \(section.offset) on lie outside of the file, which has \(length)")
    }
    let wanted = Int(section.length)
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { room, count in
      guard let base = room.baseAddress else { return }
      while count < wanted {
        let got = pread(descriptor, base + count, wanted - count, off_t(section.offset) + off_t(count))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { return }
        count += got
      }
    }
    guard bytes.count == wanted else {
      throw .unusable(path: path, reason: "\(place) cannot be read whole: the file has become shorter, or the disk fails")
    }
    return bytes
  }
}
