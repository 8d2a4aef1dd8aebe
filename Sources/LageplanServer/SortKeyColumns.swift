import LageplanFeatures

/// Where in a row the values stand by which a list is sorted.
struct SortKeyColumns: Sendable {
  private enum Column: Sendable {
    case id
    case value(place: Int)
  }

  private let columns: [Column]

  /// Throws `FeatureError.unknownProperty`.
  init(_ query: FeatureQuery, of descriptor: CollectionDescriptor) throws {
    let carried = try query.selectedIndices(in: descriptor).map { descriptor.schema.properties[$0] }
    columns = try query.sort.map { key in
      switch key.value {
      case .id: return .id
      case .property(let name):
        guard let place = carried.firstIndex(where: { $0.name == name }) else {
          throw FeatureError.unknownProperty(name, collection: descriptor.id, known: carried.map(\.name))
        }
        return .value(place: place)
      }
    }
  }

  /// As they are stored: a page goes on behind them by the order in which they lie.
  func values(of row: borrowing FeatureRow) -> [PropertyValue] {
    var result: [PropertyValue] = []
    for column in columns {
      switch column {
      case .id: result.append(.text(String(decoding: row.id, as: UTF8.self)))
      case .value(let place): result.append(row.values[place].stored)
      }
    }
    return result
  }
}

extension LentValue {
  /// The value without a type of the schema: days, instants and JSON are texts.
  fileprivate var stored: PropertyValue {
    switch self {
    case .null: .null
    case .integer(let number): .integer(number)
    case .real(let number): .real(number)
    case .boolean(let flag): .boolean(flag)
    case .text(let bytes): .text(String(decoding: bytes, as: UTF8.self))
    }
  }
}
