extension FeatureQuery {
  /// Whether the collection can answer this query: every reader asks this before it starts.
  ///
  /// Throws `FeatureError.unknownCollection` where `descriptor` is of another collection, `.unknownProperty` for a name that the
  /// schema lacks, `.brokenPage` and `.tooManyWords`, `.typeMismatch` for a comparison with a value that the property cannot hold. Integers and reals compare with
  /// each other; null compares with everything (and is never equal to anything); JSON only for equality.
  public func validate(against descriptor: CollectionDescriptor) throws(FeatureError) {
    guard collection == descriptor.id else { throw .unknownCollection(collection) }
    _ = try selectedIndices(in: descriptor)
    for case .property(let name) in sort.map(\.value) { _ = try descriptor.index(ofProperty: name) }
    guard afterKeys.isEmpty || (afterKeys.count == sort.count && after != nil) else {
      throw .brokenPage(expected: sort.count, found: afterKeys.count)
    }
    if let text { _ = try TextSearch(text) }
    if let fault = filter?.faults(for: descriptor).first { throw fault }
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
