/// A coordinate reference system by its identity. What it means (formulas, area of use) is asked of `CoordinateTransform`.
///
/// Coordinates in memory are always in x, y order (see ``Coordinate``); `latitudeFirst` tells writers what the authority says.
/// URIs follow OGC Name Type Specification 09-048r5: `http://www.opengis.net/def/crs/EPSG/0/25832`.
public struct CoordinateReferenceSystem: Hashable, Sendable {
  /// Who gave the code.
  public enum Authority: String, Hashable, Sendable {
    case epsg = "EPSG"
    case ogc = "OGC"
  }

  /// Who gave the code.
  public let authority: Authority
  /// `25832`, `4326`; `CRS84` and `CRS84h` for OGC.
  public let code: String

  private init(authority: Authority, code: String) {
    self.authority = authority
    self.code = code
  }

  /// WGS 84 longitude, latitude: the frame of GeoJSON (RFC 7946, section 4).
  public static let crs84 = CoordinateReferenceSystem(authority: .ogc, code: "CRS84")
  /// WGS 84, latitude first.
  public static let wgs84 = epsg(4326)
  /// WGS 84 / Pseudo-Mercator, the frame of web maps.
  public static let webMercator = epsg(3857)
  /// ETRS89 / UTM zone 32N, the frame of most German registers.
  public static let utm32 = epsg(25832)
  /// ETRS89 / UTM zone 33N.
  public static let utm33 = epsg(25833)

  /// The system under an EPSG code; whether it exists is asked by ``info()``.
  public static func epsg(_ code: Int) -> CoordinateReferenceSystem {
    CoordinateReferenceSystem(authority: .epsg, code: String(code))
  }

  /// Reads `EPSG:25832`, `25832`, `OGC:CRS84`, `CRS84`, `urn:ogc:def:crs:EPSG::25832`, the http and https URIs, and `[EPSG:25832]`.
  /// `nil` for anything else; whether PROJ knows the code is another question (``CoordinateTransform``).
  public init?(parsing text: some StringProtocol) {
    var name = String(text)
    if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
    let pieces: [Substring]
    if name.lowercased().hasPrefix("http") {
      guard let at = name.firstRange(of: "/def/crs/") else { return nil }
      pieces = name[at.upperBound...].split(separator: "/", omittingEmptySubsequences: false)
      guard pieces.count == 3 else { return nil }
    } else {
      let all = name.split(separator: ":", omittingEmptySubsequences: false)
      if all.count == 7, name.lowercased().hasPrefix("urn:ogc:def:crs:") || name.lowercased().hasPrefix("urn:x-ogc:def:crs:") {
        pieces = Array(all[4...])
      } else if all.count == 2 {
        pieces = all
      } else if all.count == 1, let number = Int(name) {
        guard number > 0 else { return nil }
        pieces = ["EPSG", Substring(name)]
      } else if all.count == 1 {
        pieces = ["OGC", Substring(name)]
      } else {
        return nil
      }
    }
    guard let first = pieces.first, let last = pieces.last else { return nil }
    switch first.uppercased() {
    case "EPSG":
      guard let number = Int(last), (1...999_999).contains(number) else { return nil }
      self.init(authority: .epsg, code: String(number))
    case "OGC":
      switch last.uppercased() {
      case "CRS84": self.init(authority: .ogc, code: "CRS84")
      case "CRS84H": self.init(authority: .ogc, code: "CRS84h")
      default: return nil
      }
    default: return nil
    }
  }

  /// `EPSG:25832`, `OGC:CRS84`: what PROJ, GDAL and people read.
  public var name: String { "\(authority.rawValue):\(code)" }

  /// `http://www.opengis.net/def/crs/EPSG/0/25832`, `http://www.opengis.net/def/crs/OGC/1.3/CRS84`.
  public var uri: String {
    switch authority {
    case .epsg: "http://www.opengis.net/def/crs/EPSG/0/\(code)"
    case .ogc: "http://www.opengis.net/def/crs/OGC/\(code == "CRS84h" ? "0" : "1.3")/\(code)"
    }
  }

  /// The integer under which SpatiaLite keeps the system; CRS84 is stored as 4326, whose numbers SpatiaLite also keeps in x, y order.
  public var srid: Int32 { authority == .epsg ? Int32(code) ?? 4326 : 4326 }

  /// Coordinates are degrees of WGS 84, in whichever axis order.
  public var isWgs84Degrees: Bool { authority == .ogc || code == "4326" }
}

extension CoordinateReferenceSystem: CustomStringConvertible {
  public var description: String { name }
}
