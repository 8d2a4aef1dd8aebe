import LageplanFeatures
import LageplanGeometry

/// A query as one SQL statement: `number`, `id`, the geometry where somebody needs it, then the properties asked for.
///
/// Limits are not in the statement: rows come as they are stepped, and the exact spatial test may still refuse some.
struct RowStatement {
  let sql: String
  let arguments: [SQLiteArgument]
  /// The types of the properties, in the order of the selection.
  let kinds: [PropertyKind]
  let geometryColumn: Int32?
  let firstValueColumn: Int32

  /// Throws `FeatureError` for a property that is not there or a value that it cannot hold.
  init(for query: FeatureQuery, in entry: Catalogue.Entry) throws {
    try query.validate(against: entry.descriptor)
    let table = entry.table
    let selected = try query.selectedIndices(in: entry.descriptor).map { table.columns[$0] }
    kinds = selected.map(\.property.kind)
    let readsGeometry = query.geometry || query.spatial != nil
    geometryColumn = readsGeometry ? 2 : nil
    firstValueColumn = readsGeometry ? 3 : 2

    var result = ["f.\"number\"", "f.\"id\""]
    if readsGeometry { result.append("f.\"geometry\"") }
    result += selected.map { "f.\(quoted($0.name))" }

    var arguments: [SQLiteArgument] = []
    var source = "\(table.name) AS f"
    var conditions: [String] = []
    if let place = SpatialSource(query, storageCrs: entry.descriptor.storageCrs) {
      arguments += place.arguments
      if query.after == nil, let join = place.join(table) {
        source = join
        conditions.append(SpatialSource.meets)
      } else {
        conditions.append(place.condition(table))
      }
    }
    if let ids = query.ids {
      conditions.append("f.\"id\" IN (SELECT value FROM json_each(?))")
      arguments.append(.text(try jsonList(ids)))
    }
    if let filter = query.filter {
      var condition = FilterCondition(descriptor: entry.descriptor, table: table)
      conditions.append(try condition.sql(of: filter))
      arguments += condition.arguments
    }
    if let after = query.after {
      conditions.append("f.\"number\" > ?")
      arguments.append(.integer(after))
    }
    sql = """
      SELECT \(result.joined(separator: ", "))
      FROM \(source)
      \(conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))")
      \(query.after == nil ? "" : "ORDER BY f.\"number\"")
      """
    self.arguments = arguments
  }
}

extension CollectionTable {
  /// Throws `FeatureError.unknownProperty`.
  func knownColumn(of property: String) throws(FeatureError) -> Column {
    guard let column = column(of: property) else { throw unknownProperty(property) }
    return column
  }

  func unknownProperty(_ name: String) -> FeatureError {
    .unknownProperty(name, collection: collection, known: columns.map(\.property.name))
  }
}
