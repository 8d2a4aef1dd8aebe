import CSpatiaLite
import LageplanFeatures
import LageplanGeometry
import Synchronization

/// What follows from the features of a collection. Always computed from the tables as they are, so no edit can make it untrue;
/// the R*Tree and the time indexes make that cheap.
struct DerivedState {
  let featureCount: Int
  let storageExtent: Envelope?
  let extent: Envelope?
  let temporalExtent: TemporalExtent?

  init(of entry: Catalogue.Entry, on connection: SQLiteConnection) throws {
    featureCount = Int(try connection.integer("SELECT count(*) FROM \(entry.table.name)") ?? 0)
    storageExtent = try Self.storageExtent(of: entry.table, on: connection)
    extent = storageExtent.map { Self.degrees($0, from: entry.descriptor.storageCrs) }
    temporalExtent = try Self.temporalExtent(of: entry.table, on: connection)
  }

  /// The frame's edges may bend in degrees: the transform follows them. An edit may have put a feature where its CRS has no
  /// meaning; then the whole world is what can be said and is true.
  private static func degrees(_ envelope: Envelope, from crs: CoordinateReferenceSystem) -> Envelope {
    guard let transform = try? CoordinateTransform(from: crs, to: .crs84), let degrees = try? transform.transform(envelope) else {
      return Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90)
    }
    return degrees
  }

  /// What the features in memory tell, and the time indexes.
  init(of resident: ResidentCollection, temporalExtent: TemporalExtent?) {
    featureCount = resident.rowCount
    storageExtent = resident.descriptor.storageExtent
    extent = resident.descriptor.extent
    self.temporalExtent = temporalExtent
  }

  // MARK: Space

  /// The exact envelope of all features. The R*Tree's root tells it to 32 bits, rounded outwards by less than three units in
  /// the last place (SQLite multiplies by 1 ± 2⁻²³ and rounds): the outermost feature is among those whose bound lies within
  /// four units of the root's, and these few tell the rest.
  private static func storageExtent(of table: CollectionTable, on connection: SQLiteConnection) throws -> Envelope? {
    guard let root = try rootEnvelope(of: table, on: connection) else { return nil }
    var result = Envelope.empty
    for (condition, bound) in [
      ("r.xmin <= ?", root.minX + slack(root.minX)), ("r.ymin <= ?", root.minY + slack(root.minY)),
      ("r.xmax >= ?", root.maxX - slack(root.maxX)), ("r.ymax >= ?", root.maxY - slack(root.maxY)),
    ] {
      let outermost = """
        SELECT f."geometry"
        FROM \(table.spatialIndex) AS r CROSS JOIN \(table.name) AS f ON f."number" = r.pkid
        WHERE \(condition)
        """
      guard try formUnion(&result, with: outermost, [.real(bound)], on: connection) else {
        // The root is wider than its leaves: SQLite does not promise otherwise. Then every row is asked.
        result = .empty
        _ = try formUnion(&result, with: "SELECT f.\"geometry\" FROM \(table.name) AS f", [], on: connection)
        return result.isEmpty ? nil : result
      }
    }
    return result.isEmpty ? nil : result
  }

  private static func slack(_ bound: Double) -> Double { Double(4 * Float(bound).ulp) }

  /// False where there was no row.
  private static func formUnion(
    _ result: inout Envelope, with sql: String, _ arguments: [SQLiteArgument], on connection: SQLiteConnection
  ) throws -> Bool {
    try connection.withStatement(sql) { row in
      try row.bind(arguments)
      var found = false
      while try row.step() {
        guard let envelope = row.geometry(0)?.envelope() else { continue }
        result.formUnion(envelope)
        found = true
      }
      return found
    }
  }

  /// The bounds of the root's cells, as the R*Tree keeps them. A node is: depth and number of cells as 16-bit integers, then for
  /// each cell a 64-bit integer and minx, maxx, miny, maxy as 32-bit floats, all big-endian (SQLite, ext/rtree/rtree.c).
  private static func rootEnvelope(of table: CollectionTable, on connection: SQLiteConnection) throws -> Envelope? {
    try connection.withStatement("SELECT \"data\" FROM \(table.spatialIndexNodes) WHERE \"nodeno\" = 1") { row in
      guard try row.step() else { return nil }
      let node = row.bytes(0)
      guard node.count >= 4 else { return nil }
      let cells = Int(UInt16(bigEndian: node.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
      guard cells > 0, node.count >= 4 + cells * 24 else { return nil }
      var result = Envelope.empty
      for cell in 0..<cells {
        func bound(_ index: Int) -> Double {
          let bits = UInt32(bigEndian: node.loadUnaligned(fromByteOffset: 4 + cell * 24 + 8 + index * 4, as: UInt32.self))
          return Double(Float(bitPattern: bits))
        }
        result.formUnion(Envelope(minX: bound(0), minY: bound(2), maxX: bound(1), maxY: bound(3)))
      }
      return result
    }
  }

  // MARK: Time

  static func temporalExtent(of table: CollectionTable, on connection: SQLiteConnection) throws -> TemporalExtent? {
    var result: TemporalExtent?
    for column in table.columns where CollectionTable.isTime(column.property.kind) {
      let key = table.timeKey(of: column)
      func end(_ order: String) throws -> String? {
        try connection.text(
          """
          SELECT \(quoted(column.name))
          FROM \(table.name)
          WHERE \(key) > ''
          ORDER BY \(key) \(order)
          LIMIT 1
          """)
      }
      guard let start = try end("ASC"), let end = try end("DESC") else { continue }
      result = TemporalExtent(start: min(result?.start ?? start, start), end: max(result?.end ?? end, end))
    }
    return result
  }
}

/// Derived states by collection, each for the version that it is of; shared by all readers of a store.
final class DerivedStateCache: Sendable {
  private let states = Mutex<[String: (version: Int64, state: DerivedState)]>([:])

  func state(of collection: String, version: Int64, compute: () throws -> DerivedState) rethrows -> DerivedState {
    if let known = states.withLock({ $0[collection] }), known.version == version { return known.state }
    let state = try compute()
    keep(state, of: collection, version: version)
    return state
  }

  func keep(_ state: DerivedState, of collection: String, version: Int64) {
    states.withLock { states in
      // A reader of an older snapshot does not overwrite what a newer one found.
      if version >= states[collection]?.version ?? 0 { states[collection] = (version, state) }
    }
  }
}
