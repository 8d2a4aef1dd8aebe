public import LageplanGeometry
import Synchronization

/// About a thousand neighbouring rows of a resident collection, as columns of plain memory.
///
/// Rows lie by rising number. Everything that loops over them needs is a pointer that holds as long as the chunk does: no reference
/// counts, no bounds checks, no calls. A chunk never changes; an edit puts another in its place.
///
///     numbers        count                  the features' numbers
///     values         columns × count        column after column: 0 the id, 1 + p the property p; entries of the dictionary
///     points         count                  storage coordinates of plain points, NaN for every other row
///     rowEnvelopes   count                  in storage; only where some row is no plain point
///
/// A plain point is one of two dimensions, finite, whose bytes say nothing else: it is kept as its position alone. Everything else keeps
/// its bytes.
public final class ResidentChunk: @unchecked Sendable {
  public let count: Int
  /// Ids and properties.
  public let columnCount: Int
  public let numbers: UnsafePointer<Int64>
  /// Column after column, `count` entries each; ``ValueDictionary/null`` for no value.
  public let values: UnsafePointer<UInt32>
  /// All rows are plain points, or have no place.
  public let isPointsOnly: Bool
  /// In the storage frame; NaN for a row that is no plain point.
  public let points: UnsafePointer<Coordinate>
  /// In the storage frame, `.empty` for a row without a place; not to be read where ``isPointsOnly``.
  public let rowEnvelopes: UnsafePointer<Envelope>
  /// In the storage frame, of all rows; `.empty` where none has a place.
  public private(set) var envelope = Envelope.empty
  public let storageCrs: CoordinateReferenceSystem

  /// What stands for a row's geometry; not to be read where ``isPointsOnly``.
  let places: UnsafePointer<PlaceForm>
  private let placeStarts: UnsafePointer<Int>
  private let placeBytes: UnsafeRawPointer
  private let memory: UnsafeMutableRawPointer
  private let ownByteCount: Int
  private let frames = Mutex<[CoordinateReferenceSystem: ResidentShapes]>([:])

  enum PlaceForm: UInt8 {
    case none, plainPoint, wkb, spatiaLite

    var encoding: GeometryEncoding? {
      switch self {
      case .none, .plainPoint: nil
      case .wkb: .wkb
      case .spatiaLite: .spatiaLite
      }
    }
  }

  var firstNumber: Int64 { numbers[0] }
  var lastNumber: Int64 { numbers[count - 1] }

  /// Copies the rows of `rows`, of which there is at least one.
  init(_ rows: borrowing ResidentRows, columnCount: Int, storageCrs: CoordinateReferenceSystem) {
    count = rows.count
    self.columnCount = columnCount
    self.storageCrs = storageCrs
    isPointsOnly = rows.isPointsOnly
    let general = isPointsOnly ? 0 : count
    var layout = MemoryLayoutPlan()
    let numbersAt = layout.place(Int64.self, count)
    let pointsAt = layout.place(Coordinate.self, count)
    let envelopesAt = layout.place(Envelope.self, general)
    let startsAt = layout.place(Int.self, isPointsOnly ? 0 : count + 1)
    let valuesAt = layout.place(UInt32.self, count * columnCount)
    let placesAt = layout.place(UInt8.self, general)
    let bytesAt = layout.place(UInt8.self, isPointsOnly ? 0 : rows.placeByteCount)
    memory = .allocate(byteCount: max(8, layout.size), alignment: 8)
    ownByteCount = layout.size
    numbers = UnsafePointer((memory + numbersAt).bindMemory(to: Int64.self, capacity: count))
    points = UnsafePointer((memory + pointsAt).bindMemory(to: Coordinate.self, capacity: count))
    rowEnvelopes = UnsafePointer((memory + envelopesAt).bindMemory(to: Envelope.self, capacity: general))
    placeStarts = UnsafePointer((memory + startsAt).bindMemory(to: Int.self, capacity: general + 1))
    values = UnsafePointer((memory + valuesAt).bindMemory(to: UInt32.self, capacity: count * columnCount))
    places = UnsafePointer((memory + placesAt).bindMemory(to: PlaceForm.self, capacity: general))
    placeBytes = UnsafeRawPointer(memory + bytesAt)

    (memory + numbersAt).copyMemory(from: rows.numbers, byteCount: count * 8)
    (memory + pointsAt).copyMemory(from: rows.points, byteCount: count * 16)
    for column in 0..<columnCount {
      (memory + valuesAt + column * count * 4).copyMemory(from: rows.column(column), byteCount: count * 4)
    }
    var envelope = Envelope.empty
    if isPointsOnly {
      for row in 0..<count where !points[row].x.isNaN { envelope.formUnion(points[row]) }
    } else {
      (memory + placesAt).copyMemory(from: rows.places, byteCount: count)
      (memory + startsAt).copyMemory(from: rows.placeStarts, byteCount: (count + 1) * 8)
      rows.copyPlaceBytes(to: memory + bytesAt)
      let rowEnvelopes = UnsafeMutablePointer(mutating: rowEnvelopes)
      for row in 0..<count {
        let own: Envelope =
          switch places[row] {
          case .none: .empty
          case .plainPoint: Envelope(around: points[row])
          case .wkb: GeometryBytes(encoding: .wkb, bytes: bytes(ofRow: row)).envelope() ?? .empty
          case .spatiaLite: GeometryBytes(encoding: .spatiaLite, bytes: bytes(ofRow: row)).envelope() ?? .empty
          }
        rowEnvelopes[row] = own
        envelope.formUnion(own)
      }
    }
    self.envelope = envelope
  }

