import LageplanFeatures
import LageplanGeometry

/// A query as one SQL statement: `number`, `id`, the geometry where somebody needs it, then the properties asked for.
///
/// Rows come as they are stepped, and the exact spatial test may still refuse some: a limit is in the statement only where rows
/// have to be sorted and none is refused.
struct RowStatement {
  let sql: String
  let arguments: [SQLiteArgument]
  /// The types of the properties, in the order of the selection.
  let kinds: [PropertyKind]
  let geometryColumn: Int32?
  let firstValueColumn: Int32

  /// Throws `FeatureError` for a property that is not there or a value that it cannot hold.
  /// `past`: the state to read, where it is not that of now. `numbers`: only the features of these.
  init(
    for query: FeatureQuery, in entry: Catalogue.Entry, at past: PastState? = nil, numbers: Set<Int64>? = nil
  ) throws {
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
    let place = SpatialSource(query, storageCrs: entry.descriptor.storageCrs)
    if let past {
      source = "(\(past.sql(of: table, near: place))) AS f"
      arguments += past.arguments(of: table, near: place)
    } else if let place {
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
    if let numbers {
      conditions.append("f.\"number\" IN (SELECT value FROM json_each(?))")
      arguments.append(.text("[\(numbers.sorted().map(String.init).joined(separator: ","))]"))
    }
    if let filter = query.filter {
      var condition = FilterCondition(descriptor: entry.descriptor, table: table)
      conditions.append(try condition.sql(of: filter))
      arguments += condition.arguments
    }
    if let text = query.text {
      let words = try WordCondition(TextSearch(text), in: table)
      conditions.append(past == nil ? words.indexed : words.computed)
      arguments += past == nil ? words.indexArguments : words.computationArguments
    }
    var order = ""
    if query.sort.isEmpty {
      if let after = query.after {
        conditions.append("f.\"number\" > ?")
        arguments.append(.integer(after))
        order = "ORDER BY f.\"number\""
      }
    } else {
      let keys = try RowOrder(query.sort, in: table)
      if let after = query.after, !query.afterKeys.isEmpty {
        let page = keys.condition(after: query.afterKeys, number: after)
        conditions.append(page.sql)
        arguments += page.arguments
      }
      order = "ORDER BY \(keys.sql)"
      if let limit = query.limit, query.spatial == nil {
        order += "\nLIMIT ?"
        arguments.append(.integer(Int64(max(0, limit))))
      }
    }
    sql = """
      SELECT \(result.joined(separator: ", "))
      FROM \(source)
      \(conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))")
      \(order)
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
