import Foundation
import LageplanFeatures
import LageplanGeometry

/// What the bookkeeping tables say of the collections: descriptions and tables, without what follows from the features.
struct Catalogue {
  struct Entry: Equatable {
    var descriptor: CollectionDescriptor
    var table: CollectionTable
  }

  /// The `version` of `lageplan_catalogue`.
  let version: Int64
  /// Ordered by id.
  let entries: [Entry]
  private let positions: [String: Int]

  static func currentVersion(on connection: SQLiteConnection) throws -> Int64 {
    try connection.integer(#"SELECT "version" FROM "lageplan_catalogue""#) ?? 0
  }

  init(on connection: SQLiteConnection) throws {
    version = try Self.currentVersion(on: connection)
    var columns: [String: [CollectionTable.Column]] = [:]
    let readProperties = """
      SELECT "collection", "name", "column_name", "kind", "title", "description", "unit", "enumeration", "reference"
      FROM "lageplan_properties"
      ORDER BY "collection", "position"
      """
    try connection.withStatement(readProperties) { row in
      while try row.step() {
        let collection = row.string(0) ?? ""
        let name = row.string(1) ?? ""
        let kind = try Self.kind(named: row.string(3) ?? "", of: name, in: collection)
        let property = PropertyDefinition(
          name: name, kind: kind, title: row.string(4), description: row.string(5), unit: row.string(6),
          enumeration: row.string(7).map(textList), reference: row.string(8))
        columns[collection, default: []].append(CollectionTable.Column(property: property, name: row.string(2) ?? name))
      }
    }
    var entries: [Entry] = []
    let readCollections = """
      SELECT "id", "title", "description", "keywords", "licence", "attribution", "geometry_kind", "storage_crs", "min_zoom", "max_zoom",
        "is_public", "tiles"
      FROM "lageplan_collections"
      ORDER BY "id"
      """
    try connection.withStatement(readCollections) { row in
      while try row.step() {
        let id = row.string(0) ?? ""
        let crsName = row.string(7) ?? ""
        guard let crs = CoordinateReferenceSystem(parsing: crsName) else {
          throw StoreError.invalidDescription(
            collection: id, setting: "its storage_crs `\(crsName)` is no coordinate reference system",
            remedy: "Correct it in lageplan_collections; EPSG:25832 is one.")
        }
        let table = CollectionTable(collection: id, columns: columns[id] ?? [])
        var descriptor = CollectionDescriptor(
          id: id, title: row.string(1) ?? id, description: row.string(2), keywords: textList(row.string(3) ?? "[]"),
          licence: row.string(4), attribution: row.string(5),
          geometryKind: row.isNull(6) ? nil : GeometryKind(rawValue: UInt8(clamping: row.integer(6))), storageCrs: crs,
          schema: Schema(properties: table.columns.map(\.property)), minZoom: Int(row.integer(8)), maxZoom: Int(row.integer(9)),
          isPublic: row.integer(10) != 0)
        descriptor.tiles = try row.string(11).map { try Self.tileSettings($0, of: id) } ?? TileSettings()
        entries.append(Entry(descriptor: descriptor, table: table))
      }
    }
    self.entries = entries
    positions = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.descriptor.id, $0) })
  }

  /// Throws `FeatureError.unknownCollection`.
  func entry(of collection: String) throws -> Entry {
    guard let position = positions[collection] else { throw FeatureError.unknownCollection(collection) }
    return entries[position]
  }

  private static func tileSettings(_ json: String, of collection: String) throws -> TileSettings {
    do {
      return try TileSettings(try JSONValue(parsing: Array(json.utf8)))
    } catch {
      throw StoreError.invalidDescription(
        collection: collection, setting: "its tile settings cannot be read: \(error)",
        remedy: "Correct them in lageplan_collections, or set them to null for those by default.")
    }
  }

  private static func kind(named name: String, of property: String, in collection: String) throws -> PropertyKind {
    guard let kind = PropertyKind(rawValue: name) else {
      throw StoreError.invalidDescription(
        collection: collection, setting: "its property \(property) has the unknown type `\(name)`",
        remedy: "Correct it in lageplan_properties: \(PropertyKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return kind
  }
}

// MARK: Writing

extension Catalogue {
  /// Writes the description of a new collection.
  static func insert(_ entry: Entry, on connection: SQLiteConnection) throws {
    try connection.run(
      """
      INSERT INTO "lageplan_collections" ("title", "description", "keywords", "licence", "attribution", "geometry_kind", "min_zoom",
        "max_zoom", "is_public", "tiles", "id", "storage_crs")
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, arguments(of: entry.descriptor) + [.text(entry.descriptor.id), .text(entry.descriptor.storageCrs.name)])
    try writeProperties(entry.table, on: connection)
  }

  /// Overwrites the description of a collection; its id and CRS stay.
  static func update(_ entry: Entry, on connection: SQLiteConnection) throws {
    try connection.run(#"DELETE FROM "lageplan_properties" WHERE "collection" = ?"#, [.text(entry.descriptor.id)])
    try writeProperties(entry.table, on: connection)
    try connection.run(
      """
      UPDATE "lageplan_collections"
      SET "title" = ?, "description" = ?, "keywords" = ?, "licence" = ?, "attribution" = ?, "geometry_kind" = ?, "min_zoom" = ?,
        "max_zoom" = ?, "is_public" = ?, "tiles" = ?
      WHERE "id" = ?
      """, arguments(of: entry.descriptor) + [.text(entry.descriptor.id)])
  }

  private static func arguments(of descriptor: CollectionDescriptor) throws -> [SQLiteArgument] {
    [
      .text(descriptor.title), .optional(descriptor.description), .text(try jsonList(descriptor.keywords)),
      .optional(descriptor.licence), .optional(descriptor.attribution),
      descriptor.geometryKind.map { .integer(Int64($0.rawValue)) } ?? .null, .integer(Int64(descriptor.minZoom)),
      .integer(Int64(descriptor.maxZoom)), .integer(descriptor.isPublic ? 1 : 0),
      descriptor.tiles == TileSettings() ? .null : .text(descriptor.tiles.document.json),
    ]
  }

  private static func writeProperties(_ table: CollectionTable, on connection: SQLiteConnection) throws {
    for (position, column) in table.columns.enumerated() {
      let property = column.property
      try connection.run(
        """
        INSERT INTO "lageplan_properties"
          ("collection", "position", "name", "column_name", "kind", "title", "description", "unit", "enumeration", "reference")
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .text(table.collection), .integer(Int64(position)), .text(property.name), .text(column.name),
          .text(property.kind.rawValue),
          .optional(property.title), .optional(property.description), .optional(property.unit),
          .optional(try property.enumeration.map(jsonList)), .optional(property.reference),
        ])
    }
  }
}

/// Lists stand in the bookkeeping tables as JSON arrays of texts.
func jsonList(_ texts: [String]) throws -> String {
  String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
}

private func textList(_ json: String) -> [String] {
  // A list that somebody broke by hand hides no feature: it reads as one keyword, for all to see.
  (try? JSONDecoder().decode([String].self, from: Data(json.utf8))) ?? [json]
}
