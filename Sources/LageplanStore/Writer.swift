import CSpatiaLite
import GRDB
import Synchronization

/// The one connection that writes, with SpatiaLite loaded: its functions run in the triggers of every spatial table.
final class Writer: Sendable {
  private let pool: DatabasePool
  private let spatiaLite = SpatiaLite()
  private let isClosed = Atomic(false)

  /// Opens `path`, makes the file where there is none, and brings it to the layout of this program.
  init(path: String) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 1
    configuration.prepareDatabase { [spatiaLite] db in
      if let handle = db.sqliteConnection { try spatiaLite.load(into: handle) }
      // With the write-ahead log, NORMAL loses no consistency: a power cut may take the last commits, never half of one.
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
      // SpatiaLite's triggers call its functions, which SQLite holds to be unsafe in a file that is not trusted.
      try db.execute(sql: "PRAGMA trusted_schema = ON")
      try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
      try db.execute(sql: "PRAGMA cache_size = -65536")
    }
    pool = try DatabasePool(path: path, configuration: configuration)
    try migrate()
  }

  /// Runs `body` in one transaction, which is committed when it answers true, and rolled back when it answers false or throws.
  func transaction<T>(_ body: (SQLiteConnection) throws -> (T, commit: Bool)) throws -> T {
    guard !isClosed.load(ordering: .acquiring) else { throw StoreError.closed }
    return try pool.writeWithoutTransaction { db in
      var result: T?
      try db.inTransaction(.immediate) {
        guard let handle = db.sqliteConnection else { throw StoreError.closed }
        let (value, commit) = try body(SQLiteConnection(borrowing: handle))
        result = value
        return commit ? .commit : .rollback
      }
      guard let result else { throw StoreError.closed }
      return result
    }
  }

  func transaction<T>(_ body: (SQLiteConnection) throws -> T) throws -> T {
    try transaction { (try body($0), commit: true) }
  }

  /// As above; the triggers note `actor` with every change.
  func transaction<T>(by actor: String?, _ body: (SQLiteConnection) throws -> (T, commit: Bool)) throws -> T {
    try transaction { connection in
      guard let actor else { return try body(connection) }
      try connection.run(#"UPDATE "lageplan_context" SET "actor" = ?"#, [.text(actor)])
      let result = try body(connection)
      try connection.run(#"UPDATE "lageplan_context" SET "actor" = NULL"#)
      return result
    }
  }

  func close() throws {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    try pool.close()
    spatiaLite.unload()
  }

  private func migrate() throws {
    try transaction { connection in
      let version = Int(try connection.integer("PRAGMA user_version") ?? 0)
      if version == 0 {
        guard try connection.integer("SELECT InitSpatialMetaDataFull(0)") == 1 else {
          throw connection.failure(while: "writing SpatiaLite's metadata")
        }
        try connection.execute("PRAGMA application_id = \(DatabaseLayout.applicationId)")
      }
      guard version < DatabaseLayout.version else { return }
      for step in DatabaseLayout.steps[version...] {
        for statement in step { try connection.execute(statement) }
      }
      let collections = CollectionWriter(connection: connection)
      for entry in try Catalogue(on: connection).entries { try collections.remember(entry.table) }
      try connection.execute("PRAGMA user_version = \(DatabaseLayout.version)")
    }
  }
}
