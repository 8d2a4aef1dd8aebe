import LageplanFeatures
import LageplanGeometry

/// How a collection lies in the file: the names of its table, its index and its columns, and the statements that make them.
///
///     "trees"                   number  INTEGER PRIMARY KEY      the number that tiles carry, never used twice
///                               id      TEXT, unique             filled by a trigger where a GIS leaves it empty
///                               geometry                         SpatiaLite BLOB in the storage CRS
///                               …                                one typed column a property
///     "idx_trees_geometry"      R*Tree, kept by SpatiaLite's triggers
///     "lageplan_history_trees"  every row as it was before it was changed or deleted, by the sequence of that change
///     "lageplan_trees:words"    the words of the text properties, an FTS5 index
struct CollectionTable: Equatable {
  struct Column: Equatable {
    var property: PropertyDefinition
    /// The property's name, unless that is taken (see ``columnName(for:taken:)``).
    var name: String
  }

  let collection: String
  var columns: [Column]

  var name: String { quoted(collection) }
  var spatialIndex: String { quoted("idx_\(collection)_geometry") }
  /// The R*Tree's own table of nodes, whose first row is the root.
  var spatialIndexNodes: String { quoted("idx_\(collection)_geometry_node") }

  func column(of property: String) -> Column? { columns.first { $0.property.name == property } }

  /// A new table for `schema`.
  init(collection: String, schema: Schema) {
    self.collection = collection
    columns = []
    for property in schema.properties { append(property) }
  }

  init(collection: String, columns: [Column]) {
    self.collection = collection
    self.columns = columns
  }

  @discardableResult mutating func append(_ property: PropertyDefinition) -> Column {
    let column = Column(property: property, name: Self.columnName(for: property.name, taken: columns.map(\.name)))
    columns.append(column)
    return column
  }

  /// SQLite holds column names to be equal whatever their case, and three of ours and three of its own are taken:
  /// a property of such a name gets a column with a number behind.
  static func columnName(for property: String, taken: [String]) -> String {
    let reserved: Set<String> = ["number", "id", "geometry", "rowid", "oid", "_rowid_"]
    let used = reserved.union(taken.map { $0.lowercased() })
    let plain = property.isEmpty ? "property" : property.replacing("\0", with: "_")
    guard used.contains(plain.lowercased()) else { return plain }
    var suffix = 2
    while used.contains("\(plain)_\(suffix)".lowercased()) { suffix += 1 }
    return "\(plain)_\(suffix)"
  }

  /// The declared types are those by which GDAL and QGIS tell dates, booleans and 64-bit integers (a plain INTEGER they cut to
  /// 32 bits); JSON must have TEXT in its name, or SQLite
  /// would store the JSON text `12` as a number (datatype3.html, section 3.1).
  static func declaredType(of kind: PropertyKind) -> String {
    switch kind {
    case .text: "TEXT"
    case .integer: "BIGINT"
    case .real: "REAL"
    case .boolean: "BOOLEAN"
    case .date: "DATE"
    case .dateTime: "TIMESTAMP"
    case .json: "TEXT_JSON"
    }
  }

  // MARK: Statements

  var createTable: String {
    // AUTOINCREMENT: a number that was ever in a tile never comes back as another feature.
    let properties = columns.map { ",\n  \(quoted($0.name)) \(Self.declaredType(of: $0.property.kind))" }.joined()
    return """
      CREATE TABLE \(name) (
        "number" INTEGER PRIMARY KEY AUTOINCREMENT,
        "id" TEXT,
        "geometry" BLOB\(properties)
      )
      """
  }

  var createIdIndex: String { "CREATE UNIQUE INDEX \(quoted("lageplan_\(collection)_id")) ON \(name)(\"id\")" }

  /// An index for each property that tells a time: the temporal extent is its two ends.
  func createTimeIndex(of column: Column) -> String {
    "CREATE INDEX \(quoted(timeIndexName(of: column))) ON \(name)(\(timeKey(of: column)))"
  }

  func timeIndexName(of column: Column) -> String { "lageplan_\(collection)_time_\(column.name)" }

  static func isTime(_ kind: PropertyKind) -> Bool { kind == .date || kind == .dateTime }

  /// What to compare a column by. Date-times may be told to the second, the millisecond or the minute, whoever wrote them:
  /// `12:00:00Z` and `12:00:00.000Z` are equal, and `12:00:00.500Z` is later. Without the zeros, points and colons at their ends
  /// the texts are equal where the instants are, and sort as they do, since every other digit has its fixed place.
  /// `row` is an alias; `nil`: the table's own columns, as in an index.
  func timeKey(of column: Column, in row: String? = nil) -> String {
    let name = (row.map { "\($0)." } ?? "") + quoted(column.name)
    return column.property.kind == .dateTime ? "rtrim(\(name), \(quotedText(Self.insignificantEnd)))" : name
  }

  /// A value as ``timeKey(of:in:)`` makes it of a column: an instant, or whatever stands in such a column as it stands there.
  static func timeKey(of value: PropertyValue) -> SQLiteArgument {
    let spelling: String
    switch value {
    case .dateTime(let instant): spelling = instant.iso
    case .text(let text): spelling = text
    case .integer(let number): spelling = String(number)
    case .null, .real, .boolean, .date, .json: return SQLiteArgument(value)
    }
    var text = spelling[...]
    while let last = text.unicodeScalars.last, insignificantEnd.unicodeScalars.contains(last) { text.unicodeScalars.removeLast() }
    return .text(String(text))
  }

  private static let insignificantEnd = "Z0.:"

  /// The id of a feature that came without one: `n` and its number, and something behind where a delivery took that id already.
  static func madeId(number: Int64) -> String { "n\(number)" }
}
