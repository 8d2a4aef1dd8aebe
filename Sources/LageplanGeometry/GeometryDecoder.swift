/// Reads the body that WKB and the SpatiaLite BLOB share; they differ in how a member begins.
///
/// Sources: OGC 06-103r4 section 8 (WKB); the extended flags of PostGIS; the SpatiaLite Cookbook's "BLOB-Geometry".
struct GeometryDecoder {
  /// Collections within collections beyond this are refused: the stack is not the input's to spend.
  static let depthLimit = 32

  var cursor: ByteCursor
  let encoding: GeometryEncoding

  init(_ source: GeometryBytes) {
    cursor = ByteCursor(source.bytes)
    encoding = source.encoding
  }

  /// The whole: header, body, end mark. Bytes after the end are a fault.
  mutating func decode(into geometry: inout Geometry) throws(GeometryDecodingError) {
    switch encoding {
    case .wkb:
      try decodeBody(try readWkbHeader(), into: &geometry, depth: 0)
    case .spatiaLite:
      let header = try SpatiaLiteHeader(reading: &cursor)
      if header.isTinyPoint {
        try readPoint(header.type, into: &geometry)
      } else {
        try decodeBody(header.type, into: &geometry, depth: 0)
      }
      try cursor.expect(SpatiaLiteHeader.endMark)
    }
    guard cursor.remaining == 0 else { throw cursor.fault(.trailingBytes(cursor.remaining)) }
  }

  mutating func readWkbHeader() throws(GeometryDecodingError) -> GeometryTypeCode {
    try cursor.readByteOrder()
    let at = cursor.offset
    let code = try cursor.readUInt32()
    guard let type = GeometryTypeCode(wkb: code) else {
      throw GeometryDecodingError(offset: at, reason: .unknownType(code))
    }
    if type.hasSrid { try cursor.skip(4) }
    return type
  }

  /// How a member begins: a whole WKB header, or SpatiaLite's mark and type.
  mutating func readMemberHeader() throws(GeometryDecodingError) -> GeometryTypeCode {
    guard encoding == .spatiaLite else { return try readWkbHeader() }
    try cursor.expect(SpatiaLiteHeader.memberMark)
    return try SpatiaLiteHeader.readType(&cursor)
  }

  private mutating func decodeBody(
    _ type: GeometryTypeCode, into geometry: inout Geometry, depth: Int
  ) throws(GeometryDecodingError) {
    geometry.kind = type.kind
    switch type.kind {
    case .point: try readPoint(type, into: &geometry)
    case .lineString: try readLine(type, into: &geometry, keepsEmpty: false)
    case .polygon: try readPolygon(type, into: &geometry, keepsEmpty: false)
    case .multiPoint, .multiLineString, .multiPolygon: try readParts(type, into: &geometry)
    case .geometryCollection:
      guard depth < Self.depthLimit else { throw cursor.fault(.tooDeep(limit: Self.depthLimit)) }
      let count = try cursor.readCount(ofAtLeast: memberMinimum)
      for _ in 0..<count {
        var member = Geometry(kind: .point)
        try decodeBody(try readMemberHeader(), into: &member, depth: depth + 1)
        geometry.members.append(member)
      }
    }
  }

  /// The smallest member: a header and a count of zero.
  private var memberMinimum: Int { 9 }

  private mutating func readParts(_ type: GeometryTypeCode, into geometry: inout Geometry) throws(GeometryDecodingError) {
    let count = try cursor.readCount(ofAtLeast: memberMinimum)
    for _ in 0..<count {
      let at = cursor.offset
      let member = try readMemberHeader()
      guard member.kind == type.memberKind else {
        throw GeometryDecodingError(offset: at, reason: .unexpectedMember(member.kind, in: type.kind))
      }
      guard member.hasZ == type.hasZ, member.hasM == type.hasM else {
        throw GeometryDecodingError(offset: at, reason: .mixedDimensions)
      }
      switch type.kind {
      case .multiPoint: try readPoint(member, into: &geometry)
      case .multiLineString: try readLine(member, into: &geometry, keepsEmpty: true)
      default: try readPolygon(member, into: &geometry, keepsEmpty: true)
      }
    }
  }

  /// A point whose x and y are NaN is an empty one (OGC 12-128r19, and PostGIS) and leaves nothing.
  private mutating func readPoint(_ type: GeometryTypeCode, into geometry: inout Geometry) throws(GeometryDecodingError) {
    try cursor.require(type.vertexSize)
    let position = Coordinate(x: cursor.takeDouble(), y: cursor.takeDouble())
    let z = type.hasZ ? cursor.takeDouble() : 0
    let m = type.hasM ? cursor.takeDouble() : 0
    if position.x.isNaN, position.y.isNaN { return }
    geometry.coordinates.append(position)
    if type.hasZ { geometry.z.append(z) }
    if type.hasM { geometry.m.append(m) }
  }

