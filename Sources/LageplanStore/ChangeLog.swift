import LageplanFeatures
import LageplanGeometry

/// What `lageplan_changes` tells: one row for every change of a feature, written by the triggers of its table, one for every load, and
/// one for every change of a description. Sequences rise in the order of commits, since there is one writer.
struct ChangeLog {
  let connection: SQLiteConnection

  // MARK: Versions

  /// The sequence of the last change of the feature of this number: its own, else that of the load that brought it.
  func version(ofNumber number: Int64, in collection: String) throws -> Int64 {
    let own = #"SELECT max("sequence") FROM "lageplan_changes" WHERE "collection" = ? AND "number" = ?"#
    if let version = try connection.integer(own, [.text(collection), .integer(number)]) { return version }
    return try load(ofNumber: number, in: collection)?.sequence ?? 0
  }

  /// The newest load that brought the feature of this number. Loads of an older layout do not tell their numbers: they may have
  /// brought any.
  func load(ofNumber number: Int64, in collection: String) throws -> FeatureChange? {
    let search = """
      \(Self.selection)
      WHERE "collection" = ? AND "number" IS NULL AND "operation" = 'import'
        AND coalesce("first_number", 0) <= ?2 AND coalesce("last_number", ?2) >= ?2
      ORDER BY "sequence" DESC
      LIMIT 1
      """
    return try connection.rows(search, [.text(collection), .integer(number)], Self.change).first
  }

  /// The numbers that loads after `sequence` gave.
  func loads(of collection: String, after sequence: Int64) throws -> [ClosedRange<Int64>] {
    let search = """
      \(Self.selection)
      WHERE "collection" = ? AND "number" IS NULL AND "operation" = 'import' AND "sequence" > ?
      """
    return try connection.rows(search, [.text(collection), .integer(sequence)], Self.change).compactMap(\.numbers)
  }

  // MARK: Entries

  /// The changes of `collections` after `since`, the oldest first; of features only those since the collection was made: what was in
  /// another one of the same id, which was dropped, perhaps not everybody might see.
  func changes(of collections: [String], since: Int64, limit: Int) throws -> [FeatureChange] {
    // For a single one its index yields the order; for several the log is read in its own.
    let only = collections.count == 1 ? #"AND c."collection" = (SELECT "id" FROM seen)"# : ""
    let search = """
      WITH seen("id", "beginning") AS MATERIALIZED (
        SELECT j.value, coalesce((
          SELECT max(m."sequence")
          FROM "lageplan_changes" AS m
          WHERE m."collection" = j.value AND m."number" IS NULL AND m."operation" = 'create'), 0)
        FROM json_each(?3) AS j)
      \(Self.selection) AS c CROSS JOIN seen ON seen."id" = c."collection"
      WHERE c."sequence" > ?1 \(only)
        AND (c."sequence" >= seen."beginning" OR c."operation" IN ('create', 'describe', 'drop'))
      ORDER BY c."sequence"
      LIMIT ?2
      """
    let arguments: [SQLiteArgument] = [.integer(since), .integer(Int64(max(0, limit))), .text(try jsonList(collections))]
    return try connection.rows(search, arguments, Self.change)
  }

  /// All entries after `sequence`, of whatever collection, the oldest first.
  func changes(after sequence: Int64, limit: Int) throws -> [FeatureChange] {
    let search = """
      \(Self.selection)
      WHERE "sequence" > ?
      ORDER BY "sequence"
      LIMIT ?
      """
    return try connection.rows(search, [.integer(sequence), .integer(Int64(limit))], Self.change)
  }

  /// All entries of `collection` after `sequence`, the oldest first.
  func changes(of collection: String, after sequence: Int64, limit: Int) throws -> [FeatureChange] {
    let search = """
      \(Self.selection)
      WHERE "collection" = ? AND "sequence" > ?
      ORDER BY "sequence"
      LIMIT ?
      """
    return try connection.rows(search, [.text(collection), .integer(sequence), .integer(Int64(limit))], Self.change)
  }

