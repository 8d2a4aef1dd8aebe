import LageplanGeometry

/// Rows on their way into a chunk: columns with room for `capacity` of them, used again from chunk to chunk.
struct ResidentRows: ~Copyable {
  let columnCount: Int
  let capacity: Int
  private(set) var count = 0
  private(set) var isPointsOnly = true
  private let numberRoom: UnsafeMutablePointer<Int64>
  private let entryRoom: UnsafeMutablePointer<UInt32>
  private let pointRoom: UnsafeMutablePointer<Coordinate>
  private let placeRoom: UnsafeMutablePointer<ResidentChunk.PlaceForm>
  private let startRoom: UnsafeMutablePointer<Int>
  private var byteRoom: [UInt8] = []

  init(columnCount: Int, capacity: Int) {
    self.columnCount = columnCount
    self.capacity = capacity
    numberRoom = .allocate(capacity: capacity)
    entryRoom = .allocate(capacity: capacity * columnCount)
    pointRoom = .allocate(capacity: capacity)
    placeRoom = .allocate(capacity: capacity)
    startRoom = .allocate(capacity: capacity + 1)
    startRoom[0] = 0
  }

  deinit {
    numberRoom.deallocate()
    entryRoom.deallocate()
    pointRoom.deallocate()
    placeRoom.deallocate()
    startRoom.deallocate()
  }

  var numbers: UnsafeRawPointer { UnsafeRawPointer(numberRoom) }
  var points: UnsafeRawPointer { UnsafeRawPointer(pointRoom) }
  var places: UnsafeRawPointer { UnsafeRawPointer(placeRoom) }
  var placeStarts: UnsafeRawPointer { UnsafeRawPointer(startRoom) }
  var placeByteCount: Int { byteRoom.count }
  var lastNumber: Int64? { count == 0 ? nil : numberRoom[count - 1] }

  func column(_ column: Int) -> UnsafeMutablePointer<UInt32> { entryRoom + column * capacity }

  mutating func removeAll() {
    count = 0
    isPointsOnly = true
    byteRoom.removeAll(keepingCapacity: true)
  }

  /// Adds a row, whose entries are still to be set. There has to be room.
  mutating func append(number: Int64, geometry: GeometryBytes?) {
    assert(count < capacity)
    numberRoom[count] = number
    pointRoom[count] = Coordinate(x: .nan, y: .nan)
    if let geometry {
      if let point = geometry.plainPoint {
        pointRoom[count] = point
        placeRoom[count] = .plainPoint
      } else {
        placeRoom[count] = geometry.encoding == .wkb ? .wkb : .spatiaLite
        isPointsOnly = false
        byteRoom.append(contentsOf: geometry.bytes)
      }
    } else {
      placeRoom[count] = .none
    }
    startRoom[count + 1] = byteRoom.count
    count += 1
  }

  func copyPlaceBytes(to target: UnsafeMutableRawPointer) {
    byteRoom.withUnsafeBytes { source in
      if let start = source.baseAddress { target.copyMemory(from: start, byteCount: source.count) }
    }
  }
}

extension GeometryBytes {
  /// The position of a two-dimensional, finite point in its common spelling, whose envelope says the same: that it is there is all that
  /// its bytes tell. `nil` for everything else.
  var plainPoint: Coordinate? {
    let at: Int
    switch encoding {
    case .wkb:
      guard bytes.count == 21, bytes[0] == 1 else { return nil }
      at = 5
    case .spatiaLite:
      guard bytes.count == 60, bytes[0] == 0, bytes[1] == 1, bytes[38] == 0x7C, bytes[59] == 0xFE else { return nil }
      at = 43
    }
    guard UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at - 4, as: UInt32.self)) == 1 else { return nil }
    let point = Coordinate(x: double(at), y: double(at + 8))
    guard point.isFinite else { return nil }
    if encoding == .spatiaLite {
      guard double(6) == point.x, double(14) == point.y, double(22) == point.x, double(30) == point.y else { return nil }
    }
    return point
  }

  private func double(_ at: Int) -> Double {
    Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
  }
}
