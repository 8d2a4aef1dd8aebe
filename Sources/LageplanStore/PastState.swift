import LageplanFeatures

/// The features of a collection as they were: those of now that have not changed since, and of the others what their first change
/// since has found.
///
///     time ──────────────── asked ──────────────────────── now
///     tree 1   insert         │                             read from the table
///     tree 2   insert         │      update      delete     the before-image of the update
///     tree 3                  │      insert      update     was not there: an insert has no before-image
struct PastState {
  /// The last change at or before the instant; `nil`: there was no such collection.
  private let last: Int64?
  /// Numbers that later loads gave.
  private let later: [ClosedRange<Int64>]

  /// Throws `FeatureError.noHistory` for an instant before all that is remembered.
  init(at instant: Instant, of collection: String, on connection: SQLiteConnection) throws {
    let log = ChangeLog(connection: connection)
    if let oldest = try log.memory().at, instant < oldest {
      throw FeatureError.noHistory(collection: collection, asked: instant, oldest: oldest)
    }
    let last = try log.lastSequence(atOrBefore: instant)
    let exists = try last >= log.beginning(of: collection)
    self.last = exists ? last : nil
    later = exists ? try log.loads(of: collection, after: last) : []
  }

  /// The rows, with the columns of the table. Of those that have not changed, `place` takes the ones it can; the rest it leaves to
  /// the exact test.
  func sql(of table: CollectionTable, near place: SpatialSource?) -> String {
    let columns = (["number", "id", "geometry"] + table.columns.map(\.name)).map { "f.\(quoted($0))" }.joined(separator: ", ")
    guard last != nil else { return "SELECT \(columns) FROM \(table.name) AS f WHERE 0" }
    let notLoaded = later.map { _ in "f.\"number\" NOT BETWEEN ? AND ?" }
    let unchanged = [place?.condition(table), "f.\"number\" NOT IN (SELECT \"number\" FROM changed)"].compactMap(\.self)
    return """
      WITH changed AS MATERIALIZED (
        SELECT "number", min("sequence") AS "sequence"
        FROM "lageplan_changes" INDEXED BY "lageplan_changes_collection"
        WHERE "collection" = ? AND "sequence" > ? AND "number" IS NOT NULL
        GROUP BY "number")
      SELECT \(columns)
      FROM \(table.name) AS f
      WHERE \((unchanged + notLoaded).joined(separator: " AND "))
      UNION ALL
      SELECT \(columns)
      FROM changed CROSS JOIN \(table.history) AS f ON f."\(CollectionTable.historySequence)" = changed."sequence"
      \(notLoaded.isEmpty ? "" : "WHERE \(notLoaded.joined(separator: " AND "))")
      """
  }

  func arguments(of table: CollectionTable, near place: SpatialSource?) -> [SQLiteArgument] {
    guard let last else { return [] }
    let loaded = later.flatMap { [SQLiteArgument.integer($0.lowerBound), .integer($0.upperBound)] }
    return [.text(table.collection), .integer(last)] + (place?.arguments ?? []) + loaded + loaded
  }
}
