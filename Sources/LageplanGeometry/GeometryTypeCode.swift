/// The integer with which WKB and the SpatiaLite BLOB name a kind and its dimensions.
///
/// ISO 19125 adds 1000 for Z, 2000 for M, 3000 for both; the extended form of PostGIS sets the top bits instead;
/// SpatiaLite adds 1,000,000 to the ISO code where a line or polygon is compressed.
struct GeometryTypeCode {
  var kind: GeometryKind
  var hasZ: Bool
  var hasM: Bool
  /// Inner vertices of SpatiaLite's lines and rings are 32 bit differences to the vertex before.
  var isCompressed = false
  /// An SRID follows (EWKB).
  var hasSrid = false

  init(kind: GeometryKind, hasZ: Bool, hasM: Bool) {
    self.kind = kind
    self.hasZ = hasZ
    self.hasM = hasM
  }

  /// `nil` for codes of other kinds.
  init?(wkb code: UInt32) {
    self.init(iso: code & 0x1FFF_FFFF)
    if code & 0x8000_0000 != 0 { hasZ = true }
    if code & 0x4000_0000 != 0 { hasM = true }
    hasSrid = code & 0x2000_0000 != 0
  }

  init?(spatiaLite code: UInt32) {
    guard code >= 1_000_000 else {
      self.init(iso: code)
      return
    }
    self.init(iso: code - 1_000_000)
    guard kind == .lineString || kind == .polygon else { return nil }
    isCompressed = true
  }

  private init?(iso code: UInt32) {
    let (dimensions, kindCode) = code.quotientAndRemainder(dividingBy: 1000)
    guard dimensions <= 3, let kind = GeometryKind(rawValue: UInt8(truncatingIfNeeded: kindCode)), kindCode <= 7 else {
      return nil
    }
    self.init(kind: kind, hasZ: dimensions & 1 != 0, hasM: dimensions & 2 != 0)
  }

  var iso: UInt32 { UInt32(kind.rawValue) + (hasZ ? 1000 : 0) + (hasM ? 2000 : 0) }

  /// Bytes of one uncompressed vertex.
  var vertexSize: Int { 16 + (hasZ ? 8 : 0) + (hasM ? 8 : 0) }

  /// The kind of a multi geometry's parts; `nil` for kinds that have none.
  var memberKind: GeometryKind? {
    switch kind {
    case .multiPoint: .point
    case .multiLineString: .lineString
    case .multiPolygon: .polygon
    case .point, .lineString, .polygon, .geometryCollection: nil
    }
  }
}
