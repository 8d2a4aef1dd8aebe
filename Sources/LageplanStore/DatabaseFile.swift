import CSpatiaLite
import Foundation

/// What a path holds, told before anything is written to it.
enum DatabaseFile {
  case missing
  /// A file without a byte: what `touch` makes, and what SQLite takes for a new database.
  case empty
  /// A Lageplan file with this version of the layout.
  case lageplan(version: Int)

  /// Throws `StoreError.notALageplanFile` for any other file.
  static func inspect(_ path: String) throws(StoreError) -> DatabaseFile {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .missing }
    guard !isFolder.boolValue else { throw .notALageplanFile(path: path, reason: "it is a folder") }
    guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int else {
      throw .fileUnusable(path: path, reason: "its size cannot be read")
    }
    guard size > 0 else { return .empty }
    do {
      let connection = try SQLiteConnection(reading: path)
      let application = try connection.integer("PRAGMA application_id") ?? 0
      guard application == Int64(DatabaseLayout.applicationId) else {
        let reason = "it is a SQLite database of another program (application id \(application))"
        throw StoreError.notALageplanFile(path: path, reason: reason)
      }
      return .lageplan(version: Int(try connection.integer("PRAGMA user_version") ?? 0))
    } catch StoreError.database(let code, _, _) where code & 0xFF == SQLITE_NOTADB {
      throw .notALageplanFile(path: path, reason: "it is not a SQLite database")
    } catch let error as StoreError {
      throw error
    } catch {
      throw .fileUnusable(path: path, reason: String(describing: error))
    }
  }
}
