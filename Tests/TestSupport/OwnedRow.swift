public import LageplanFeatures
public import LageplanGeometry

/// A row, copied out of its closure, to be compared.
public struct OwnedRow: Hashable, Sendable {
  public var number: Int64
  public var id: String
  public var geometry: Geometry?
  /// Typed by the schema.
  public var values: [PropertyValue]

  public init(_ row: borrowing FeatureRow, kinds: [PropertyKind]) throws {
    number = row.number
    id = String(decoding: row.id, as: UTF8.self)
    geometry = try row.geometry.map { bytes throws(GeometryDecodingError) in try Geometry(decoding: bytes) }
    values = zip(row.values, kinds).map { $0.value(as: $1) }
    // A row with too few or too many values must not pass for a good one.
    if row.values.count != kinds.count { values = Array(repeating: .text("\(row.values.count) values"), count: kinds.count + 1) }
  }
}

extension FeatureReading {
  /// All rows of a query, copied.
  public func rows(matching query: FeatureQuery, of descriptor: CollectionDescriptor) throws -> [OwnedRow] {
    let kinds: [PropertyKind] =
      switch query.properties {
      case .all: descriptor.schema.properties.map(\.kind)
      case .named(let names): names.compactMap { descriptor.schema[$0]?.kind }
      }
    var rows: [OwnedRow] = []
    try forEachRow(matching: query) { row in
      rows.append(try OwnedRow(row, kinds: kinds))
      return .next
    }
    return rows
  }
}
