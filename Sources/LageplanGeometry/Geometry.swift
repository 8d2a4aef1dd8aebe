/// The seven kinds of ISO 19125 simple features, with their well-known-binary codes.
public enum GeometryKind: UInt8, Hashable, Sendable, CaseIterable, Codable {
  case point = 1
  case lineString = 2
  case polygon = 3
  case multiPoint = 4
  case multiLineString = 5
  case multiPolygon = 6
  case geometryCollection = 7
}

/// A geometry, held flat: one array of vertices and the ends of its parts.
///
/// All kinds share one shape, so that every algorithm is a loop over arrays and nothing is nested:
///
///     kind              coordinates     partEnds                  polygonEnds
///     point             one, or none    []                        []
///     multiPoint        the points      []                        []
///     lineString        its vertices    [end]                     []
///     multiLineString   all vertices    an end per line           []
///     polygon           all vertices    an end per ring           [number of rings]
///     multiPolygon      all vertices    an end per ring           an end per polygon, in rings
///     geometryCollection  none          []                        []     (see `members`)
///
/// Ends are exclusive. Rings are closed (last vertex equals the first); the first ring of a polygon is its shell.
/// An empty geometry has no coordinates and no parts. The coordinate reference system stands beside it, never inside.
public struct Geometry: Hashable, Sendable {
  /// Which of the seven kinds; it says how the arrays are read.
  public var kind: GeometryKind
  /// All vertices, part after part.
  public var coordinates: [Coordinate]
  /// The end of every line or ring, in vertices.
  public var partEnds: [Int]
  /// The end of every polygon, in rings.
  public var polygonEnds: [Int]
  /// Heights, one per vertex, or empty.
  public var z: [Double]
  /// Measures, one per vertex, or empty.
  public var m: [Double]
  /// The geometries of a collection; empty for every other kind.
  public var members: [Geometry]

  /// The arrays as they are; their agreement with the table above is the caller's.
  public init(
    kind: GeometryKind, coordinates: [Coordinate] = [], partEnds: [Int] = [], polygonEnds: [Int] = [], z: [Double] = [],
    m: [Double] = [], members: [Geometry] = []
  ) {
    self.kind = kind
    self.coordinates = coordinates
    self.partEnds = partEnds
    self.polygonEnds = polygonEnds
    self.z = z
    self.m = m
    self.members = members
  }

  /// A point.
  public static func point(_ position: Coordinate) -> Geometry {
    Geometry(kind: .point, coordinates: [position])
  }

  /// Several points; none makes it empty.
  public static func multiPoint(_ positions: [Coordinate]) -> Geometry {
    Geometry(kind: .multiPoint, coordinates: positions)
  }

  /// A line through the vertices.
  public static func lineString(_ vertices: [Coordinate]) -> Geometry {
    Geometry(kind: .lineString, coordinates: vertices, partEnds: vertices.isEmpty ? [] : [vertices.count])
  }

  /// Several lines.
  public static func multiLineString(_ lines: [[Coordinate]]) -> Geometry {
    var result = Geometry(kind: .multiLineString)
    for line in lines { result.appendPart(line) }
    return result
  }

  /// `rings` are closed, the shell first.
  public static func polygon(_ rings: [[Coordinate]]) -> Geometry {
    var result = Geometry(kind: .polygon)
    for ring in rings { result.appendPart(ring) }
    if !rings.isEmpty { result.polygonEnds = [rings.count] }
    return result
  }

  /// Several polygons, each of closed rings, the shell first.
  public static func multiPolygon(_ polygons: [[[Coordinate]]]) -> Geometry {
    var result = Geometry(kind: .multiPolygon)
    for rings in polygons {
      for ring in rings { result.appendPart(ring) }
      result.polygonEnds.append(result.partEnds.count)
    }
    return result
  }

  /// Geometries of any kind, in their order.
  public static func geometryCollection(_ members: [Geometry]) -> Geometry {
    Geometry(kind: .geometryCollection, members: members)
  }

  /// Adds a line or ring at the end; a polygon's end is the caller's to add.
  public mutating func appendPart(_ vertices: [Coordinate]) {
    coordinates.append(contentsOf: vertices)
    partEnds.append(coordinates.count)
  }

  /// Has no vertex, nor has any member.
  public var isEmpty: Bool { coordinates.isEmpty && members.allSatisfy(\.isEmpty) }

  /// The range of vertices of part `index`: a line, or a ring.
  @inlinable public func part(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : partEnds[index - 1])..<partEnds[index]
  }

  /// The range of rings of polygon `index`.
  @inlinable public func rings(ofPolygon index: Int) -> Range<Int> {
    (index == 0 ? 0 : polygonEnds[index - 1])..<polygonEnds[index]
  }

  /// The envelope of all vertices; `.empty` for an empty geometry.
  public var envelope: Envelope {
    var result = Envelope.empty
    for position in coordinates { result.formUnion(position) }
    for member in members { result.formUnion(member.envelope) }
    return result
  }

  /// All vertices, those of members included.
  public var vertexCount: Int {
    members.reduce(coordinates.count) { $0 + $1.vertexCount }
  }
}
