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
    longitude = Self.units(place.x)
    latitude = Self.units(place.y)
  }

  /// Cut before it is made a whole number; what is no number becomes 0.
  @inlinable static func units(_ degrees: Double) -> Int32 {
    degrees.isNaN ? 0 : Int32(min(max((degrees * 1e7).rounded(), -2_147_483_648), 2_147_483_647))
  }

  /// Longitude and latitude in degrees (CRS84).
  @inlinable public var coordinate: Coordinate { Coordinate(x: Double(longitude) / 1e7, y: Double(latitude) / 1e7) }
}
