import CSpatiaLite

/// A connection's C handle and its prepared statements, kept by their text. Confined to one thread at a time.
final class SQLiteConnection {
  let handle: OpaquePointer
  private let owned: Bool
  private var idle: [String: SQLiteStatement] = [:]

  /// Opens `path` for reading, with the settings of a reader: a large memory map, since rows are read in place.
  init(reading path: String) throws(StoreError) {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw .fileUnusable(path: path, reason: reason)
    }
    handle = opened
    owned = true
    SQLComputation.register(on: handle)
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, 10_000)
    // What a file's own views and triggers say is not trusted: a reader needs none of them.
    try execute("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA mmap_size = 268435456; PRAGMA cache_size = -16384")
  }

  /// Makes a new file at `path`, for one who writes it alone.
  init(making path: String) throws(StoreError) {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw .fileUnusable(path: path, reason: reason)
    }
    handle = opened
    owned = true
    sqlite3_extended_result_codes(handle, 1)
  }

  /// Works on a connection that another owns and closes.
  init(borrowing handle: OpaquePointer) {
    self.handle = handle
    owned = false
  }

  deinit {
    idle.removeAll()
    if owned { sqlite3_close_v2(handle) }
  }

  /// Lends a prepared statement for the time of `body`, ready to be bound. A statement that is at work already is not lent again:
  /// the same text nested in itself gets one of its own.
  func withStatement<T>(_ sql: String, _ body: (SQLiteStatement) throws -> T) throws -> T {
    let statement = try idle.removeValue(forKey: sql) ?? SQLiteStatement(sql, on: self)
    defer {
      statement.reset()
      keep(statement, sql)
    }
    return try body(statement)
  }

  /// Filters come in ever new forms: a statement for each would fill the memory.
  private static let keptStatements = 256

  /// How many statements wait to be used again.
  var keptStatementCount: Int { idle.count }

  private func keep(_ statement: SQLiteStatement, _ sql: String) {
    if idle.count >= Self.keptStatements, let other = idle.keys.first { idle[other] = nil }
    idle[sql] = statement
  }

  /// Runs statements that yield nothing worth reading.
  func execute(_ sql: String) throws(StoreError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(while: sql) }
  }

  /// The first column of the first row; `nil` for no row or null.
  func integer(_ sql: String, _ arguments: [SQLiteArgument] = []) throws -> Int64? {
    try withStatement(sql) { statement in
      try statement.bind(arguments)
      guard try statement.step(), !statement.isNull(0) else { return nil }
      return statement.integer(0)
    }
  }

  func text(_ sql: String, _ arguments: [SQLiteArgument] = []) throws -> String? {
    try withStatement(sql) { statement in
      try statement.bind(arguments)
      return try statement.step() ? statement.string(0) : nil
    }
  }

  /// What `body` makes of each row.
  func rows<T>(_ sql: String, _ arguments: [SQLiteArgument] = [], _ body: (SQLiteStatement) throws -> T) throws -> [T] {
    try withStatement(sql) { statement in
      try statement.bind(arguments)
      var result: [T] = []
      while try statement.step() { result.append(try body(statement)) }
      return result
    }
  }

  func run(_ sql: String, _ arguments: [SQLiteArgument] = []) throws {
    try withStatement(sql) { statement in
      try statement.bind(arguments)
      while try statement.step() {}
    }
  }

  /// Runs a statement and answers how many rows it inserted, updated or deleted; those of triggers do not count.
  func changes(_ sql: String, _ arguments: [SQLiteArgument] = []) throws -> Int {
    try run(sql, arguments)
    return Int(sqlite3_changes64(handle))
  }

  func failure(while doing: String) -> StoreError {
    .database(code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), doing: doing)
  }
}

/// A value on its way into a statement.
enum SQLiteArgument: Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
  /// What ``SQLComputation/function`` is to do.
  case computation(SQLComputation)

  static func optional(_ text: String?) -> SQLiteArgument { text.map(SQLiteArgument.text) ?? .null }
}

/// A prepared statement. Columns count from 0, parameters from 1, as in SQLite.
final class SQLiteStatement {
  /// The connection keeps its statements, and lends one only while it lives itself.
  private unowned let connection: SQLiteConnection
  private let sql: String
  let handle: OpaquePointer

  init(_ sql: String, on connection: SQLiteConnection) throws(StoreError) {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw connection.failure(while: sql) }
    self.connection = connection
    self.sql = sql
    handle = prepared
  }

  deinit { sqlite3_finalize(handle) }

  /// True while there is a row.
  func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case SQLITE_INTERRUPT: throw CancellationError()
    default: throw connection.failure(while: sql)
    }
  }

  /// Runs the statement once and makes it ready for the next.
  func run() throws {
    defer { sqlite3_reset(handle) }
    while try step() {}
  }

  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  func bind(_ arguments: [SQLiteArgument]) throws {
    for (offset, argument) in arguments.enumerated() { try bind(argument, at: Int32(offset + 1)) }
  }

  func bind(_ argument: SQLiteArgument, at index: Int32) throws {
    switch argument {
    case .null: try check(sqlite3_bind_null(handle, index))
    case .integer(let value): try check(sqlite3_bind_int64(handle, index, value))
    case .real(let value): try check(sqlite3_bind_double(handle, index, value))
    case .text(let value): try bind(text: value, at: index)
    case .blob(let value): try bind(blob: value, at: index)
    case .computation(let value): try check(value.bind(to: handle, at: index))
    }
  }

  func bind(text: String, at index: Int32) throws {
    var text = text
    let code = text.withUTF8 { bytes in
      // An empty buffer has no address, and SQLite reads "no address" as null.
      bytes.baseAddress.map { address in
        address.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
          sqlite3_bind_text(handle, index, $0, Int32(bytes.count), sqliteTransient)
        }
      } ?? sqlite3_bind_text(handle, index, "", 0, sqliteTransient)
    }
    try check(code)
  }

  func bind(blob: [UInt8], at index: Int32) throws {
    try check(sqlite3_bind_blob(handle, index, blob, Int32(blob.count), sqliteTransient))
  }

  private func check(_ code: Int32) throws {
    guard code == SQLITE_OK else { throw connection.failure(while: "binding an argument of \(sql)") }
  }

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
  func isText(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_TEXT }
  func isNumber(_ column: Int32) -> Bool { [SQLITE_INTEGER, SQLITE_FLOAT].contains(sqlite3_column_type(handle, column)) }
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
  func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }
  func string(_ column: Int32) -> String? { sqlite3_column_text(handle, column).map { String(cString: $0) } }

  /// Text or BLOB in SQLite's own memory: valid until the next step.
  func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
    let address = sqlite3_column_blob(handle, column)
    return UnsafeRawBufferPointer(start: address, count: address == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
  }
}

/// Tells SQLite to copy what is bound: `SQLITE_TRANSIENT`, a cast that C headers cannot hand to Swift.
let sqliteTransient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
