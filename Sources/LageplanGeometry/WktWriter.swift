/// Writes well-known text (OGC 06-103r4, section 7): `POINT Z (1 2 3)`, numbers in the shortest form that reads back the same.
struct WktWriter {
  private(set) var text = ""

  mutating func put(_ geometry: Geometry) {
    text += Self.name(of: geometry.kind)
    let type = geometry.typeCode
    if type.hasZ || type.hasM { text += " " + (type.hasZ ? "Z" : "") + (type.hasM ? "M" : "") }
    text += " "
    switch geometry.kind {
    case .point:
      putList(geometry.coordinates.indices) { writer, index in writer.putVertex(index, of: geometry) }
    case .lineString:
      putVertices(geometry.partEnds.isEmpty ? 0..<0 : geometry.part(0), of: geometry)
    case .polygon:
      putRings(geometry.polygonEnds.isEmpty ? 0..<0 : geometry.rings(ofPolygon: 0), of: geometry)
    case .multiPoint:
      putList(geometry.coordinates.indices) { writer, index in
        writer.text += "("
        writer.putVertex(index, of: geometry)
        writer.text += ")"
      }
    case .multiLineString:
      putList(geometry.partEnds.indices) { writer, index in writer.putVertices(geometry.part(index), of: geometry) }
    case .multiPolygon:
      putList(geometry.polygonEnds.indices) { writer, index in
        writer.putRings(geometry.rings(ofPolygon: index), of: geometry)
      }
    case .geometryCollection:
      putList(geometry.members.indices) { writer, index in writer.put(geometry.members[index]) }
    }
  }

  private static func name(of kind: GeometryKind) -> String {
    switch kind {
    case .point: "POINT"
    case .lineString: "LINESTRING"
    case .polygon: "POLYGON"
    case .multiPoint: "MULTIPOINT"
    case .multiLineString: "MULTILINESTRING"
    case .multiPolygon: "MULTIPOLYGON"
    case .geometryCollection: "GEOMETRYCOLLECTION"
    }
  }

  private mutating func putList(_ range: Range<Int>, _ putItem: (inout WktWriter, Int) -> Void) {
    guard !range.isEmpty else {
      text += "EMPTY"
      return
    }
    text += "("
    for index in range {
      if index > range.lowerBound { text += ", " }
      putItem(&self, index)
    }
    text += ")"
  }

  private mutating func putRings(_ rings: Range<Int>, of geometry: Geometry) {
    putList(rings) { writer, ring in writer.putVertices(geometry.part(ring), of: geometry) }
  }

  private mutating func putVertices(_ range: Range<Int>, of geometry: Geometry) {
    putList(range) { writer, index in writer.putVertex(index, of: geometry) }
  }

  private mutating func putVertex(_ index: Int, of geometry: Geometry) {
    put(geometry.coordinates[index].x)
    text += " "
    put(geometry.coordinates[index].y)
    if geometry.hasZ {
      text += " "
      put(geometry.z[index])
    }
    if geometry.hasM {
      text += " "
      put(geometry.m[index])
    }
  }

  private mutating func put(_ number: Double) {
    let shortest = number.description
    text += shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest
  }
}

extension Geometry {
  /// Well-known text, with Z and M where every vertex has them; the shortest numbers that read back the same.
  public var wkt: String {
    var writer = WktWriter()
    writer.put(self)
    return writer.text
  }
}
