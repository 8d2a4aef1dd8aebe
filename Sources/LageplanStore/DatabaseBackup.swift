import Foundation

/// A copy of a database that is in use: one state of it, whole and checked, or nothing.
struct DatabaseBackup {
  let source: String

  init(of source: String) { self.source = source }

  /// `VACUUM INTO` reads one snapshot, so that neither readers nor the writer wait, and leaves out what is free.
  /// The copy is written beside its target, checked, and only then given the name.
  func write(to target: String, overwrite: Bool) throws(StoreError) {
    let files = FileManager.default
    try checkTarget(target)
    guard overwrite || !files.fileExists(atPath: target) else { throw .fileExists(path: target) }
    // Two backups to the same target must not write into each other's draft.
    let partial = "\(target).\(UUID().uuidString).partial"
    do {
      defer { try? files.removeItem(atPath: partial) }
      let connection = try SQLiteConnection(reading: source)
      // The connection only reads its own file, but SQLite counts the copy as a write.
      try connection.execute("PRAGMA query_only = OFF")
      try connection.run("VACUUM INTO ?", [.text(partial)])
      let found = try SQLiteConnection(reading: partial).text("PRAGMA integrity_check(1)") ?? "no answer"
      guard found == "ok" else { throw StoreError.fileUnusable(path: partial, reason: "the copy is not whole: \(found)") }
      guard rename(partial, target) == 0 else {
        throw StoreError.fileUnusable(path: target, reason: String(cString: strerror(errno)))
      }
    } catch {
      throw StoreError(error, path: target)
    }
  }

  /// What a log beside the target holds would be played into the copy when it is opened, and what another program
  /// still writes to the replaced file would be lost.
  private func checkTarget(_ target: String) throws(StoreError) {
    if let own = FileIdentity(of: source), own == FileIdentity(of: target) {
      throw .unfitTarget(path: target, reason: "it is the database itself")
    }
    for suffix in ["-wal", "-journal"] {
      guard let log = FileIdentity(of: target + suffix), log.size > 0 else { continue }
      throw .unfitTarget(
        path: target, reason: "it is open in another program, or was not closed (\(target + suffix) is not empty)")
    }
  }
}

/// Which file a path leads to, whatever links are on the way.
private struct FileIdentity: Equatable {
  var device: dev_t
  var node: ino_t
  var size: Int64

  /// `nil`: there is none.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, node, size) = (status.st_dev, status.st_ino, Int64(status.st_size))
  }

  static func == (one: Self, other: Self) -> Bool { one.device == other.device && one.node == other.node }
}
