/// The smallest rectangle, parallel to the axes, around something. Borders belong to it.
///
/// The frame is whatever the owner says: an envelope in a public signature is always named with its
/// system or stands beside one. It never crosses the antimeridian; callers split there.
public struct Envelope: Hashable, Sendable, BitwiseCopyable {
  /// The west border.
  public var minX: Double
  /// The south border.
  public var minY: Double
  /// The east border.
  public var maxX: Double
  /// The north border.
  public var maxY: Double

  /// Borders as given; with a minimum above its maximum it is empty.
  @inlinable public init(minX: Double, minY: Double, maxX: Double, maxY: Double) {
    self.minX = minX
    self.minY = minY
    self.maxX = maxX
    self.maxY = maxY
  }

  /// The envelope of nothing: `union` with it changes nothing, it intersects nothing.
  @inlinable public static var empty: Envelope {
    Envelope(minX: .infinity, minY: .infinity, maxX: -.infinity, maxY: -.infinity)
  }

  /// The envelope of one position: no width, no height, not empty.
  @inlinable public init(around point: Coordinate) {
    self.init(minX: point.x, minY: point.y, maxX: point.x, maxY: point.y)
  }

  /// Holds no position; also where a border is NaN.
  @inlinable public var isEmpty: Bool { !(minX <= maxX && minY <= maxY) }
  /// East minus west border; meaningless when empty.
  @inlinable public var width: Double { maxX - minX }
  /// North minus south border; meaningless when empty.
  @inlinable public var height: Double { maxY - minY }
  /// The middle; meaningless when empty.
  @inlinable public var centre: Coordinate { Coordinate(x: (minX + maxX) / 2, y: (minY + maxY) / 2) }

  /// The two have a position in common; a shared border counts.
  @inlinable public func intersects(_ other: Envelope) -> Bool {
    minX <= other.maxX && other.minX <= maxX && minY <= other.maxY && other.minY <= maxY
  }

  /// The position lies inside or on the border.
  @inlinable public func contains(_ point: Coordinate) -> Bool {
    minX <= point.x && point.x <= maxX && minY <= point.y && point.y <= maxY
  }

  /// The other lies wholly inside; a shared border counts.
  @inlinable public func contains(_ other: Envelope) -> Bool {
    minX <= other.minX && other.maxX <= maxX && minY <= other.minY && other.maxY <= maxY
  }

  /// Grows to hold the position.
  @inlinable public mutating func formUnion(_ point: Coordinate) {
    minX = min(minX, point.x)
    minY = min(minY, point.y)
    maxX = max(maxX, point.x)
    maxY = max(maxY, point.y)
  }

  /// Grows to hold the other.
  @inlinable public mutating func formUnion(_ other: Envelope) {
    minX = min(minX, other.minX)
    minY = min(minY, other.minY)
    maxX = max(maxX, other.maxX)
    maxY = max(maxY, other.maxY)
  }

  /// The smallest envelope that holds both.
  @inlinable public func union(_ other: Envelope) -> Envelope {
    var result = self
    result.formUnion(other)
    return result
  }

  /// `nil` where the two have no point in common.
  @inlinable public func intersection(_ other: Envelope) -> Envelope? {
    let common = Envelope(
      minX: max(minX, other.minX), minY: max(minY, other.minY), maxX: min(maxX, other.maxX), maxY: min(maxY, other.maxY))
    return common.isEmpty ? nil : common
  }

  /// Grown by `margin` on all four sides, in the units of the frame.
  @inlinable public func expanded(by margin: Double) -> Envelope {
    Envelope(minX: minX - margin, minY: minY - margin, maxX: maxX + margin, maxY: maxY + margin)
  }
}
