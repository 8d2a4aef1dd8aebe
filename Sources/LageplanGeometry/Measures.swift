/// A length or distance in metres.
public struct Metres: Hashable, Comparable, Sendable, Codable {
  /// In metres.
  public var value: Double

  /// So many metres.
  @inlinable public init(_ value: Double) { self.value = value }

  @inlinable public static func < (a: Metres, b: Metres) -> Bool { a.value < b.value }

  /// A bare number.
  public init(from decoder: any Decoder) throws { value = try Double(from: decoder) }
  public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

/// A span of time in whole seconds: the resolution in which tours are planned and compared.
public struct Seconds: Hashable, Comparable, Sendable, Codable {
  /// In seconds.
  public var value: Int

  /// So many seconds.
  @inlinable public init(_ value: Int) { self.value = value }

  @inlinable public static func < (a: Seconds, b: Seconds) -> Bool { a.value < b.value }

  /// A bare whole number.
  public init(from decoder: any Decoder) throws { value = try Int(from: decoder) }
  public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

extension Seconds: ExpressibleByIntegerLiteral {
  @inlinable public init(integerLiteral value: Int) { self.init(value) }
}
