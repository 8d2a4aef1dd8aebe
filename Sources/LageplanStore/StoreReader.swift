import CSpatiaLite
public import LageplanFeatures
public import LageplanGeometry

/// One connection that reads, lent for the duration of a call: it sees one state of the data from its first to its last statement,
/// whatever is written meanwhile. Not to be kept, not to leave its thread.
public final class StoreReader: FeatureReading {
  let connection: SQLiteConnection
  private(set) var catalogue: Catalogue
  let derivations: DerivedStateCache
  let residents: ResidentSet
  /// SQLite's word for the state that `catalogue` and `versions` were read in.
  private var dataState: Int64 = -1
  private var versions: [String: Int64] = [:]
  private var cancellation: CancellationFlag?
  private var deadline: ContinuousClock.Instant?
  /// The call has been ended because it took too long.
  private(set) var hasExpired = false

  init(path: String, derivations: DerivedStateCache, residents: ResidentSet) throws {
    connection = try SQLiteConnection(reading: path)
    self.derivations = derivations
    self.residents = residents
    catalogue = try Catalogue(on: connection)
    // A long scan must hear that nobody waits for it any more. The handler goes with the connection, which is ours.
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_progress_handler(
      connection.handle, 2_000,
      { context in
        guard let context else { return 0 }
        return Unmanaged<StoreReader>.fromOpaque(context).takeUnretainedValue().mustStop() ? 1 : 0
      }, context)
  }

  /// Takes the handler away, which points here. The connection closes with its last statement.
  func close() { sqlite3_progress_handler(connection.handle, 0, nil, nil) }

  deinit { close() }

  var isCancelled: Bool { hasExpired || cancellation?.isSet ?? false }

  /// The clock is looked at here alone, every so many steps of SQLite, not at every row.
  private func mustStop() -> Bool {
    if let deadline, ContinuousClock.now > deadline { hasExpired = true }
    return isCancelled
  }

  // MARK: One state of the data

  func beginSnapshot(cancelledBy flag: CancellationFlag? = nil, within limit: Duration? = nil) throws {
    endPatience()
    try connection.run("BEGIN")
    do {
      try noticeChanges()
      cancellation = flag
      deadline = limit.map { ContinuousClock.now + $0 }
    } catch {
      endSnapshot()
      throw error
    }
  }

  private func endPatience() {
    cancellation = nil
    deadline = nil
    hasExpired = false
  }

  func endSnapshot() {
    endPatience()
    // A transaction that only read has nothing to lose: where it cannot be ended, SQLite has ended it.
    try? connection.run("COMMIT")
  }

  func withSnapshot<T>(_ body: (StoreReader) throws -> T) throws -> T {
    try beginSnapshot()
    defer { endSnapshot() }
    return try body(self)
  }

  /// The version of `collection` now, without a transaction where nothing was written since the last call.
  func latestVersion(of collection: String) throws -> Int64 {
    if try connection.integer("PRAGMA data_version") == dataState, let version = versions[collection] { return version }
    return try withSnapshot { try $0.dataVersion(of: collection) }
  }

  /// `PRAGMA data_version` differs when any other connection, of this process or another, has committed.
  private func noticeChanges() throws {
    let state = try connection.integer("PRAGMA data_version") ?? 0
    guard state != dataState else { return }
    versions.removeAll(keepingCapacity: true)
    if try Catalogue.currentVersion(on: connection) != catalogue.version { catalogue = try Catalogue(on: connection) }
    dataState = state
  }

  // MARK: Descriptions

  /// Rises with every committed change of the features or the description, whoever made it. Throws `FeatureError.unknownCollection`.
  public func dataVersion(of collection: String) throws -> Int64 {
    if let version = versions[collection] { return version }
    _ = try catalogue.entry(of: collection)
    let newest = #"SELECT max("sequence") FROM "lageplan_changes" WHERE "collection" = ?"#
    let version = try connection.integer(newest, [.text(collection)]) ?? 0
    versions[collection] = version
    return version
  }

  /// Throws `FeatureError.unknownCollection`.
  public func descriptor(of collection: String) throws -> CollectionDescriptor {
    let entry = try catalogue.entry(of: collection)
    var descriptor = entry.descriptor
    let version = try dataVersion(of: collection)
    let derived = try derivations.state(of: collection, version: version) {
      try DerivedState(of: entry, on: connection)
    }
    descriptor.dataVersion = version
    descriptor.featureCount = derived.featureCount
    descriptor.storageExtent = derived.storageExtent
    descriptor.extent = derived.extent
    descriptor.temporalExtent = derived.temporalExtent
    return descriptor
  }

