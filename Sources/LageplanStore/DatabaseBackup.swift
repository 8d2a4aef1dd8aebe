import Foundation

/// A copy of a database that is in use: one state of it, whole and checked, or nothing.
struct DatabaseBackup {
  let source: String

  init(of source: String) { self.source = source }

  /// `VACUUM INTO` reads one snapshot, so that neither readers nor the writer wait, and leaves out what is free.
  /// The copy is written beside its target, checked, and only then given the name.
  func write(to target: String, overwrite: Bool) throws(StoreError) {
    let files = FileManager.default
    guard overwrite || !files.fileExists(atPath: target) else { throw .fileExists(path: target) }
    let partial = target + ".partial"
    do {
      try? files.removeItem(atPath: partial)
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
}
