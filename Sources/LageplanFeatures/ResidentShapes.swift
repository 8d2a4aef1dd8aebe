public import LageplanGeometry

/// The shapes of a chunk's rows in one frame, as tiles are drawn from: flat, by the rows of the chunk.
///
/// Where all rows are points (``isPointsOnly``), ``points`` is all there is: one position a row, NaN for a row without a place.
///
/// Otherwise each row has a kind, and its vertices, parts and polygons are ranges of the flat arrays, laid out as in
/// `Geometry`; ends count from the row's first vertex, respectively its first part:
///
///     vertices of row r   coordinates[vertexStarts[r] ..< vertexStarts[r + 1]]
///     its parts' ends     partEnds[partStarts[r] ..< partStarts[r + 1]]          in vertices of the row
///     its polygons' ends  polygonEnds[polygonStarts[r] ..< polygonStarts[r + 1]] in parts of the row
///
/// A geometry collection has a kind and an envelope but no vertices: it is decoded from the chunk's bytes when it is drawn.
/// Positions are those that `CoordinateTransform` makes of the stored ones, bit by bit.
public final class ResidentShapes: @unchecked Sendable {
  public let crs: CoordinateReferenceSystem
  public let count: Int
  /// In ``crs``, of all rows; `.empty` where none has a place.
  public let envelope: Envelope
  public let isPointsOnly: Bool
  /// Of a chunk of points: a position a row, NaN for none. Otherwise not to be read.
  public let points: UnsafePointer<Coordinate>

  // Only where not all rows are points:

  /// `GeometryKind.rawValue`; 0 for a row that has no place here, whether it has none at all, is empty, or is ``damaged``.
  public let kinds: UnsafePointer<UInt8>
  /// In ``crs``, of a row's vertices; `.empty` for a row of kind 0.
  public let envelopes: UnsafePointer<Envelope>
  public let coordinates: UnsafePointer<Coordinate>
  /// `count + 1`, as the two below.
  public let vertexStarts: UnsafePointer<Int>
  public let partStarts: UnsafePointer<Int>
  public let polygonStarts: UnsafePointer<Int>
  public let partEnds: UnsafePointer<Int>
  public let polygonEnds: UnsafePointer<Int>

  /// The rows that cannot be drawn, by rising row: their bytes cannot be read, or they lie where this frame has no coordinates.
  public let damaged: [DamagedRow]

  /// What the shapes hold of memory; nothing where they are those of the storage frame.
  public let byteCount: Int

  /// A row whose geometry is there but cannot be drawn.
  public struct DamagedRow: Hashable, Sendable {
    public var row: Int
    /// Where the feature's bytes say that it is, in the storage frame: a tile there names the fault.
    public var storageEnvelope: Envelope
    public var reason: String
  }

  private let memory: UnsafeMutableRawPointer?
  /// Whose points these are, where the frame is that of the store.
  private let owner: ResidentChunk?

  deinit { memory?.deallocate() }

  /// The shapes of `chunk`, which are its own points where nothing is to be moved: those keep the chunk alive.
  static func make(of chunk: ResidentChunk, _ transform: CoordinateTransform) -> ResidentShapes {
    guard chunk.isPointsOnly else { return ResidentShapes(PlacedRows(of: chunk, transform), crs: transform.target) }
    if transform.isIdentity { return ResidentShapes(sharing: chunk, crs: transform.target) }
    var places = Array(UnsafeBufferPointer(start: chunk.points, count: chunk.count))
    let rows = places.indices.filter { !places[$0].x.isNaN }
    var moved = rows.map { places[$0] }
    // A place without coordinates in the frame is found by going row by row.
    guard (try? transform.transform(&moved)) != nil else {
      return ResidentShapes(PlacedRows(of: chunk, transform), crs: transform.target)
    }
    for (index, row) in rows.enumerated() { places[row] = moved[index] }
    return ResidentShapes(points: places, crs: transform.target)
  }

  /// They are the chunk's own points.
  var isShared: Bool { owner != nil }

  private init(sharing chunk: ResidentChunk, crs: CoordinateReferenceSystem) {
    self.crs = crs
    count = chunk.count
    envelope = chunk.envelope
    isPointsOnly = true
    points = chunk.points
    memory = nil
    owner = chunk
    byteCount = 0
    damaged = []
    let nothing = Nothing.shared
    (kinds, envelopes, coordinates) = (nothing.pointer(), nothing.pointer(), nothing.pointer())
    (vertexStarts, partStarts, polygonStarts) = (nothing.pointer(), nothing.pointer(), nothing.pointer())
    (partEnds, polygonEnds) = (nothing.pointer(), nothing.pointer())
  }

  private init(points places: [Coordinate], crs: CoordinateReferenceSystem) {
    self.crs = crs
    count = places.count
    isPointsOnly = true
    let memory = UnsafeMutablePointer<Coordinate>.allocate(capacity: max(1, places.count))
    var envelope = Envelope.empty
    for (row, place) in places.enumerated() {
      memory[row] = place
      if !place.x.isNaN { envelope.formUnion(place) }
    }
    self.envelope = envelope
    points = UnsafePointer(memory)
    self.memory = UnsafeMutableRawPointer(memory)
    owner = nil
    byteCount = places.count * MemoryLayout<Coordinate>.stride
    damaged = []
    let nothing = Nothing.shared
    (kinds, envelopes, coordinates) = (nothing.pointer(), nothing.pointer(), nothing.pointer())
    (vertexStarts, partStarts, polygonStarts) = (nothing.pointer(), nothing.pointer(), nothing.pointer())
    (partEnds, polygonEnds) = (nothing.pointer(), nothing.pointer())
  }

