public import LageplanGeometry

/// In which system, and in which order of axes, the positions of a GeoJSON document are written.
///
/// RFC 7946 knows longitude and latitude only; OGC API Features Part 2 (OGC 18-058r1) lets both sides agree on another system, whose
/// authority then says which axis comes first: EPSG:4326 has the latitude first, EPSG:25832 the easting.
public struct GeoJSONFrame: Hashable, Sendable {
  public let crs: CoordinateReferenceSystem
  /// The second axis in memory comes first in the document.
  let swapsAxes: Bool
  /// Positions are degrees, so that their range can be checked.
  let isGeographic: Bool

  /// RFC 7946, section 4.
  public static let crs84 = GeoJSONFrame(crs: .crs84, swapsAxes: false, isGeographic: true)

  /// Positions stay as they are written, in whatever order and range: the request tells their frame later, as it does for filters.
  static let asWritten = GeoJSONFrame(crs: .crs84, swapsAxes: false, isGeographic: false)

  /// Throws ``/LageplanGeometry/CrsError/unknown(_:)``.
  public init(_ crs: CoordinateReferenceSystem) throws(CrsError) {
    let info = try crs.info()
    self.init(crs: crs, swapsAxes: info.latitudeFirst, isGeographic: info.isGeographic)
  }

  private init(crs: CoordinateReferenceSystem, swapsAxes: Bool, isGeographic: Bool) {
    self.crs = crs
    self.swapsAxes = swapsAxes
    self.isGeographic = isGeographic
  }

  /// What the two numbers of a position are, for messages.
  var order: String {
    switch (isGeographic, swapsAxes) {
    case (true, false): "longitude, latitude"
    case (true, true): "latitude, longitude"
    case (false, false): "easting, northing"
    case (false, true): "northing, easting"
    }
  }

  /// A place as it would stand in the document.
  func spelling(of place: Coordinate) -> String {
    swapsAxes ? "[\(place.y), \(place.x)]" : "[\(place.x), \(place.y)]"
  }

  /// RFC 7946 has only CRS84; files of the older GeoJSON 2008 name others in `crs`, and taking their metres for degrees would be worse
  /// than refusing them. The member may repeat what the frame says.
  public func refuseOther(declaredBy node: JSONNode) throws(JSONFault) {
    guard let declared = node.optional("crs") else { return }
    if case .text(let name)? = declared.value["properties"]?["name"], let other = CoordinateReferenceSystem(parsing: name),
      crs == other || (self == .crs84 && other.isWgs84Degrees)
    {
      return
    }
    guard self == .crs84 else {
      throw declared.fault("the coordinates are declared in another system than \(crs)", remedy: "leave \"crs\" away")
    }
    throw declared.fault(
      "the coordinates are declared in another system than longitude and latitude of WGS 84",
      remedy: "send longitude and latitude, and leave \"crs\" away (RFC 7946, section 4)")
  }
}
