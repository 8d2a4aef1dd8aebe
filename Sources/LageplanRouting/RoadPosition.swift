public import LageplanGeometry

/// A position in WGS 84 in units of 10⁻⁷ degrees, about a centimetre: the resolution of OpenStreetMap.
public struct RoadPosition: Hashable, Sendable, BitwiseCopyable {
  public var longitude: Int32
  public var latitude: Int32

  @inlinable public init(longitude: Int32, latitude: Int32) {
    self.longitude = longitude
    self.latitude = latitude
  }

  /// The nearest position of the grid; degrees beyond ±214 are cut to the last one.
  @inlinable public init(_ place: Coordinate) {
    longitude = Int32(clamping: Int((place.x * 1e7).rounded()))
    latitude = Int32(clamping: Int((place.y * 1e7).rounded()))
  }

  /// Longitude and latitude in degrees (CRS84).
  @inlinable public var coordinate: Coordinate { Coordinate(x: Double(longitude) / 1e7, y: Double(latitude) / 1e7) }
}
