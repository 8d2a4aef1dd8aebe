extension FeatureQuery {
  /// Whether the collection can answer this query: every reader asks this before it starts.
  ///
  /// Throws `FeatureError.unknownCollection` where `descriptor` is of another collection, `.unknownProperty` for a name that the
  /// schema lacks, `.typeMismatch` for a comparison with a value that the property cannot hold. Integers and reals compare with
  /// each other; null compares with everything (and is never equal to anything); JSON only for equality.
  public func validate(against descriptor: CollectionDescriptor) throws(FeatureError) {
    guard collection == descriptor.id else { throw .unknownCollection(collection) }
    _ = try selectedIndices(in: descriptor)
    if let filter { try filter.validate(against: descriptor) }
  }

  /// The places, in the schema, of the properties that rows shall carry, in the order of the selection.
  public func selectedIndices(in descriptor: CollectionDescriptor) throws(FeatureError) -> [Int] {
    try properties.indices(in: descriptor)
  }
}

extension PropertySelection {
  /// The places, in the schema, of the selected properties, in the order of the selection.
  /// Throws `FeatureError.unknownProperty`.
  public func indices(in descriptor: CollectionDescriptor) throws(FeatureError) -> [Int] {
    switch self {
    case .all: return Array(descriptor.schema.properties.indices)
    case .named(let names):
      var result: [Int] = []
      result.reserveCapacity(names.count)
      for name in names { result.append(try descriptor.index(ofProperty: name)) }
      return result
    }
  }
}

extension CollectionDescriptor {
  /// Throws `FeatureError.unknownProperty`.
  func index(ofProperty name: String) throws(FeatureError) -> Int {
    guard let index = schema.index(of: name) else {
      throw .unknownProperty(name, collection: id, known: schema.properties.map(\.name))
    }
    return index
  }
}

extension FilterExpression {
  func validate(against descriptor: CollectionDescriptor) throws(FeatureError) {
    switch self {
    case .compare(let property, let comparison, let value):
      let kind = descriptor.schema.properties[try descriptor.index(ofProperty: property)].kind
      guard kind.allows(comparison, with: value) else {
        throw .typeMismatch(property: property, kind: kind, value: value.spelling ?? "null")
      }
    case .isNull(let property):
      _ = try descriptor.index(ofProperty: property)
    case .and(let parts), .or(let parts):
      for part in parts { try part.validate(against: descriptor) }
    case .not(let part):
      try part.validate(against: descriptor)
    }
  }
}

extension PropertyKind {
  func allows(_ comparison: FilterExpression.Comparison, with value: PropertyValue) -> Bool {
    switch (self, value) {
    case (_, .null): true
    case (.integer, .real), (.real, .integer): true
    case (.json, .json): comparison == .equal || comparison == .notEqual
    default: value.kind == self
    }
  }
}
