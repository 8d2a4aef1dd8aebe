import LageplanFeatures

/// Where in a row the values stand by which a list is sorted.
struct SortKeyColumns: Sendable {
  private enum Column: Sendable {
    case id
    case value(place: Int, kind: PropertyKind)
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
        return .value(place: place, kind: carried[place].kind)
      }
    }
  }

  func values(of row: borrowing FeatureRow) -> [PropertyValue] {
    var result: [PropertyValue] = []
    for column in columns {
      switch column {
      case .id: result.append(.text(String(decoding: row.id, as: UTF8.self)))
      case .value(let place, let kind): result.append(row.values[place].value(as: kind))
      }
    }
    return result
  }
}
