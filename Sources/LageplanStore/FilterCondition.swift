import LageplanFeatures

/// A filter as an SQL condition with bound arguments. SQL has the three-valued logic that CQL2 asks for, so the tree is translated
/// as it stands: a comparison with null is unknown, so is its negation, and a row that is unknown does not match.
struct FilterCondition {
  let table: CollectionTable
  private(set) var arguments: [SQLiteArgument] = []

  init(table: CollectionTable) { self.table = table }

  /// Throws `FeatureError.unknownProperty`; that values fit their properties, `FeatureQuery.validate` has seen to.
  mutating func sql(of filter: FilterExpression) throws -> String {
    switch filter {
    case .compare(let property, let comparison, let value):
      let column = try table.knownColumn(of: property)
      arguments.append(column.property.kind == .dateTime ? SQLiteArgument(comparing: value) : SQLiteArgument(value))
      return "\(table.filterKey(of: column)) \(comparison.rawValue) ?"
    case .isNull(let property):
      return "f.\(quoted(try table.knownColumn(of: property).name)) IS NULL"
    case .and(let parts):
      return try parts.isEmpty ? "1" : "(\(parts.map { try sql(of: $0) }.joined(separator: " AND ")))"
    case .or(let parts):
      return try parts.isEmpty ? "0" : "(\(parts.map { try sql(of: $0) }.joined(separator: " OR ")))"
    case .not(let part):
      return "NOT (\(try sql(of: part)))"
    }
  }
}

extension CollectionTable {
  fileprivate func filterKey(of column: Column) -> String {
    column.property.kind == .dateTime
      ? "rtrim(f.\(quoted(column.name)), \(quotedText(Self.insignificantEnd)))" : "f.\(quoted(column.name))"
  }
}

extension SQLiteArgument {
  /// An instant without its insignificant end: see `CollectionTable.timeKey`.
  fileprivate init(comparing value: PropertyValue) {
    guard case .dateTime(let instant) = value else {
      self.init(value)
      return
    }
    var text = instant.iso[...]
    while let last = text.last, CollectionTable.insignificantEnd.contains(last) { text.removeLast() }
    self = .text(String(text))
  }
}
