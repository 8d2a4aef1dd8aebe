/// What a name in a filter means for a collection.
enum FilterProperty: Hashable {
  /// The property of the schema at this place.
  case column(Int)
  /// The feature's id.
  case id
  /// The feature's geometry.
  case geometry
}

extension CollectionDescriptor {
  /// The meaning of `name`; `nil` where it has none.
  ///
  /// `geometry` is always the place; `geom`, which the standard's examples and many clients write, is it where the schema has no property of
  /// that name; `id` likewise is the feature's id.
  func filterProperty(_ name: String) -> FilterProperty? {
    if name == "geometry" { return .geometry }
    if let index = schema.index(of: name) { return .column(index) }
    return switch name {
    case "geom": .geometry
    case "id": .id
    default: nil
    }
  }
}

/// The types that operands of a filter can have.
enum FilterType: Hashable {
  /// A value of a property's type.
  case scalar(PropertyKind)
  /// Null, or the open end of an interval.
  case nothing
  case interval
  case array
  case geometry

  /// Integers and reals compare with each other.
  var isNumber: Bool { self == .scalar(.integer) || self == .scalar(.real) }
  var isTime: Bool { self == .scalar(.date) || self == .scalar(.dateTime) }

  /// As messages name it.
  var words: String {
    switch self {
    case .scalar(.text): "text"
    case .scalar(.integer), .scalar(.real): "a number"
    case .scalar(.boolean): "true or false"
    case .scalar(.date): "a day"
    case .scalar(.dateTime): "an instant"
    case .scalar(.json): "JSON"
    case .nothing: "nothing"
    case .interval: "an interval"
    case .array: "an array"
    case .geometry: "a geometry"
    }
  }

  /// Whether `=` and `<>` are defined between the two; for text, numbers, booleans and times the other comparisons are, too.
  func compares(with other: FilterType, _ comparison: FilterExpression.Comparison) -> Bool {
    switch (self, other) {
    case (.nothing, .scalar), (.scalar, .nothing), (.nothing, .nothing): true
    case (.scalar(.json), .scalar(.json)): comparison == .equal || comparison == .notEqual
    case (.scalar(let a), .scalar(let b)): a == b || isNumber && other.isNumber || isTime && other.isTime
    default: false
    }
  }
}

extension FilterOperand {
  /// The type, where the names in it are known; `nil` for an unknown property or function.
  func type(in descriptor: CollectionDescriptor) -> FilterType? {
    switch self {
    case .property(let name):
      switch descriptor.filterProperty(name) {
      case .column(let index)?: .scalar(descriptor.schema.properties[index].kind)
      case .id?: .scalar(.text)
      case .geometry?: .geometry
      case nil: nil
      }
    case .value(let value): value.kind.map(FilterType.scalar) ?? .nothing
    case .interval: .interval
    case .unbounded: .nothing
    case .geometry, .box: .geometry
    case .array: .array
    case .arithmetic: .scalar(.real)
    case .caseFolded, .accentFolded: .scalar(.text)
    case .function(let name, _):
      switch FilterFunction.named(name)?.returns {
      case .text?: .scalar(.text)
      case .number?: .scalar(.real)
      case .integer?: .scalar(.integer)
      case .instant?: .scalar(.dateTime)
      case .geometry?: .geometry
      case .boolean?: .scalar(.boolean)
      case nil: nil
      }
    case .condition: .scalar(.boolean)
    }
  }

  /// The property type that the operand's values have; `nil` for null, for intervals, arrays and geometries, and for unknown names.
  public func scalarKind(in descriptor: CollectionDescriptor) -> PropertyKind? {
    if case .scalar(let kind)? = type(in: descriptor) { kind } else { nil }
  }

  /// At most so many characters of the spelling, for messages.
  func excerpt(limit: Int = 60) -> String {
    let text = cql2Text
    return text.count <= limit ? text : text.prefix(limit) + "…"
  }
}

/// Everything that is wrong with a filter for a collection, in the order of the filter.
public struct FilterFaults: Error, Hashable, Sendable, CustomStringConvertible {
  public var faults: [FeatureError]

  /// A line for each of the first twenty.
  public var description: String {
    let more = faults.count > 20 ? ["and \(faults.count - 20) more"] : []
    return (faults.prefix(20).map(\.description) + more).joined(separator: "\n")
  }
}