  private mutating func readLine(
    _ type: GeometryTypeCode, into geometry: inout Geometry, keepsEmpty: Bool
  ) throws(GeometryDecodingError) {
    try readVertices(type, into: &geometry)
    let end = geometry.coordinates.count
    if keepsEmpty || end > 0 { geometry.partEnds.append(end) }
  }

  private mutating func readPolygon(
    _ type: GeometryTypeCode, into geometry: inout Geometry, keepsEmpty: Bool
  ) throws(GeometryDecodingError) {
    let rings = try cursor.readCount(ofAtLeast: 4)
    for _ in 0..<rings {
      try readVertices(type, into: &geometry)
      geometry.partEnds.append(geometry.coordinates.count)
    }
    if keepsEmpty || rings > 0 { geometry.polygonEnds.append(geometry.partEnds.count) }
  }

  private mutating func readVertices(_ type: GeometryTypeCode, into geometry: inout Geometry) throws(GeometryDecodingError) {
    if type.isCompressed { return try readCompressedVertices(type, into: &geometry) }
    let count = try cursor.readCount(ofAtLeast: type.vertexSize)
    if !type.hasZ, !type.hasM, !cursor.isSwapped {
      return cursor.takeVertices(count, appendingTo: &geometry.coordinates)
    }
    for _ in 0..<count {
      geometry.coordinates.append(Coordinate(x: cursor.takeDouble(), y: cursor.takeDouble()))
      if type.hasZ { geometry.z.append(cursor.takeDouble()) }
      if type.hasM { geometry.m.append(cursor.takeDouble()) }
    }
  }

  /// First and last vertex are whole; x, y and z between are 32 bit differences to the vertex before, m stays whole.
  private mutating func readCompressedVertices(
    _ type: GeometryTypeCode, into geometry: inout Geometry
  ) throws(GeometryDecodingError) {
    let innerSize = 8 + (type.hasZ ? 4 : 0) + (type.hasM ? 8 : 0)
    let count = try cursor.readCount(ofAtLeast: innerSize)
    let whole = min(count, 2)
    try cursor.require(whole * type.vertexSize + (count - whole) * innerSize)
    var position = Coordinate(x: 0, y: 0)
    var z = 0.0
    for index in 0..<count {
      if index == 0 || index == count - 1 {
        position = Coordinate(x: cursor.takeDouble(), y: cursor.takeDouble())
        if type.hasZ { z = cursor.takeDouble() }
      } else {
        position.x += Double(cursor.takeFloat())
        position.y += Double(cursor.takeFloat())
        if type.hasZ { z += Double(cursor.takeFloat()) }
      }
      geometry.coordinates.append(position)
      if type.hasZ { geometry.z.append(z) }
      if type.hasM { geometry.m.append(cursor.takeDouble()) }
    }
  }
}

extension Geometry {
  /// Reads one geometry, whole. The SRID that EWKB and the BLOB carry is not kept: see ``GeometryBytes/srid``.
  ///
  /// Rings are taken as they are, closed or not, and numbers too; ``Geometry/validity()`` judges them.
  /// Throws with the byte at which the first fault stands.
  public init(decoding source: GeometryBytes) throws(GeometryDecodingError) {
    self.init(kind: .point)
    try decode(source)
  }

  /// Reads one geometry in the place of this one, whose memory it reuses: the way of hot loops.
  ///
  /// On an error the geometry is left as an empty point.
  public mutating func decode(_ source: GeometryBytes) throws(GeometryDecodingError) {
    removeAll()
    do throws(GeometryDecodingError) {
      var decoder = GeometryDecoder(source)
      try decoder.decode(into: &self)
    } catch {
      removeAll()
      throw error
    }
  }

  /// Leaves an empty point, with the capacity of all arrays kept.
  mutating func removeAll() {
    kind = .point
    // Asking first is cheaper than emptying what is empty.
    if !coordinates.isEmpty { coordinates.removeAll(keepingCapacity: true) }
    if !partEnds.isEmpty { partEnds.removeAll(keepingCapacity: true) }
    if !polygonEnds.isEmpty { polygonEnds.removeAll(keepingCapacity: true) }
    if !z.isEmpty { z.removeAll(keepingCapacity: true) }
    if !m.isEmpty { m.removeAll(keepingCapacity: true) }
    if !members.isEmpty { members.removeAll(keepingCapacity: true) }
  }
}
