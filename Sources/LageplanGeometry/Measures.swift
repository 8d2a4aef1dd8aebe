/// A length or distance in metres.
public struct Metres: Hashable, Comparable, Sendable, Codable {
  public var value: Double

  @inlinable public init(_ value: Double) { self.value = value }

  @inlinable public static func < (a: Metres, b: Metres) -> Bool { a.value < b.value }

  public init(from decoder: any Decoder) throws { value = try Double(from: decoder) }
  public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

/// A span of time in whole seconds: the resolution in which tours are planned and compared.
public struct Seconds: Hashable, Comparable, Sendable, Codable {
  public var value: Int

  @inlinable public init(_ value: Int) { self.value = value }

  @inlinable public static func < (a: Seconds, b: Seconds) -> Bool { a.value < b.value }

  public init(from decoder: any Decoder) throws { value = try Int(from: decoder) }
  public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

extension Seconds: ExpressibleByIntegerLiteral {
  @inlinable public init(integerLiteral value: Int) { self.init(value) }
}
