public import LageplanFeatures

/// Where a collection is brought in from, again and again.
public struct StoredSource: Hashable, Sendable {
  /// Lower case letters, digits, `-` and `_`, as a collection's id.
  public var id: String
  public var collection: String
  /// The form in which the source is read, such as `wfs`; its meaning is the reader's.
  public var kind: String
  /// A URL or a path.
  public var address: String
  /// A JSON object: what the reader needs besides.
  public var settings: String
  /// Between the starts of two runs.
  public var intervalMinutes: Int
  public var isEnabled: Bool
  // Of the last run; what a caller sets here is ignored on saving.
  public internal(set) var lastRun: Instant?
  public internal(set) var lastStatus: String?
  /// JSON.
  public internal(set) var lastReport: String?

  public init(
    id: String, collection: String, kind: String, address: String, settings: String = "{}", intervalMinutes: Int,
    isEnabled: Bool = true
  ) {
    self.id = id
    self.collection = collection
    self.kind = kind
    self.address = address
    self.settings = settings
    self.intervalMinutes = intervalMinutes
    self.isEnabled = isEnabled
  }
}

/// One run of a source, as the log keeps it.
public struct SourceRun: Hashable, Sendable {
  public var source: String
  public var started: Instant
  public var ended: Instant
  /// A word, such as `ok` or `failed`.
  public var status: String
  /// JSON: what was done, or why not.
  public var report: String

  public init(source: String, started: Instant, ended: Instant, status: String, report: String) {
    self.source = source
    self.started = started
    self.ended = ended
    self.status = status
    self.report = report
  }
}

extension Store {
  /// So many runs of each source are kept.
  public static let keptRuns = 100

  /// All, ordered by id.
  public func sources() throws -> [StoredSource] {
    try asking { reader in
      let search = """
        SELECT "id", "collection", "kind", "address", "settings", "interval_minutes", "enabled", "last_run", "last_status",
          "last_report"
        FROM "lageplan_sources"
        ORDER BY "id"
        """
      return try reader.connection.rows(search) { row in
        var source = StoredSource(
          id: row.string(0) ?? "", collection: row.string(1) ?? "", kind: row.string(2) ?? "", address: row.string(3) ?? "",
          settings: row.string(4) ?? "{}", intervalMinutes: Int(clamping: row.integer(5)), isEnabled: row.integer(6) != 0)
        source.lastRun = try row.optionalInstant(7)
        source.lastStatus = row.string(8)
        source.lastReport = row.string(9)
        return source
      }
    }
  }

  /// Makes the source, or changes the one of that id; its runs stay.
  /// Throws `StoreError.invalidSource` for what cannot be one. The collection need not be there yet.
  public func saveSource(_ source: StoredSource) throws {
    try Self.check(source)
    try writing { connection in
      try connection.run(
        """
        INSERT INTO "lageplan_sources" ("id", "collection", "kind", "address", "settings", "interval_minutes", "enabled")
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT ("id") DO UPDATE
        SET "collection" = excluded."collection", "kind" = excluded."kind", "address" = excluded."address",
          "settings" = excluded."settings", "interval_minutes" = excluded."interval_minutes", "enabled" = excluded."enabled"
        """,
        [
          .text(source.id), .text(source.collection), .text(source.kind), .text(source.address), .text(source.settings),
          .integer(Int64(source.intervalMinutes)), .integer(source.isEnabled ? 1 : 0),
        ])
    }
  }

  /// Forgets the source and its runs; the collection stays. Throws `StoreError.unknownSource`.
  public func removeSource(_ id: String) throws {
    try writing { connection in
      try Self.expectSource(id, on: connection)
      try connection.run(#"DELETE FROM "lageplan_sources" WHERE "id" = ?"#, [.text(id)])
    }
  }

  /// Keeps the report of a run. Throws `StoreError.unknownSource`.
  public func noteRun(_ run: SourceRun) throws {
    try writing { connection in
      try Self.expectSource(run.source, on: connection)
      try connection.run(
        """
        INSERT INTO "lageplan_source_runs" ("source", "started", "ended", "status", "report")
        VALUES (?, ?, ?, ?, ?)
        """,
        [.text(run.source), .text(run.started.iso), .text(run.ended.iso), .text(run.status), .text(run.report)])
      try connection.run(
        """
        DELETE FROM "lageplan_source_runs"
        WHERE "source" = ?1 AND "run" NOT IN (
          SELECT "run" FROM "lageplan_source_runs" WHERE "source" = ?1 ORDER BY "run" DESC LIMIT ?2)
        """, [.text(run.source), .integer(Int64(Self.keptRuns))])
      try connection.run(
        #"UPDATE "lageplan_sources" SET "last_run" = ?, "last_status" = ?, "last_report" = ? WHERE "id" = ?"#,
        [.text(run.started.iso), .text(run.status), .text(run.report), .text(run.source)])
    }
  }

  /// The runs that are kept, the newest first. Throws `StoreError.unknownSource`.
  public func runs(ofSource id: String, limit: Int = Store.keptRuns) throws -> [SourceRun] {
    try asking { reader in
      try Self.expectSource(id, on: reader.connection)
      let search = """
        SELECT "started", "ended", "status", "report"
        FROM "lageplan_source_runs"
        WHERE "source" = ?
        ORDER BY "run" DESC
        LIMIT ?
        """
      return try reader.connection.rows(search, [.text(id), .integer(Int64(max(0, limit)))]) { row in
        SourceRun(
          source: id, started: try row.instant(0), ended: try row.instant(1), status: row.string(2) ?? "",
          report: row.string(3) ?? "{}")
      }
    }
  }

  private static func check(_ source: StoredSource) throws(StoreError) {
    func refuse(_ reason: String, _ remedy: String) -> StoreError {
      .invalidSource(id: source.id, reason: reason, remedy: remedy)
    }
    guard isCollectionId(source.id) else {
      throw refuse("the id is none", "Use lower case letters, digits, - and _, starting with a letter, at most 64.")
    }
    guard isCollectionId(source.collection) else { throw .invalidCollectionId(source.collection) }
    guard !source.address.isEmpty else { throw refuse("it has no address", "Give a URL or a path.") }
    guard source.intervalMinutes > 0 else {
      throw refuse("it is to run every \(source.intervalMinutes) minutes", "Give at least one minute.")
    }
    guard let settings = try? JSONValue(parsing: source.settings), settings.object != nil else {
      throw refuse("its settings are no JSON object", "Give {} where there are none.")
    }
  }

  private static func expectSource(_ id: String, on connection: SQLiteConnection) throws {
    guard try connection.integer(#"SELECT 1 FROM "lageplan_sources" WHERE "id" = ?"#, [.text(id)]) != nil else {
      throw StoreError.unknownSource(id)
    }
  }
}
