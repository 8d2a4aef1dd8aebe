import LageplanFeatures
import LageplanGeometry

/// What `geometry_columns` says of a collection: the kind and the dimensions that SpatiaLite's triggers hold every row to.
///
/// Rows of one kind and the same dimensions are registered as that (`POINT`, `POLYGON Z`). As soon as they differ, the column
/// becomes `GEOMETRY`, which SpatiaLite lets hold every kind with or without heights: nothing is promoted, nothing is lost.
struct GeometryRegistration {
  /// The code of ISO well-known binary: the kind, plus 1000 with heights, 2000 with measures. 0: anything.
  private var registered: Int64
  private var seen: Set<Int64> = []
  private var isEmpty: Bool

  private static let anything: Int64 = 0

  init(of table: CollectionTable, on connection: SQLiteConnection) throws {
    registered =
      try connection.integer(
        #"SELECT "geometry_type" FROM "geometry_columns" WHERE "f_table_name" = ? AND "f_geometry_column" = 'geometry'"#,
        [.text(table.collection)]) ?? Self.anything
    isEmpty = try connection.integer("SELECT 1 FROM \(table.name) WHERE \"geometry\" IS NOT NULL LIMIT 1") == nil
  }

  mutating func note(_ geometry: Geometry) { seen.insert(Self.code(of: geometry)) }

  /// Opens the column for a geometry that its registration would refuse, before it is written: SpatiaLite's refusal ends the
  /// whole transaction.
  mutating func admit(_ geometry: Geometry?, to table: CollectionTable, on connection: SQLiteConnection) throws {
    guard let geometry, registered != Self.anything, Self.code(of: geometry) != registered else { return }
    seen.insert(registered)
    registered = Self.anything
    try Self.register(Self.anything, of: table, on: connection)
  }

  /// After a load into an empty table, registers what came; after a merge, `admit` has done it.
  mutating func write(of table: CollectionTable, on connection: SQLiteConnection) throws {
    guard isEmpty, !seen.isEmpty else { return }
    let code = seen.count == 1 ? seen.first ?? Self.anything : Self.anything
    guard code != registered else { return }
    registered = code
    try Self.register(code, of: table, on: connection)
  }

  /// The kind to tell in the description, which knows no dimensions.
  func describedKind(before: GeometryKind?) -> GeometryKind? {
    guard !seen.isEmpty else { return before }
    let kinds = Set(seen.map { GeometryKind(rawValue: UInt8($0 % 1000)) })
    guard kinds.count == 1, let kind = kinds.first else { return nil }
    return isEmpty || before == kind ? kind : nil
  }

  private static func register(_ code: Int64, of table: CollectionTable, on connection: SQLiteConnection) throws {
    let dimensions: Int64 = [2, 3, 3, 4][Int(code / 1000)]
    try connection.run(
      """
      UPDATE "geometry_columns" SET "geometry_type" = ?, "coord_dimension" = ?
      WHERE "f_table_name" = ? AND "f_geometry_column" = 'geometry'
      """, [.integer(code), .integer(dimensions), .text(table.collection)])
  }

  private static func code(of geometry: Geometry) -> Int64 {
    Int64(geometry.kind.rawValue) + (geometry.hasHeights ? 1000 : 0) + (geometry.hasMeasures ? 2000 : 0)
  }
}

extension Geometry {
  fileprivate var hasHeights: Bool { !z.isEmpty || members.contains(where: \.hasHeights) }
  fileprivate var hasMeasures: Bool { !m.isEmpty || members.contains(where: \.hasMeasures) }
}
