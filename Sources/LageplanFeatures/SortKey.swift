/// One key of an order (`sortby` of OGC API Records, 20-004r1): a property, or the feature's id.
///
/// Values come in the order in which filters compare them: numbers by size, text and JSON by their UTF-8 bytes, false before true.
/// Features without the value come last, whichever the direction.
public struct SortKey: Hashable, Sendable {
  public enum Value: Hashable, Sendable {
    case id
    case property(String)
  }

  public var value: Value
  public var ascending: Bool

  public init(property: String, ascending: Bool = true) {
    value = .property(property)
    self.ascending = ascending
  }

  private init(value: Value, ascending: Bool) {
    self.value = value
    self.ascending = ascending
  }

  /// By the feature's id, rising.
  public static let id = SortKey(value: .id, ascending: true)

  public static func id(ascending: Bool) -> SortKey { SortKey(value: .id, ascending: ascending) }
}

extension PropertySelection {
  /// This selection with the properties behind it by which rows are sorted, where it lacks them: whoever reads on behind a row needs them.
  public func carrying(_ keys: [SortKey]) -> PropertySelection {
    guard case .named(let names) = self else { return self }
    let sorted = keys.compactMap { key -> String? in
      if case .property(let name) = key.value { name } else { nil }
    }
    return .named(names + sorted.filter { !names.contains($0) })
  }
}
