/// Writes the body that WKB and the SpatiaLite BLOB share, always little endian.
struct GeometryEncoder {
  private(set) var bytes: [UInt8] = []
  let encoding: GeometryEncoding

  init(encoding: GeometryEncoding, capacity: Int) {
    self.encoding = encoding
    bytes.reserveCapacity(capacity)
  }

  mutating func put(_ byte: UInt8) { bytes.append(byte) }

  mutating func put(_ value: UInt32) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func put(_ value: Double) {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func put(count: Int) {
    // A geometry of four thousand million vertices does not fit into memory; the format has no more.
    put(UInt32(clamping: count))
  }

  mutating func putWkb(_ geometry: Geometry) {
    putMemberHeader(geometry.typeCode)
    putBody(geometry)
  }

  /// How a member begins: a whole WKB header, or SpatiaLite's mark and type.
  private mutating func putMemberHeader(_ type: GeometryTypeCode) {
    put(encoding == .wkb ? 1 : SpatiaLiteHeader.memberMark)
    put(type.iso)
  }

  mutating func putBody(_ geometry: Geometry) {
    var partType = geometry.typeCode
    partType.kind = partType.memberKind ?? partType.kind
    switch geometry.kind {
    case .point:
      if geometry.coordinates.isEmpty { putEmptyPoint(partType) } else { putVertex(0, of: geometry) }
    case .lineString:
      putVertices(geometry.partEnds.isEmpty ? 0..<0 : geometry.part(0), of: geometry)
    case .polygon:
      putRings(geometry.polygonEnds.isEmpty ? 0..<0 : geometry.rings(ofPolygon: 0), of: geometry)
    case .multiPoint:
      put(count: geometry.coordinates.count)
      for index in geometry.coordinates.indices {
        putMemberHeader(partType)
        putVertex(index, of: geometry)
      }
    case .multiLineString:
      put(count: geometry.partEnds.count)
      for index in geometry.partEnds.indices {
        putMemberHeader(partType)
        putVertices(geometry.part(index), of: geometry)
      }
    case .multiPolygon:
      put(count: geometry.polygonEnds.count)
      for index in geometry.polygonEnds.indices {
        putMemberHeader(partType)
        putRings(geometry.rings(ofPolygon: index), of: geometry)
      }
    case .geometryCollection:
      put(count: geometry.members.count)
      for member in geometry.members {
        putMemberHeader(member.typeCode)
        putBody(member)
      }
    }
  }

  private mutating func putRings(_ rings: Range<Int>, of geometry: Geometry) {
    put(count: rings.count)
    for ring in rings { putVertices(geometry.part(ring), of: geometry) }
  }

  private mutating func putVertices(_ range: Range<Int>, of geometry: Geometry) {
    put(count: range.count)
    if !geometry.hasZ, !geometry.hasM, UInt16(littleEndian: 1) == 1 {
      geometry.coordinates.withUnsafeBytes { all in
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: all[(range.lowerBound * 16)..<(range.upperBound * 16)]))
      }
      return
    }
    for index in range { putVertex(index, of: geometry) }
  }

  private mutating func putVertex(_ index: Int, of geometry: Geometry) {
    put(geometry.coordinates[index].x)
    put(geometry.coordinates[index].y)
    if geometry.hasZ { put(geometry.z[index]) }
    if geometry.hasM { put(geometry.m[index]) }
  }

  private mutating func putEmptyPoint(_ type: GeometryTypeCode) {
    for _ in 0..<(type.vertexSize / 8) { put(Double.nan) }
  }
}

extension Geometry {
  /// Every vertex has a height.
  public var hasZ: Bool { !z.isEmpty && z.count == coordinates.count }
  /// Every vertex has a measure.
  public var hasM: Bool { !m.isEmpty && m.count == coordinates.count }

  /// A collection has Z or M where all its members have; each member also says its own.
  var typeCode: GeometryTypeCode {
    guard kind == .geometryCollection else { return GeometryTypeCode(kind: kind, hasZ: hasZ, hasM: hasM) }
    let members = self.members.map(\.typeCode)
    return GeometryTypeCode(
      kind: kind, hasZ: !members.isEmpty && members.allSatisfy(\.hasZ), hasM: !members.isEmpty && members.allSatisfy(\.hasM))
  }

  /// Well-known binary as ISO 19125 has it, little endian, with Z and M; no SRID. An empty point is written as NaN.
  public func wkb() -> [UInt8] {
    var encoder = GeometryEncoder(encoding: .wkb, capacity: 16 + vertexCount * 32)
    encoder.putWkb(self)
    return encoder.bytes
  }

  /// The SpatiaLite BLOB, little endian, uncompressed, with Z and M.
  ///
  /// SpatiaLite knows no empty geometry: a store keeps NULL instead. What is written here for one
  /// (a NaN envelope, a count of zero) is read back by ``decode(_:)``, and by SpatiaLite as NULL.
  public func spatiaLiteBlob(srid: Int32) -> [UInt8] {
    var encoder = GeometryEncoder(encoding: .spatiaLite, capacity: 64 + vertexCount * 32)
    let box = envelope
    encoder.put(UInt8(0x00))
    encoder.put(UInt8(0x01))
    encoder.put(UInt32(bitPattern: srid))
    for border in [box.minX, box.minY, box.maxX, box.maxY] { encoder.put(box.isEmpty ? Double.nan : border) }
    encoder.put(SpatiaLiteHeader.envelopeMark)
    encoder.put(typeCode.iso)
    encoder.putBody(self)
    encoder.put(SpatiaLiteHeader.endMark)
    return encoder.bytes
  }
}
