import LageplanFeatures
import LageplanGeometry

/// Makes, changes and drops the tables of collections. Every method runs in a transaction of the caller.
struct CollectionWriter {
  let connection: SQLiteConnection

  /// Makes the table, its geometry column, index and triggers, and its description.
  func create(_ descriptor: CollectionDescriptor) throws -> Catalogue.Entry {
    try Self.check(descriptor)
    let id = descriptor.id
    let taken = try connection.integer("SELECT count(*) FROM sqlite_master WHERE lower(\"name\") = ?", [.text(id)]) ?? 0
    let described = try connection.integer(#"SELECT count(*) FROM "lageplan_collections" WHERE "id" = ?"#, [.text(id)]) ?? 0
    guard described == 0 else { throw StoreError.collectionExists(id) }
    guard taken == 0 else { throw StoreError.invalidCollectionId(id) }

    let table = CollectionTable(collection: id, schema: descriptor.schema)
    try SpatialReference.ensure(descriptor.storageCrs, on: connection)
    try connection.execute(table.createTable)
    try expectSuccess(
      "SELECT RecoverGeometryColumn(?, 'geometry', ?, ?, 'XY')",
      [.text(id), .integer(Int64(descriptor.storageCrs.srid)), .text(descriptor.geometryKind?.sqlName ?? "GEOMETRY")],
      doing: "registering the geometry of \(id)")
    try expectSuccess("SELECT CreateSpatialIndex(?, 'geometry')", [.text(id)], doing: "indexing the geometry of \(id)")
    try connection.execute(table.createIdIndex)
    for column in table.columns where CollectionTable.isTime(column.property.kind) {
      try connection.execute(table.createTimeIndex(of: column))
    }
    try remember(table)

    let entry = Catalogue.Entry(descriptor: descriptor, table: table)
    try Catalogue.insert(entry, on: connection)
    return entry
  }

  /// Changes what people read of a collection. What tables are made of stays as it is: a descriptor that says otherwise is refused.
  func update(_ descriptor: CollectionDescriptor) throws {
    let known = try Catalogue(on: connection).entry(of: descriptor.id)
    try Self.check(descriptor)
    func refuse(_ setting: String, _ remedy: String) -> StoreError {
      .invalidDescription(collection: descriptor.id, setting: setting, remedy: remedy)
    }
    guard descriptor.storageCrs == known.descriptor.storageCrs else {
      throw refuse(
        "its storage CRS is \(known.descriptor.storageCrs) and cannot become \(descriptor.storageCrs)",
        "Export it, and import it into a new collection.")
    }
    guard descriptor.geometryKind == known.descriptor.geometryKind else {
      throw refuse("its geometry type follows from its features", "Import the features that it is to have.")
    }
    let names = known.table.columns.map { [$0.property.name, $0.property.kind.rawValue] }
    guard descriptor.schema.properties.map({ [$0.name, $0.kind.rawValue] }) == names else {
      throw refuse(
        "names, types and order of its properties are those of the table: \(names.map { $0[0] }.joined(separator: ", "))",
        "Import a delivery that has other columns.")
    }
    var table = known.table
    for index in table.columns.indices { table.columns[index].property = descriptor.schema.properties[index] }
    try Catalogue.update(Catalogue.Entry(descriptor: descriptor, table: table), on: connection)
  }

  func drop(_ collection: String) throws {
    let entry = try Catalogue(on: connection).entry(of: collection)
    try connection.run("SELECT DisableSpatialIndex(?, 'geometry')", [.text(collection)])
    try connection.run("SELECT DiscardGeometryColumn(?, 'geometry')", [.text(collection)])
    try connection.execute("DROP TABLE \(entry.table.spatialIndex)")
    try connection.execute("DROP TABLE \(entry.table.name)")
    try connection.execute("DROP TABLE IF EXISTS \(entry.table.history)")
    try connection.execute("DROP TABLE IF EXISTS \(entry.table.words)")
    try connection.run(#"DELETE FROM "lageplan_collections" WHERE "id" = ?"#, [.text(collection)])
  }

  // MARK: History and words

  /// Makes what remembers changes and words, or makes it anew for a table whose columns have changed. What is remembered stays.
  func remember(_ table: CollectionTable) throws {
    for trigger in table.triggerNames { try connection.execute("DROP TRIGGER IF EXISTS \(quoted(trigger))") }
    if try !exists("lageplan_history_\(table.collection)") {
      try connection.execute(table.createHistory)
      try connection.execute(table.createHistoryIndex)
    }
    if try !exists(table.wordsName) { try connection.execute(table.createWords) }
    for statement in table.fillWords + table.createTriggers { try connection.execute(statement) }
  }

  private func exists(_ table: String) throws -> Bool {
    try connection.integer("SELECT 1 FROM sqlite_master WHERE \"type\" = 'table' AND \"name\" = ?", [.text(table)]) != nil
  }

  // MARK: Columns

  /// Adds a column for a property that a later delivery brought. What changes after is remembered once ``remember(_:)`` was called.
  func add(_ property: PropertyDefinition, to table: inout CollectionTable) throws {
    let column = table.append(property)
    for name in [table.name, table.history] {
      try connection.execute(
        "ALTER TABLE \(name) ADD COLUMN \(quoted(column.name)) \(CollectionTable.declaredType(of: property.kind))")
    }
    if CollectionTable.isTime(property.kind) { try connection.execute(table.createTimeIndex(of: column)) }
  }

  /// Gives a column a wider type; its values become values of that type, those of the past too. No feature changes in meaning, so
  /// no change is noted.
  func widen(columnAt index: Int, of table: inout CollectionTable, to kind: PropertyKind) throws {
    let old = table.columns[index]
    try connection.execute("DROP INDEX IF EXISTS \(quoted(table.timeIndexName(of: old)))")
    try withoutTriggers(of: table) { try widen(old, in: table.name, key: "number", to: kind) }
    try widen(old, in: table.history, key: CollectionTable.historySequence, to: kind)
    table.columns[index].property.kind = kind
  }

  private func widen(_ column: CollectionTable.Column, in table: String, key: String, to kind: PropertyKind) throws {
    let name = quoted(column.name)
    let temporary = quoted("lageplan_widened")
    let converted =
      switch (column.property.kind, kind) {
      case (.boolean, .text): "CASE \(name) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
      default: "CAST(\(name) AS \(kind == .real ? "REAL" : "TEXT"))"
      }
    try connection.execute("ALTER TABLE \(table) ADD COLUMN \(temporary) \(CollectionTable.declaredType(of: kind))")
    try connection.execute("UPDATE \(table) SET \(temporary) = \(converted) WHERE \(name) IS NOT NULL")
    if kind == .text { try spellReals(of: name, into: temporary, of: table, key: quoted(key)) }
    try connection.execute("ALTER TABLE \(table) DROP COLUMN \(name)")
    try connection.execute("ALTER TABLE \(table) RENAME COLUMN \(temporary) TO \(name)")
  }

  /// Writes real numbers as a delivery spells them: the shortest digits that give the number back. SQLite's own cast keeps 15.
  private func spellReals(of column: String, into target: String, of table: String, key: String) throws {
    let search = "SELECT \(key), \(column) FROM \(table) WHERE typeof(\(column)) = 'real'"
    let reals = try connection.rows(search) { (key: $0.integer(0), value: $0.real(1)) }
    let update = try SQLiteStatement("UPDATE \(table) SET \(target) = ? WHERE \(key) = ?", on: connection)
    for real in reals {
      try update.bind(.optional(PropertyValue.real(real.value).spelling), at: 1)
      try update.bind(.integer(real.key), at: 2)
      try update.run()
    }
  }

  /// The column has an integer that would become another number as a double: from 2⁵³ on not every one is a double.
  func hasIntegerBeyondReal(columnAt index: Int, of table: CollectionTable) throws -> Bool {
    let name = quoted(table.columns[index].name)
    // SQLite compares an integer with a real exactly, without turning one into the other.
    return try [table.name, table.history].contains { source in
      try connection.integer("SELECT 1 FROM \(source) WHERE CAST(\(name) AS REAL) <> \(name) LIMIT 1") != nil
    }
  }

  /// Sets the table's triggers aside, SpatiaLite's as well as ours, and puts them back as they were.
  func withoutTriggers(of table: CollectionTable, _ body: () throws -> Void) throws {
    try withoutObjects(of: table, types: ["trigger"], body)
  }

  /// Sets triggers and indexes aside: what is loaded in between must leave the table as they would have.
  func withoutTriggersAndIndexes(of table: CollectionTable, _ body: () throws -> Void) throws {
    try withoutObjects(of: table, types: ["index", "trigger"], body)
  }

  private func withoutObjects(of table: CollectionTable, types: [String], _ body: () throws -> Void) throws {
    struct SchemaObject {
      var type, name, sql: String
    }
    var objects: [SchemaObject] = []
    let search = #"SELECT "type", "name", "sql" FROM sqlite_master WHERE "tbl_name" = ? AND "sql" IS NOT NULL ORDER BY rowid"#
    try connection.withStatement(search) { row in
      try row.bind([.text(table.collection)])
      while try row.step() {
        guard let type = row.string(0), types.contains(type), let name = row.string(1), let sql = row.string(2) else { continue }
        objects.append(SchemaObject(type: type, name: name, sql: sql))
      }
    }
    for object in objects { try connection.execute("DROP \(object.type) \(quoted(object.name))") }
    try body()
    for object in objects { try connection.execute(object.sql) }
  }

  // MARK: Checks

  static func check(_ descriptor: CollectionDescriptor) throws(StoreError) {
    guard isCollectionId(descriptor.id) else { throw .invalidCollectionId(descriptor.id) }
    guard 0 <= descriptor.minZoom, descriptor.minZoom <= descriptor.maxZoom, descriptor.maxZoom <= 24 else {
      throw .invalidDescription(
        collection: descriptor.id, setting: "zooms \(descriptor.minZoom) to \(descriptor.maxZoom)",
        remedy: "Use 0 to 24, the smaller first.")
    }
    do {
      try descriptor.tiles.check(with: descriptor.schema)
    } catch {
      throw .invalidDescription(
        collection: descriptor.id, setting: "of its tile settings, \(error.setting) is \(error.found)",
        remedy: "Use \(error.wanted).")
    }
    var names: Set<String> = []
    for property in descriptor.schema.properties where !names.insert(property.name).inserted {
      throw .invalidDescription(
        collection: descriptor.id, setting: "the property \(property.name) is there twice", remedy: "Rename one of the two.")
    }
  }

  private func expectSuccess(_ sql: String, _ arguments: [SQLiteArgument], doing: String) throws {
    guard try connection.integer(sql, arguments) == 1 else { throw connection.failure(while: doing) }
  }
}

extension GeometryKind {
  /// The name in `geometry_columns` and SpatiaLite's functions.
  var sqlName: String {
    switch self {
    case .point: "POINT"
    case .lineString: "LINESTRING"
    case .polygon: "POLYGON"
    case .multiPoint: "MULTIPOINT"
    case .multiLineString: "MULTILINESTRING"
    case .multiPolygon: "MULTIPOLYGON"
    case .geometryCollection: "GEOMETRYCOLLECTION"
    }
  }
}
