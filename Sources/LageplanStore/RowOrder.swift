import LageplanFeatures

/// The order of rows that the keys of a query tell, as SQL, and where in it a page goes on.
struct RowOrder {
  private struct Key {
    var sql: String
    var isTime: Bool
    var ascending: Bool
  }

  private let keys: [Key]

  /// Throws `FeatureError.unknownProperty`.
  init(_ sort: [SortKey], in table: CollectionTable) throws(FeatureError) {
    var keys: [Key] = []
    for key in sort {
      switch key.value {
      case .id: keys.append(Key(sql: "f.\"id\"", isTime: false, ascending: key.ascending))
      case .property(let name):
        let column = try table.knownColumn(of: name)
        keys.append(
          Key(
            sql: table.timeKey(of: column, in: "f"), isTime: column.property.kind == .dateTime, ascending: key.ascending))
      }
    }
    self.keys = keys
  }

  /// For ORDER BY.
  var sql: String {
    (keys.map { "\($0.sql) \($0.ascending ? "ASC" : "DESC") NULLS LAST" } + ["f.\"number\" ASC"]).joined(separator: ", ")
  }

  /// True for the rows behind the one of these values and this number. With two keys a and b:
  ///
  ///     a > ? OR a IS NULL OR (a = ? AND (b > ? OR b IS NULL OR (b = ? AND number > ?)))
  ///
  /// Behind a null there are only the nulls that come later by the next key.
  func condition(after values: [PropertyValue], number: Int64) -> (sql: String, arguments: [SQLiteArgument]) {
    var sql = "f.\"number\" > ?"
    var arguments: [SQLiteArgument] = [.integer(number)]
    for (key, value) in zip(keys, values).reversed() {
      if value.isNull {
        sql = "(\(key.sql) IS NULL AND \(sql))"
      } else {
        let argument = key.isTime ? CollectionTable.timeKey(of: value) : SQLiteArgument(value)
        sql = "(\(key.sql) \(key.ascending ? ">" : "<") ? OR \(key.sql) IS NULL OR (\(key.sql) = ? AND \(sql)))"
        arguments = [argument, argument] + arguments
      }
    }
    return (sql, arguments)
  }
}