  /// The newest change of all; 0: none.
  func latestSequence() throws -> Int64 { try connection.integer(#"SELECT max("sequence") FROM "lageplan_changes""#) ?? 0 }

  /// The collections that have entries after `sequence`.
  func collections(changedAfter sequence: Int64) throws -> Set<String> {
    let search = #"SELECT DISTINCT "collection" FROM "lageplan_changes" WHERE "sequence" > ?"#
    return Set(try connection.rows(search, [.integer(sequence)]) { $0.string(0) ?? "" })
  }

  /// The newest change of any of `collections`; 0: none.
  func latestSequence(of collections: [String]) throws -> Int64 {
    let search = """
      SELECT max((SELECT max(c."sequence") FROM "lageplan_changes" AS c WHERE c."collection" = j.value))
      FROM json_each(?) AS j
      """
    return try connection.integer(search, [.text(try jsonList(collections))]) ?? 0
  }

  /// The changes of the features of these numbers before `sequence` and since the collection was made, the newest first.
  func changes(ofNumbers numbers: [Int64], in collection: String, before sequence: Int64, limit: Int) throws -> [FeatureChange] {
    let search = """
      \(Self.selection)
      WHERE "collection" = ?1 AND "number" IN (SELECT value FROM json_each(?2)) AND "sequence" > ?3 AND "sequence" < ?4
      ORDER BY "sequence" DESC
      LIMIT ?5
      """
    let list = "[\(numbers.map(String.init).joined(separator: ","))]"
    let arguments: [SQLiteArgument] = [
      .text(collection), .text(list), .integer(try beginning(of: collection)), .integer(sequence),
      .integer(Int64(max(0, limit))),
    ]
    return try connection.rows(search, arguments, Self.change)
  }

  /// The first change of the feature of this number after `sequence` and since the collection was made.
  func change(ofNumber number: Int64, in collection: String, after sequence: Int64) throws -> FeatureChange? {
    let search = """
      \(Self.selection)
      WHERE "collection" = ? AND "number" = ? AND "sequence" > ?
      ORDER BY "sequence"
      LIMIT 1
      """
    let begin = max(sequence, try beginning(of: collection))
    return try connection.rows(search, [.text(collection), .integer(number), .integer(begin)], Self.change).first
  }

  /// The sequence with which the collection was made; changes before are of another one of the same id.
  func beginning(of collection: String) throws -> Int64 {
    let search = """
      SELECT max("sequence")
      FROM "lageplan_changes"
      WHERE "collection" = ? AND "number" IS NULL AND "operation" = 'create'
      """
    return try connection.integer(search, [.text(collection)]) ?? 0
  }

  // MARK: Time

  /// What has not been cleared away: changes after `sequence`, states from `at` on (`nil`: all).
  func memory() throws -> (sequence: Int64, at: Instant?) {
    let search = #"SELECT "sequence", "at" FROM "lageplan_history_begin""#
    return try connection.rows(search) { ($0.integer(0), try $0.optionalInstant(1)) }.first ?? (0, nil)
  }

  /// The last change at or before `instant`; 0: none. Found by halving, since sequences rise with time; where a clock was set back
  /// it is one of those around.
  func lastSequence(atOrBefore instant: Instant) throws -> Int64 {
    func entry(atOrAfter sequence: Int64) throws -> (sequence: Int64, at: Instant)? {
      let search = #"SELECT "sequence", "at" FROM "lageplan_changes" WHERE "sequence" >= ? ORDER BY "sequence" LIMIT 1"#
      return try connection.rows(search, [.integer(sequence)]) { ($0.integer(0), try $0.instant(1)) }.first
    }
    var found: Int64 = 0
    var low = try connection.integer(#"SELECT min("sequence") FROM "lageplan_changes""#) ?? 1
    var high = try connection.integer(#"SELECT max("sequence") FROM "lageplan_changes""#) ?? 0
    while low <= high {
      let middle = low + (high - low) / 2
      // There is one up to `high`; it may lie behind a gap.
      if let entry = try entry(atOrAfter: middle), entry.sequence <= high, entry.at <= instant {
        found = entry.sequence
        low = entry.sequence + 1
      } else {
        high = middle - 1
      }
    }
    return found
  }

  // MARK: Rows

  private static let selection = """
    SELECT "sequence", "collection", "operation", "feature_id", "number", "at", "actor", "old_minx", "old_miny", "old_maxx", "old_maxy",
      "new_minx", "new_miny", "new_maxx", "new_maxy", "first_number", "last_number"
    FROM "lageplan_changes"
    """

  private static func change(_ row: SQLiteStatement) throws -> FeatureChange {
    guard let operation = ChangeOperation(rawValue: row.string(2) ?? "") else {
      throw StoreError.damagedBookkeeping(what: "The operation of change \(row.integer(0))", value: row.string(2) ?? "null")
    }
    func envelope(_ column: Int32) -> Envelope? {
      guard !(column..<column + 4).contains(where: row.isNull) else { return nil }
      return Envelope(
        minX: row.real(column), minY: row.real(column + 1), maxX: row.real(column + 2), maxY: row.real(column + 3))
    }
    let first = row.integer(15)
    return FeatureChange(
      sequence: row.integer(0), collection: row.string(1) ?? "", operation: operation, id: row.string(3),
      number: row.isNull(4) ? nil : row.integer(4), at: try row.instant(5), actor: row.string(6), oldEnvelope: envelope(7),
      newEnvelope: envelope(11), numbers: row.isNull(15) || row.isNull(16) ? nil : first...max(first, row.integer(16)))
  }
}
