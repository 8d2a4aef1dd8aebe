import LageplanFeatures
import LageplanGeometry

/// The part of a selection that is about places, in CRS84.
struct TourPlaceCondition {
  private enum Test {
    case anywhere
    case touches(PreparedGeometry)
    case within(GeodesicDistance, Metres)
  }

  private let test: Test
  /// Everything that meets the condition lies in it; `nil`: everywhere.
  let envelope: Envelope?

  /// A line is left to the filter of the query, and names to its ids.
  init(_ selection: TourRequest.Selection) throws {
    switch selection {
    case .all, .along, .ids:
      test = .anywhere
      envelope = nil
    case .bbox(let box):
      let corners = [
        Coordinate(x: box.minX, y: box.minY), Coordinate(x: box.maxX, y: box.minY), Coordinate(x: box.maxX, y: box.maxY),
        Coordinate(x: box.minX, y: box.maxY), Coordinate(x: box.minX, y: box.minY),
      ]
      test = .touches(try PreparedGeometry(.polygon([corners])))
      envelope = box
    case .polygon(let polygon):
      test = .touches(try PreparedGeometry(polygon))
      envelope = polygon.envelope
    case .near(let centre, let radius):
      test = .within(GeodesicDistance(from: centre), radius)
      envelope = Geodesic.envelope(around: centre, within: radius)
    }
  }

  /// A feature without a place meets only the condition that asks for none.
  func isMet(by geometry: Geometry?) throws -> Bool {
    switch test {
    case .anywhere: return true
    case .touches(let area): return try geometry.map { try area.intersects($0) } ?? false
    case .within(let centre, let radius): return geometry.flatMap { centre.distance(to: $0) }.map { $0 <= radius } ?? false
    }
  }
}