  deinit { memory.deallocate() }

  /// What the chunk holds of memory, the frames made so far included.
  public var byteCount: Int {
    frames.withLock { $0.values.reduce(ownByteCount) { $0 + $1.byteCount } }
  }

  // MARK: Rows

  /// The place of the row of this number; `nil` where there is none.
  public func row(ofNumber number: Int64) -> Int? {
    let row = firstRow(from: number)
    return row < count && numbers[row] == number ? row : nil
  }

  /// The first row whose number is not below `number`; ``count`` where there is none.
  func firstRow(from number: Int64) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The storage envelope of a row; `.empty` where it has no place.
  @inlinable @inline(__always)
  public func envelope(ofRow row: Int) -> Envelope {
    if !isPointsOnly { return rowEnvelopes[row] }
    let point = points[row]
    return point.x.isNaN ? .empty : Envelope(around: point)
  }

  func isPlainPoint(_ row: Int) -> Bool { isPointsOnly ? !points[row].x.isNaN : places[row] == .plainPoint }

  /// The row has a geometry, be it empty or damaged.
  func hasGeometry(_ row: Int) -> Bool { isPointsOnly ? !points[row].x.isNaN : places[row] != .none }

  /// The geometry's bytes, in the storage frame: those that were loaded, or WKB made of a plain point in `room`, which needs 21 bytes.
  /// `nil`: the row has none.
  public func geometry(ofRow row: Int, in room: UnsafeMutableRawPointer) -> GeometryBytes? {
    switch isPointsOnly ? (points[row].x.isNaN ? .none : .plainPoint) : places[row] {
    case .none: nil
    case .plainPoint: Self.wkb(points[row], in: room)
    case .wkb: GeometryBytes(encoding: .wkb, bytes: bytes(ofRow: row))
    case .spatiaLite: GeometryBytes(encoding: .spatiaLite, bytes: bytes(ofRow: row))
    }
  }

  /// Of a row whose bytes were kept.
  func bytes(ofRow row: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: placeBytes + placeStarts[row], count: placeStarts[row + 1] - placeStarts[row])
  }

  /// So many bytes has a plain point as WKB.
  public static let pointByteCount = 21

  private static func wkb(_ point: Coordinate, in room: UnsafeMutableRawPointer) -> GeometryBytes {
    room.storeBytes(of: 1, as: UInt8.self)
    room.storeBytes(of: UInt32(1).littleEndian, toByteOffset: 1, as: UInt32.self)
    room.storeBytes(of: point.x.bitPattern.littleEndian, toByteOffset: 5, as: UInt64.self)
    room.storeBytes(of: point.y.bitPattern.littleEndian, toByteOffset: 13, as: UInt64.self)
    return GeometryBytes(encoding: .wkb, bytes: UnsafeRawBufferPointer(start: room, count: pointByteCount))
  }

  // MARK: Frames

  /// The rows' shapes in another frame: web Mercator is made with the chunk, every other when it is first asked for, and kept.
  /// Throws `CrsError` for a frame that cannot be reached.
  public func placed(in crs: CoordinateReferenceSystem) throws(CrsError) -> ResidentShapes {
    if let known = frames.withLock({ $0[crs] }) { return known }
    let made = ResidentShapes.make(of: self, try TransformCache.transform(from: storageCrs, to: crs))
    // Shapes that are the chunk's own points keep the chunk, so the chunk must not keep them.
    if made.isShared { return made }
    return frames.withLock { frames in
      // Another thread may have been as fast: one of the two is kept.
      if let other = frames[crs] { return other }
      frames[crs] = made
      return made
    }
  }

  /// Lets go of all frames but web Mercator.
  func dropFrames() { frames.withLock { $0 = $0.filter { $0.key == .webMercator } } }
}

/// Where arrays lie in one piece of memory, each on a boundary of eight bytes.
struct MemoryLayoutPlan {
  private(set) var size = 0

  mutating func place<T>(_ type: T.Type, _ count: Int) -> Int {
    let start = size
    size = (size + count * MemoryLayout<T>.stride + 7) & ~7
    return start
  }
}