  /// All, ordered by id.
  public func collections() throws -> [CollectionDescriptor] {
    try catalogue.entries.map { try descriptor(of: $0.descriptor.id) }
  }

  // MARK: Features

  /// Answered from memory where the collection is held there in this state, and the question is about the present and not by id or by
  /// words, which indexes of the file find faster; else by SQL. The answer is the same, but for the order where none is asked for.
  public func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
    if let resident = try resident(answering: query) {
      return try ResidentReader(resident, checkpoint: checkPatience).forEachRow(matching: query) { row in
        if isCancelled { throw CancellationError() }
        return try body(row)
      }
    }
    try forEachStoredRow(matching: query, body)
  }

  /// The collection in memory, where it can answer `query` and does so faster.
  private func resident(answering query: FeatureQuery) throws -> ResidentCollection? {
    guard query.asOf == nil, query.ids == nil, query.text == nil else { return nil }
    return try resident(of: query.collection)
  }

  /// As the search that every reader has, with the same answer: from memory where ``forEachRow(matching:_:)`` would answer from there.
  public func nearest(
    to place: Coordinate, count: Int, radius: Metres? = nil, beyond: NearbyPosition? = nil, query: FeatureQuery,
    descriptor: CollectionDescriptor, _ body: (borrowing FeatureRow, Metres) throws -> RowDecision
  ) throws {
    if let resident = try resident(answering: query) {
      return try ResidentReader(resident, checkpoint: checkPatience).nearest(
        to: place, count: count, radius: radius, beyond: beyond, query: query, descriptor: descriptor, body)
    }
    try (self as any FeatureReading).nearest(
      to: place, count: count, radius: radius, beyond: beyond, query: query, descriptor: descriptor, body)
  }

  private func checkPatience() throws {
    if mustStop() { throw CancellationError() }
  }

  /// As ``forEachRow(matching:_:)``, always by SQL; with `numbers`, only the features of these.
  func forEachStoredRow(
    matching query: FeatureQuery, numbers: Set<Int64>? = nil, _ body: (borrowing FeatureRow) throws -> RowDecision
  ) throws {
    let entry = try catalogue.entry(of: query.collection)
    let past = try query.asOf.map { try PastState(at: $0, of: query.collection, on: connection) }
    let rows = try RowStatement(for: query, in: entry, at: past, numbers: numbers)
    var remaining = max(0, query.limit ?? .max)
    guard remaining > 0 else { return }
    var spatialTest = try query.spatial.map { try SpatialTest($0, geometryKind: entry.descriptor.geometryKind) }
    try connection.withStatement(rows.sql) { statement in
      try statement.bind(rows.arguments)
      try withUnsafeTemporaryAllocation(of: LentValue.self, capacity: rows.kinds.count) { values in
        while try statement.step() {
          if isCancelled { throw CancellationError() }
          let number = statement.integer(0)
          let geometry = rows.geometryColumn.flatMap { statement.geometry($0) }
          if spatialTest != nil {
            guard let geometry else { continue }
            let accepted = spatialTest?.accepts(geometry) ?? true
            guard accepted else { continue }
          }
          for (index, kind) in rows.kinds.enumerated() {
            values.initializeElement(at: index, to: statement.value(rows.firstValueColumn + Int32(index), as: kind))
          }
          let row = FeatureRow(
            number: number, id: statement.textBytes(1), geometry: query.geometry ? geometry : nil,
            values: UnsafeBufferPointer(values))
          if try body(row) == .stop { return }
          remaining -= 1
          if remaining == 0 { return }
        }
      }
    }
  }
}

extension SQLiteStatement {
  /// UTF-8, where SQLite keeps it.
  func textBytes(_ column: Int32) -> UnsafeRawBufferPointer {
    let address = sqlite3_column_text(handle, column)
    return UnsafeRawBufferPointer(start: address, count: address == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
  }

  func geometry(_ column: Int32) -> GeometryBytes? {
    guard sqlite3_column_type(handle, column) == SQLITE_BLOB else { return nil }
    return GeometryBytes(encoding: .spatiaLite, bytes: bytes(column))
  }

  /// SQLite types values, not columns: a GIS may have put an integer where reals are declared, and either is what it is.
  func value(_ column: Int32, as kind: PropertyKind) -> LentValue {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER:
      let value = sqlite3_column_int64(handle, column)
      return switch kind {
      case .boolean: .boolean(value != 0)
      case .real: .real(Double(value))
      case .text, .integer, .date, .dateTime, .json: .integer(value)
      }
    case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
    case SQLITE_TEXT: return .text(textBytes(column))
    default: return .null
    }
  }
}
