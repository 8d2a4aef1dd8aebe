/// The order of rows that the keys of a query tell, in memory: what `ORDER BY` does in the store, and its oracle.
struct SortOrder {
  private struct Key {
    /// Of the property in the schema; `nil`: the id.
    var index: Int?
    var ascending: Bool
  }

  private let keys: [Key]

  /// Throws `FeatureError.unknownProperty`.
  init(_ sort: [SortKey], descriptor: CollectionDescriptor) throws(FeatureError) {
    var keys: [Key] = []
    for key in sort {
      switch key.value {
      case .id: keys.append(Key(index: nil, ascending: key.ascending))
      case .property(let name): keys.append(Key(index: try descriptor.index(ofProperty: name), ascending: key.ascending))
      }
    }
    self.keys = keys
  }

  /// The values that place a feature; with its number they are its place.
  func values(of feature: Feature) -> [PropertyValue] {
    keys.map { key in key.index.map { feature.values[$0] } ?? .text(feature.id) }
  }

  /// As above, of a feature whose values are looked up by their place in the schema; `nil` asks for its id.
  func values(_ value: (Int?) -> PropertyValue) -> [PropertyValue] { keys.map { value($0.index) } }

  /// Whether the first place comes before the second.
  func isBefore(_ one: (values: [PropertyValue], number: Int64), _ other: (values: [PropertyValue], number: Int64)) -> Bool {
    for (key, (a, b)) in zip(keys, zip(one.values, other.values)) {
      if a.isNull != b.isNull { return b.isNull }
      let order = a.order(to: b) ?? 0
      if order != 0 { return (order < 0) == key.ascending }
    }
    return one.number < other.number
  }
}
