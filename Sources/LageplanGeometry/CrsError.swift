/// What can go wrong between two coordinate reference systems.
public enum CrsError: Error, Hashable, Sendable {
  /// PROJ does not know the system.
  case unknown(CoordinateReferenceSystem)
  /// PROJ has no way from one to the other.
  case noTransformation(from: CoordinateReferenceSystem, to: CoordinateReferenceSystem, reason: String)
  /// The place lies where the target system has no coordinates, as a pole in web mercator; or the numbers are no place at all.
  case outsideDomain(Coordinate, from: CoordinateReferenceSystem, to: CoordinateReferenceSystem, reason: String)
}

extension CrsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown(let crs):
      "coordinate reference system \(crs) is not known; use an EPSG code such as EPSG:25832, or OGC:CRS84"
    case .noTransformation(let from, let to, let reason):
      "no transformation from \(from) to \(to): \(reason)"
    case .outsideDomain(let place, let from, let to, let reason):
      "(\(place.x), \(place.y)) in \(from) has no coordinates in \(to): \(reason); check the declared system and the order of axes"
    }
  }
}