  private init(_ rows: PlacedRows, crs: CoordinateReferenceSystem) {
    self.crs = crs
    count = rows.kinds.count
    isPointsOnly = false
    envelope = rows.envelopes.reduce(Envelope.empty) { $0.union($1) }
    damaged = rows.damaged
    var layout = MemoryLayoutPlan()
    let at = (
      coordinates: layout.place(Coordinate.self, rows.coordinates.count), envelopes: layout.place(Envelope.self, count),
      vertexStarts: layout.place(Int.self, count + 1), partStarts: layout.place(Int.self, count + 1),
      polygonStarts: layout.place(Int.self, count + 1), partEnds: layout.place(Int.self, rows.partEnds.count),
      polygonEnds: layout.place(Int.self, rows.polygonEnds.count), kinds: layout.place(UInt8.self, count)
    )
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(8, layout.size), alignment: 8)
    func copy<T: BitwiseCopyable>(_ values: [T], _ offset: Int) -> UnsafePointer<T> {
      let target = (memory + offset).bindMemory(to: T.self, capacity: values.count)
      values.withUnsafeBufferPointer { source in
        if let start = source.baseAddress { target.update(from: start, count: source.count) }
      }
      return UnsafePointer(target)
    }
    coordinates = copy(rows.coordinates, at.coordinates)
    envelopes = copy(rows.envelopes, at.envelopes)
    vertexStarts = copy(rows.vertexStarts, at.vertexStarts)
    partStarts = copy(rows.partStarts, at.partStarts)
    polygonStarts = copy(rows.polygonStarts, at.polygonStarts)
    partEnds = copy(rows.partEnds, at.partEnds)
    polygonEnds = copy(rows.polygonEnds, at.polygonEnds)
    kinds = copy(rows.kinds, at.kinds)
    points = Nothing.shared.pointer()
    self.memory = memory
    owner = nil
    byteCount = layout.size
  }
}

/// Where pointers point that are not to be read.
private final class Nothing: @unchecked Sendable {
  static let shared = Nothing()
  private let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)

  private init() { memory.initializeMemory(as: UInt64.self, repeating: 0, count: 8) }

  func pointer<T>() -> UnsafePointer<T> { UnsafePointer(memory.assumingMemoryBound(to: T.self)) }
}

/// The rows of a chunk, decoded and brought to a frame one after the other.
private struct PlacedRows {
  private(set) var kinds: [UInt8] = []
  private(set) var envelopes: [Envelope] = []
  private(set) var coordinates: [Coordinate] = []
  private(set) var vertexStarts = [0]
  private(set) var partStarts = [0]
  private(set) var polygonStarts = [0]
  private(set) var partEnds: [Int] = []
  private(set) var polygonEnds: [Int] = []
  private(set) var damaged: [ResidentShapes.DamagedRow] = []

  init(of chunk: ResidentChunk, _ transform: CoordinateTransform) {
    kinds.reserveCapacity(chunk.count)
    envelopes.reserveCapacity(chunk.count)
    var shape = Geometry(kind: .point)
    withUnsafeTemporaryAllocation(byteCount: ResidentChunk.pointByteCount, alignment: 8) { room in
      guard let start = room.baseAddress else { return }
      for row in 0..<chunk.count {
        do {
          if let bytes = chunk.geometry(ofRow: row, in: start) {
            try shape.decode(bytes)
            try transform.transform(&shape)
            append(shape)
          } else {
            appendNothing()
          }
        } catch {
          appendNothing()
          damaged.append(
            ResidentShapes.DamagedRow(row: row, storageEnvelope: chunk.envelope(ofRow: row), reason: "\(error)"))
        }
        vertexStarts.append(coordinates.count)
        partStarts.append(partEnds.count)
        polygonStarts.append(polygonEnds.count)
      }
    }
  }

  private mutating func appendNothing() {
    kinds.append(0)
    envelopes.append(.empty)
  }

  private mutating func append(_ shape: Geometry) {
    guard !shape.isEmpty else { return appendNothing() }
    kinds.append(shape.kind.rawValue)
    envelopes.append(shape.isFinite ? shape.envelope : .everywhere)
    coordinates += shape.coordinates
    partEnds += shape.partEnds
    polygonEnds += shape.polygonEnds
  }
}

extension Envelope {
  /// Of a shape with a vertex that is nowhere: no question passes it by, and what there is of it decides.
  fileprivate static let everywhere = Envelope(minX: -.infinity, minY: -.infinity, maxX: .infinity, maxY: .infinity)
}

extension Geometry {
  fileprivate var isFinite: Bool { coordinates.allSatisfy(\.isFinite) && members.allSatisfy(\.isFinite) }
}
