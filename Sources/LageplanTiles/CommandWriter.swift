/// A position in a tile: whole tile units from the top left corner, y downwards (MVT 2.1, section 3).
struct TilePoint: Equatable {
  var x: Int32
  var y: Int32
}

/// Writes the commands of one feature's geometry (MVT 2.1, section 4.3) as a packed field's bytes.
///
/// The cursor runs through all parts of a feature: each vertex is told as its distance from the one before.
struct CommandWriter: ~Copyable {
  private var sink = ByteSink(capacity: 1 << 12)
  private var cursor = TilePoint(x: 0, y: 0)

  private static let moveTo: UInt64 = 1
  private static let lineTo: UInt64 = 2
  /// One ClosePath: command 7, count 1.
  private static let closePath: UInt8 = 15

  var bytes: UnsafeRawBufferPointer { sink.bytes }
  var isEmpty: Bool { sink.count == 0 }

  mutating func begin() {
    sink.removeAll()
    cursor = TilePoint(x: 0, y: 0)
  }

  /// One MoveTo for all points.
  mutating func put(points: UnsafeBufferPointer<TilePoint>) {
    guard points.count > 0 else { return }
    sink.reserve(6 &+ points.count &* 10)
    put(command: Self.moveTo, count: points.count)
    for index in 0..<points.count { step(to: points[index]) }
  }

  /// A line of at least two points.
  mutating func put(line: UnsafeBufferPointer<TilePoint>) {
    sink.reserve(12 &+ line.count &* 10)
    put(command: Self.moveTo, count: 1)
    step(to: line[0])
    put(command: Self.lineTo, count: line.count &- 1)
    for index in 1..<line.count { step(to: line[index]) }
  }

  /// A ring of at least three points, the first not repeated at the end; backwards where `reversed`, from the same start.
  mutating func put(ring: UnsafeBufferPointer<TilePoint>, reversed: Bool) {
    sink.reserve(13 &+ ring.count &* 10)
    put(command: Self.moveTo, count: 1)
    step(to: ring[0])
    put(command: Self.lineTo, count: ring.count &- 1)
    for index in 1..<ring.count { step(to: ring[reversed ? ring.count &- index : index]) }
    sink.put(byte: Self.closePath)
  }

  @inline(__always)
  private mutating func put(command: UInt64, count: Int) {
    sink.put(varint: command | UInt64(truncatingIfNeeded: count) &<< 3)
  }

  @inline(__always)
  private mutating func step(to point: TilePoint) {
    sink.put(varint: UInt64(zigzag(point.x &- cursor.x)))
    sink.put(varint: UInt64(zigzag(point.y &- cursor.y)))
    cursor = point
  }
}
