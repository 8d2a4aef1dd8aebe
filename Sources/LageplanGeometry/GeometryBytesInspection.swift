/// What can be told of a geometry without decoding it.
extension GeometryBytes {
  /// The envelope of all vertices, in the geometry's own frame; `nil` for an empty geometry and for malformed bytes,
  /// whose fault ``Geometry/decode(_:)`` names.
  ///
  /// A SpatiaLite BLOB tells it in its header, and nothing else is read; WKB is walked through once without a copy.
  public func envelope() -> Envelope? {
    var result = Envelope.empty
    do throws(GeometryDecodingError) {
      var decoder = GeometryDecoder(self)
      switch encoding {
      case .spatiaLite:
        let header = try SpatiaLiteHeader(reading: &decoder.cursor)
        guard header.isTinyPoint else { return header.envelope.isEmpty ? nil : header.envelope }
        try decoder.scanVertices(1, header.type, into: &result)
      case .wkb:
        try decoder.scanWkb(into: &result, depth: 0)
      }
    } catch {
      return nil
    }
    return result.isEmpty ? nil : result
  }

  /// The position of a point, told without decoding: `nil` for every other kind, an empty point and malformed bytes.
  ///
  /// The common spelling, an uncompressed little-endian point, is taken from its place; the others are decoded.
  public func point() -> Coordinate? {
    let typeAt = encoding == .wkb ? 1 : 39
    guard bytes.count >= typeAt + 20 else { return encoding == .wkb ? nil : decodedPoint() }
    let isPlain =
      encoding == .wkb
      ? bytes.count == 21 && bytes[0] == 1
      : bytes.count == 60 && bytes[0] == 0 && bytes[1] == 1 && bytes[38] == SpatiaLiteHeader.envelopeMark
        && bytes[59] == SpatiaLiteHeader.endMark
    guard isPlain, UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: typeAt, as: UInt32.self)) == 1 else {
      return decodedPoint()
    }
    let x = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: typeAt + 4, as: UInt64.self))
    let y = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: typeAt + 12, as: UInt64.self))
    let position = Coordinate(x: Double(bitPattern: x), y: Double(bitPattern: y))
    return position.x.isNaN && position.y.isNaN ? nil : position
  }

  private func decodedPoint() -> Coordinate? {
    guard kind == .point, let geometry = try? Geometry(decoding: self) else { return nil }
    return geometry.coordinates.first
  }

  /// The kind; `nil` for bytes that do not begin like a geometry.
  public var kind: GeometryKind? { header?.type.kind }

  /// The SRID in a SpatiaLite BLOB or in EWKB; `nil` where there is none.
  public var srid: Int32? { header?.srid }

  private var header: (type: GeometryTypeCode, srid: Int32?)? {
    do throws(GeometryDecodingError) {
      var cursor = ByteCursor(bytes)
      switch encoding {
      case .spatiaLite:
        let header = try SpatiaLiteHeader(reading: &cursor)
        return (header.type, header.srid)
      case .wkb:
        try cursor.readByteOrder()
        guard let type = GeometryTypeCode(wkb: try cursor.readUInt32()) else { return nil }
        return (type, type.hasSrid ? Int32(bitPattern: try cursor.readUInt32()) : nil)
      }
    } catch {
      return nil
    }
  }
}

extension GeometryDecoder {
  /// Walks one WKB geometry and takes the envelope of its vertices.
  fileprivate mutating func scanWkb(into envelope: inout Envelope, depth: Int) throws(GeometryDecodingError) {
    guard depth <= Self.depthLimit + 1 else { throw cursor.fault(.tooDeep(limit: Self.depthLimit)) }
    let type = try readWkbHeader()
    switch type.kind {
    case .point:
      try scanVertices(1, type, into: &envelope)
    case .lineString:
      try scanVertices(try cursor.readCount(ofAtLeast: type.vertexSize), type, into: &envelope)
    case .polygon:
      for _ in 0..<(try cursor.readCount(ofAtLeast: 4)) {
        try scanVertices(try cursor.readCount(ofAtLeast: type.vertexSize), type, into: &envelope)
      }
    case .multiPoint, .multiLineString, .multiPolygon, .geometryCollection:
      for _ in 0..<(try cursor.readCount(ofAtLeast: 9)) { try scanWkb(into: &envelope, depth: depth + 1) }
    }
  }

  fileprivate mutating func scanVertices(
    _ count: Int, _ type: GeometryTypeCode, into envelope: inout Envelope
  ) throws(GeometryDecodingError) {
    let rest = type.vertexSize - 16
    try cursor.require(count * type.vertexSize)
    for _ in 0..<count {
      let position = Coordinate(x: cursor.takeDouble(), y: cursor.takeDouble())
      // NaN is the empty point; it must not reach min and max, whose answer would depend on the order.
      if !position.x.isNaN, !position.y.isNaN { envelope.formUnion(position) }
      try cursor.skip(rest)
    }
  }
}
