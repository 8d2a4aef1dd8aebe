/// One position in the plane of some coordinate reference system.
///
/// The order is always the traditional GIS order, whatever the axis order of the system says:
/// `x` is the easting or longitude, `y` the northing or latitude. Readers and writers of formats
/// that follow the authority's order (EPSG:4326 in GML, `Content-Crs` 4326) swap at the border.
public struct Coordinate: Hashable, Sendable, BitwiseCopyable {
  /// Easting or longitude.
  public var x: Double
  /// Northing or latitude.
  public var y: Double

  /// A position in the units of its frame, which the owner says.
  @inlinable public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  /// A position on the globe, in degrees.
  @inlinable public init(longitude: Double, latitude: Double) {
    self.init(x: longitude, y: latitude)
  }

  /// Neither number is NaN or infinite.
  @inlinable public var isFinite: Bool { x.isFinite && y.isFinite }
}
