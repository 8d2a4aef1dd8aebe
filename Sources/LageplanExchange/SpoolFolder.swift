import Foundation

/// A folder of its own for what is fetched, which only this user may read; gone with this object.
final class SpoolFolder: Sendable {
  let path: String

  /// Throws ``FetchError`` where the folder for temporary files takes none.
  init() throws(FetchError) {
    let pattern = FileManager.default.temporaryDirectory.appendingPathComponent("lageplan-XXXXXX").path
    var bytes = Array(pattern.utf8CString)
    guard mkdtemp(&bytes) != nil else {
      throw .notUnderstood(
        address: pattern, reason: "no folder can be made: \(String(cString: strerror(errno)))",
        remedy: "Set TMPDIR to a folder with room for what is fetched")
    }
    path = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}
