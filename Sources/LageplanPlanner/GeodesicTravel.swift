public import LageplanGeometry
import LageplanTours

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Travel as the crow flies, times a detour factor, at one speed: what is known without roads.
///
/// Lengths are geodesics on WGS 84 times `detourFactor`, in whole metres, rounded up; times are these metres at `kmh`, in whole seconds, rounded up.
public struct GeodesicTravel: TravelSource {
  public var detourFactor: Double
  public var kmh: Double

  public init(detourFactor: Double, kmh: Double) {
    self.detourFactor = detourFactor
    self.kmh = kmh
  }

  public var travel: TourPlan.Travel { .geodesic(detourFactor: detourFactor, kmh: kmh) }

  /// Nobody knows the way.
  public func lines(through places: [Coordinate]) -> [[Coordinate]]? { nil }

  /// Up to here the chord through the ellipsoid tells the geodesic to a centimetre: the arc over chord c on a sphere of radius R is c + c³ / 24 R²,
  /// and taking the mean radius of the earth for R changes the second term, at most a metre, by less than a percent.
  private static let chordReach = 100_000.0
  private static let meanRadius = 6_371_008.8

  public func matrix(of places: [Coordinate]) throws(TravelFailure) -> TravelMatrix {
    let count = places.count
    let positions = places.map { Position($0) }
    var metres = [Int32](repeating: 0, count: count * count)
    var seconds = metres
    for from in 0..<count {
      for to in 0..<from {
        let chord = positions[from].distance(to: positions[to])
        let geodesic =
          chord < Self.chordReach
          ? chord + chord * chord * chord / (24 * Self.meanRadius * Self.meanRadius)
          : Geodesic.distance(places[from], places[to]).value
        let way = (geodesic * detourFactor).rounded(.up)
        let length = min(TravelTable.longest, Int32(clamping: Int(way)))
        let time = min(TravelTable.longest, Int32(clamping: Int((Double(length) * 3.6 / kmh).rounded(.up))))
        metres[from * count + to] = length
        metres[to * count + from] = length
        seconds[from * count + to] = time
        seconds[to * count + from] = time
      }
    }
    do {
      return TravelMatrix(table: try TravelTable(locationCount: count, seconds: seconds, metres: metres))
    } catch {
      throw TravelFailure("the travel table as the crow flies is not valid: \(error)")
    }
  }

  /// Metres from the centre of the earth, on the surface of WGS 84 (EPSG method 9602).
  private struct Position {
    var x, y, z: Double

    init(_ place: Coordinate) {
      let flattening = 1 / 298.257223563
      let eccentricity = flattening * (2 - flattening)
      let (longitude, latitude) = (place.x * .pi / 180, place.y * .pi / 180)
      let normal = 6_378_137 / (1 - eccentricity * sin(latitude) * sin(latitude)).squareRoot()
      x = normal * cos(latitude) * cos(longitude)
      y = normal * cos(latitude) * sin(longitude)
      z = normal * (1 - eccentricity) * sin(latitude)
    }

    func distance(to other: Position) -> Double {
      let (dx, dy, dz) = (other.x - x, other.y - y, other.z - z)
      return (dx * dx + dy * dy + dz * dz).squareRoot()
    }
  }
}
