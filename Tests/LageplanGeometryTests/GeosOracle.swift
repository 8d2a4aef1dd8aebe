import CGEOS
import LageplanGeometry

/// GEOS, reached without any code of the module under test: text in, answers out.
final class GeosOracle {
  private let context = GEOS_init_r()

  deinit { GEOS_finish_r(context) }

  private func withGeometry<T>(wkt: String, _ body: (OpaquePointer) -> T?) -> T? {
    let reader = GEOSWKTReader_create_r(context)
    defer { GEOSWKTReader_destroy_r(context, reader) }
    guard let geometry = GEOSWKTReader_read_r(context, reader, wkt) else { return nil }
    defer { GEOSGeom_destroy_r(context, geometry) }
    return body(geometry)
  }

  private func withGeometry<T>(wkb: [UInt8], _ body: (OpaquePointer) -> T?) -> T? {
    guard let geometry = GEOSGeomFromWKB_buf_r(context, wkb, wkb.count) else { return nil }
    defer { GEOSGeom_destroy_r(context, geometry) }
    return body(geometry)
  }

  private func wkb(_ geometry: OpaquePointer, bigEndian: Bool, extended: Bool, srid: Int32?) -> [UInt8]? {
    let writer = GEOSWKBWriter_create_r(context)
    defer { GEOSWKBWriter_destroy_r(context, writer) }
    GEOSWKBWriter_setOutputDimension_r(context, writer, GEOSGeom_getCoordinateDimension_r(context, geometry))
    GEOSWKBWriter_setByteOrder_r(context, writer, bigEndian ? 0 : 1)
    GEOSWKBWriter_setFlavor_r(context, writer, extended ? 1 : 2)
    if let srid {
      GEOSSetSRID_r(context, geometry, srid)
      GEOSWKBWriter_setIncludeSRID_r(context, writer, 1)
    }
    var size = 0
    guard let bytes = GEOSWKBWriter_write_r(context, writer, geometry, &size) else { return nil }
    defer { GEOSFree_r(context, bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: size))
  }

  func wkb(ofWkt wkt: String, bigEndian: Bool = false, extended: Bool = false, srid: Int32? = nil) -> [UInt8]? {
    withGeometry(wkt: wkt) { wkb($0, bigEndian: bigEndian, extended: extended, srid: srid) }
  }

  func wkb(ofWkb bytes: [UInt8], bigEndian: Bool = false, extended: Bool = false) -> [UInt8]? {
    withGeometry(wkb: bytes) { wkb($0, bigEndian: bigEndian, extended: extended, srid: nil) }
  }

  /// GEOS gave no answer.
  struct Silence: Error {}

  func intersects(_ a: Geometry, _ b: Geometry) throws -> Bool {
    let answer: Bool? = withGeometry(wkb: a.wkb()) { a in
      withGeometry(wkb: b.wkb()) { b in
        switch GEOSIntersects_r(context, a, b) {
        case 0: false
        case 1: true
        default: nil
        }
      }
    }
    guard let answer else { throw Silence() }
    return answer
  }

  func isValid(_ geometry: Geometry) -> Bool? {
    withGeometry(wkb: geometry.wkb()) { GEOSisValid_r(context, $0) == 1 }
  }

  func area(_ geometry: Geometry) -> Double? {
    withGeometry(wkb: geometry.wkb()) { measure($0, GEOSArea_r) }
  }

  func length(_ geometry: Geometry) -> Double? {
    withGeometry(wkb: geometry.wkb()) { measure($0, GEOSLength_r) }
  }

  /// Area and length of the common part with a rectangle.
  func intersectionMeasures(_ a: Geometry, _ b: Geometry) -> (area: Double, length: Double)? {
    withGeometry(wkb: a.wkb()) { a in
      withGeometry(wkb: b.wkb()) { b -> (Double, Double)? in
        guard let common = GEOSIntersection_r(context, a, b) else { return nil }
        defer { GEOSGeom_destroy_r(context, common) }
        guard let area = measure(common, GEOSArea_r), let length = measure(common, GEOSLength_r) else { return nil }
        return (area, length)
      }
    }
  }

  private func measure(
    _ geometry: OpaquePointer, _ function: (OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<Double>?) -> Int32
  ) -> Double? {
    var value = 0.0
    return function(context, geometry, &value) == 1 ? value : nil
  }
}
