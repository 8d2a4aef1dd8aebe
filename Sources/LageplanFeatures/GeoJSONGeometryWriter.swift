public import LageplanGeometry

extension JSONWriter {
  private static let openings: [[UInt8]] = [
    "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
  ].map { Array(#"{"type":"\#($0)","coordinates":"#.utf8) }
  private static let collectionOpening = Array(#"{"type":"GeometryCollection","geometries":["#.utf8)

  /// A geometry as a GeoJSON object (RFC 7946, section 3.1), coordinates as they are, rounded to `decimals` (0 to 9).
  ///
  /// `windsRings`: shells counter-clockwise, holes clockwise, by the first ring of each polygon being its shell (section 3.1.6).
  /// Heights follow with 3 decimals, measures do not. An empty point is `null`, other empty geometries have empty `coordinates`.
  /// The caller answers for finite coordinates; what is not finite is written as `null`.
  public mutating func geometry(_ geometry: Geometry, decimals: Int = 7, swapsAxes: Bool = false, windsRings: Bool = true) {
    if geometry.kind == .geometryCollection {
      prepared(key: Self.collectionOpening)
      for member in geometry.members {
        self.geometry(member, decimals: decimals, swapsAxes: swapsAxes, windsRings: windsRings)
      }
      endArray()
      return endObject()
    }
    if geometry.kind == .point, geometry.coordinates.isEmpty { return null() }
    prepared(key: Self.openings[Int(geometry.kind.rawValue) - 1])
    let writer = PositionWriter(geometry: geometry, decimals: decimals, swapsAxes: swapsAxes)
    switch geometry.kind {
    case .point:
      writer.position(0, to: &self)
    case .multiPoint:
      writer.positions(geometry.coordinates.indices, to: &self)
    case .lineString:
      writer.positions(geometry.partEnds.isEmpty ? 0..<0 : geometry.part(0), to: &self)
    case .multiLineString:
      beginArray()
      for part in geometry.partEnds.indices { writer.positions(geometry.part(part), to: &self) }
      endArray()
    case .polygon:
      writer.polygon(geometry.partEnds.indices, winds: windsRings, to: &self)
    case .multiPolygon:
      beginArray()
      for polygon in geometry.polygonEnds.indices {
        writer.polygon(geometry.rings(ofPolygon: polygon), winds: windsRings, to: &self)
      }
      endArray()
    case .geometryCollection:
      break
    }
    endObject()
  }
}

/// Writes runs of vertices of one geometry.
private struct PositionWriter {
  let geometry: Geometry
  let decimals: Int
  let swapsAxes: Bool

  func position(_ index: Int, to output: inout JSONWriter) {
    let place = geometry.coordinates[index]
    output.beginArray()
    output.fixed(swapsAxes ? place.y : place.x, decimals: decimals)
    output.fixed(swapsAxes ? place.x : place.y, decimals: decimals)
    if index < geometry.z.count, geometry.z[index].isFinite { output.fixed(geometry.z[index], decimals: 3) }
    output.endArray()
  }

  func positions(_ range: Range<Int>, to output: inout JSONWriter) {
    output.beginArray()
    for index in range { position(index, to: &output) }
    output.endArray()
  }

  func polygon(_ rings: Range<Int>, winds: Bool, to output: inout JSONWriter) {
    output.beginArray()
    for ring in rings {
      let range = geometry.part(ring)
      let isCounterClockwise = geometry.signedArea(ofRing: ring) >= 0
      if winds, isCounterClockwise != (ring == rings.lowerBound) {
        output.beginArray()
        for index in range.reversed() { position(index, to: &output) }
        output.endArray()
      } else {
        positions(range, to: &output)
      }
    }
    output.endArray()
  }
}
