import CSpatiaLite
import Foundation

/// Reads an MBTiles file of any program, from any thread: one question after the other. Rows count from the north here.
///
/// `@unchecked Sendable`: the connection is touched only under the lock.
public final class MBTilesReader: @unchecked Sendable {
  public let path: String
  /// The rows of the table `metadata`, by their names.
  public let metadata: [String: String]
  private let lock = NSLock()
  private let connection: SQLiteConnection

  /// Throws `MBTilesError` for what is no MBTiles file.
  public init(path: String) throws(MBTilesError) {
    guard FileManager.default.fileExists(atPath: path) else { throw .unusable(path: path, reason: "there is no such file") }
    self.path = path
    do {
      connection = try SQLiteConnection(reading: path)
    } catch {
      throw MBTilesError(error, path: path)
    }
    do {
      for table in ["metadata", "tiles"]
      where try connection.integer("SELECT 1 FROM sqlite_master WHERE name = ? AND type IN ('table', 'view')", [.text(table)])
        == nil
      {
        throw MBTilesError.notMBTiles(path: path, reason: "it has no table `\(table)`")
      }
      let rows = try connection.rows(#"SELECT "name", "value" FROM "metadata" LIMIT 1000"#) { statement in
        (statement.string(0) ?? "", statement.string(1) ?? "")
      }
      metadata = Dictionary(rows) { first, _ in first }
    } catch StoreError.database(let code, let message, _) where code & 0xFF == SQLITE_NOTADB || code & 0xFF == SQLITE_CORRUPT {
      throw .notMBTiles(path: path, reason: message)
    } catch {
      throw MBTilesError(error, path: path)
    }
  }

  /// The bytes of a tile as the file has them; `nil` where it has none there.
  public func tile(zoom: Int, column: Int, row: Int) throws(MBTilesError) -> [UInt8]? {
    guard (0...31).contains(zoom), (0..<1 << zoom).contains(column), (0..<1 << zoom).contains(row) else { return nil }
    return try asking { connection in
      let sql = """
        SELECT "tile_data"
        FROM "tiles"
        WHERE "zoom_level" = ? AND "tile_column" = ? AND "tile_row" = ?
        """
      return try connection.withStatement(sql) { statement in
        try statement.bind([.integer(Int64(zoom)), .integer(Int64(column)), .integer(Int64((1 << zoom) - 1 - row))])
        guard try statement.step() else { return nil }
        let bytes = statement.bytes(0)
        return bytes.isEmpty ? nil : Array(bytes)
      }
    }
  }

  /// What one zoom holds.
  public struct ZoomSummary: Hashable, Sendable {
    public var zoom: Int
    public var tiles: Int
    /// Of all tiles, equal ones counted as often as they stand there.
    public var bytes: Int
    public var largestTile: Int
  }

  /// Reads every tile's length: proportional to the file.
  public func summary() throws(MBTilesError) -> [ZoomSummary] {
    try asking { connection in
      let sql = """
        SELECT "zoom_level", count(*), sum(length("tile_data")), max(length("tile_data"))
        FROM "tiles"
        GROUP BY "zoom_level"
        ORDER BY "zoom_level"
        """
      return try connection.rows(sql) { statement in
        ZoomSummary(
          zoom: Int(statement.integer(0)), tiles: Int(statement.integer(1)), bytes: Int(statement.integer(2)),
          largestTile: Int(statement.integer(3)))
      }
    }
  }

  private func asking<T>(_ question: (SQLiteConnection) throws -> T) throws(MBTilesError) -> T {
    lock.lock()
    defer { lock.unlock() }
    do { return try question(connection) } catch { throw MBTilesError(error, path: path) }
  }
}
