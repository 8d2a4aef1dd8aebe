import Foundation
import LageplanGeometry

/// A rectangle of paper and the part of the world that it shows: one scale in both directions, north is up.
///
/// Equirectangular about the middle: within a town's extent the scale is the same everywhere to a few per mille.
struct TourMapFrame {
  /// On the page, in points.
  let box: Envelope
  let metresPerPoint: Double
  private let centre: Coordinate
  private let metresPerDegree: Coordinate

  /// Shows all of `places` (degrees), with room for symbols at the borders; never less than some hundred metres.
  init(_ box: Envelope, showing places: [Coordinate]) {
    self.box = box
    var extent = Envelope.empty
    for place in places { extent.formUnion(place) }
    if extent.isEmpty { extent = Envelope(minX: 10, minY: 51, maxX: 10, maxY: 51) }
    centre = Coordinate(x: (extent.minX + extent.maxX) / 2, y: (extent.minY + extent.maxY) / 2)
    let metresPerLatitude = 111_195.0
    metresPerDegree = Coordinate(x: metresPerLatitude * cos(centre.y * .pi / 180), y: metresPerLatitude)
    let width = (extent.maxX - extent.minX) * metresPerDegree.x / max(1, box.maxX - box.minX - 2 * Self.margin)
    let height = (extent.maxY - extent.minY) * metresPerDegree.y / max(1, box.maxY - box.minY - 2 * Self.margin)
    metresPerPoint = max(width, height, Self.finest)
  }

  private static let margin = 26.0
  /// 1 : 2,800 on paper.
  private static let finest = 1.0

  func point(_ place: Coordinate) -> Coordinate {
    Coordinate(
      x: (box.minX + box.maxX) / 2 + (place.x - centre.x) * metresPerDegree.x / metresPerPoint,
      y: (box.minY + box.maxY) / 2 - (place.y - centre.y) * metresPerDegree.y / metresPerPoint)
  }

  /// As it is drawn: vertices that are nearer than a hair to the one before are left out.
  func line(_ line: [Coordinate]) -> [Coordinate] {
    var drawn: [Coordinate] = []
    for (index, place) in line.enumerated() {
      let point = point(place)
      if let last = drawn.last, index < line.count - 1, last.squaredDistance(to: point) < 0.16 { continue }
      drawn.append(point)
    }
    return drawn
  }

  /// What part of the world is seen, in degrees.
  var extent: Envelope {
    let (width, height) = (
      (box.maxX - box.minX) / 2 * metresPerPoint / metresPerDegree.x,
      (box.maxY - box.minY) / 2 * metresPerPoint / metresPerDegree.y
    )
    return Envelope(minX: centre.x - width, minY: centre.y - height, maxX: centre.x + width, maxY: centre.y + height)
  }
}

extension Coordinate {
  func squaredDistance(to other: Coordinate) -> Double {
    (x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)
  }

  func distance(to other: Coordinate) -> Double { squaredDistance(to: other).squareRoot() }

  /// From here, so much of the way to there.
  func toward(_ other: Coordinate, _ share: Double) -> Coordinate {
    Coordinate(x: x + share * (other.x - x), y: y + share * (other.y - y))
  }
}
