public import LageplanGeometry

/// Which properties a row shall carry.
public enum PropertySelection: Hashable, Sendable {
  case all
  /// In this order; a name that the schema lacks is an error.
  case named([String])
  public static let none = PropertySelection.named([])
}

/// The spatial part of a query, in the collection's `storageCrs`.
public enum SpatialFilter: Hashable, Sendable {
  /// The feature's envelope meets this one. The cheap test of a tile: exact for points, a superset for the rest.
  case envelope(Envelope)
  /// The feature's geometry meets this rectangle (borders count): `bbox` of OGC API Features.
  case rectangle(Envelope)
  /// The feature's geometry meets this polygon or multipolygon (borders count, holes count).
  case geometry(Geometry)

  public var envelope: Envelope {
    switch self {
    case .envelope(let envelope), .rectangle(let envelope): envelope
    case .geometry(let geometry): geometry.envelope
    }
  }
}

/// What a reader is asked: one collection, conditions, selection, order and bounds. A plain value; no SQL.
public struct FeatureQuery: Hashable, Sendable {
  public var collection: String
  public var spatial: SpatialFilter?
  public var filter: FilterExpression?
  /// Words to be found in the text properties (`q` of OGC API Records, 20-004r1): see ``TextSearch``.
  public var text: String?
  /// Only these features, by id.
  public var ids: [String]?
  public var properties: PropertySelection
  /// Rows lend geometry bytes only where asked for.
  public var geometry: Bool
  /// Rows come in the order of these keys, ties by rising `number`.
  public var sort: [SortKey]
  /// Where the page before ended: the number of its last row (keyset paging: edits neither skip nor repeat).
  /// Without `sort`, rows come by rising number from the first one greater than this; `nil` leaves the order to the reader, which
  /// takes the fastest. With `sort`, it counts together with `afterKeys`, and not without them.
  public var after: Int64?
  /// With `sort`: the values of its keys, in their order, in the last row of the page before. Empty: the first page.
  public var afterKeys: [PropertyValue]
  /// At most so many rows.
  public var limit: Int?
  /// The collection as it was at this instant, changes of the same millisecond included; `nil`: as it is.
  /// Schema and description are those of now. Only a reader with a memory answers (`FeatureError.noHistory`).
  public var asOf: Instant?

  public init(
    collection: String, spatial: SpatialFilter? = nil, filter: FilterExpression? = nil, text: String? = nil, ids: [String]? = nil,
    properties: PropertySelection = .all, geometry: Bool = true, sort: [SortKey] = [], after: Int64? = nil,
    afterKeys: [PropertyValue] = [], limit: Int? = nil, asOf: Instant? = nil
  ) {
    self.collection = collection
    self.spatial = spatial
    self.filter = filter
    self.text = text
    self.ids = ids
    self.properties = properties
    self.geometry = geometry
    self.sort = sort
    self.after = after
    self.afterKeys = afterKeys
    self.limit = limit
    self.asOf = asOf
  }
}

/// A property value, lent: text points into the reader's memory.
public enum LentValue {
  case null
  case integer(Int64)
  case real(Double)
  case boolean(Bool)
  /// UTF-8. Also dates (`2026-12-01`), date-times (`2026-12-01T06:30:00Z`) and JSON, in the spelling of the store; the schema tells which.
  case text(UnsafeRawBufferPointer)
}

/// One row, lent for the duration of the closure: copy what you keep.
public struct FeatureRow: ~Copyable {
  public let number: Int64
  /// UTF-8.
  public let id: UnsafeRawBufferPointer
  /// `nil`: not asked for, or a feature without a place.
  public let geometry: GeometryBytes?
  /// One per property of the selection, in its order.
  public let values: UnsafeBufferPointer<LentValue>

  @inlinable public init(
    number: Int64, id: UnsafeRawBufferPointer, geometry: GeometryBytes?, values: UnsafeBufferPointer<LentValue>
  ) {
    self.number = number
    self.id = id
    self.geometry = geometry
    self.values = values
  }
}

public enum RowDecision: Sendable {
  case next
  case stop
}

/// The seam between data and everything else: a query in, rows out.
///
/// Conformers: the SpatiaLite reader and the in-memory reader. One suite of conformance tests runs over all.
/// A call is synchronous and sees one state of the data from its first to its last row.
public protocol FeatureReading {
  /// Calls `body` for each row that matches, until it answers `.stop`, throws, or `limit` is reached.
  /// Throws `FeatureError` for a collection or property that is not there, and whatever `body` throws.
  func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws
}

/// What can be wrong with a question about features.
public enum FeatureError: Error, Hashable, Sendable {
  case unknownCollection(String)
  case unknownProperty(String, collection: String, known: [String])
  /// A value that the property's type cannot hold: `height=tall`.
  case typeMismatch(property: String, kind: PropertyKind, value: String)
  /// A part of a filter that cannot stand where it does: `height LIKE 'a%'`.
  case misplacedOperand(String, found: String, expected: String)
  /// A function that filters do not have.
  case unknownFunction(String, known: [String])
  /// A geometry of a filter that is nowhere in its frame, or that a condition is not defined for.
  case unusableGeometry(String, reason: String)
  /// A page is continued with `found` values for an order of `expected` keys.
  case brokenPage(expected: Int, found: Int)
  /// A text search of so many words.
  case tooManyWords(found: Int, limit: Int)
  /// The state at `asked` is not known (any more); `oldest` is the first instant that is, `nil` where only the present is known.
  case noHistory(collection: String, asked: Instant, oldest: Instant?)
}

extension FeatureError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownCollection(let id): "there is no collection \"\(id)\"; list the collections and use an id of the list"
    case .unknownProperty(let name, let collection, let known):
      "collection \"\(collection)\" has no property \"\(name)\"; "
        + (known.isEmpty ? "it has none at all" : "use one of \(known.joined(separator: ", "))")
    case .typeMismatch(let property, let kind, let value):
      "property \"\(property)\" cannot hold \"\(value)\"; give a value of the type \(kind.rawValue)"
    case .misplacedOperand(let operand, let found, let expected): "\(operand) is \(found); give \(expected)"
    case .unknownFunction(let name, let known):
      "there is no function \(name); use one of \(known.joined(separator: ", "))"
    case .unusableGeometry(let geometry, let reason): "\(geometry): \(reason)"
    case .brokenPage(let expected, let found):
      "the page continues with \(found) sort values where the order has \(expected) keys; follow the link to the next page as it is"
    case .tooManyWords(let found, let limit):
      "the text search has \(found) words; use at most \(limit)"
    case .noHistory(let collection, let asked, let oldest?):
      "the state of collection \"\(collection)\" at \(asked.iso) is not known any more; ask for \(oldest.iso) or later"
    case .noHistory(let collection, let asked, nil):
      "the state of collection \"\(collection)\" at \(asked.iso) is not known; ask for the present"
    }
  }
}
