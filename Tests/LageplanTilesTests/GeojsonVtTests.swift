import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

/// The fixtures of geojson-vt (https://github.com/mapbox/geojson-vt): GeoJSON in, expected tiles out, extent 4096 and buffer 64 as ours.
@Suite(.enabled(if: SharedData.isPresent, "skipped: no shared data")) struct GeojsonVtTests {
  private struct Expected {
    var tile: TileCoordinate
    var features: [(type: Int, name: String?, parts: [[Coordinate]])]
  }

  private func object(_ file: String) throws -> [String: Any] {
    let data = try Data(contentsOf: SharedData.file("tiles/geojson-vt/\(file)"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func coordinate(_ pair: [Double]) -> Coordinate { Coordinate(x: pair[0], y: pair[1]) }

  /// Points, lines and polygons with one name each; what web Mercator cannot show is left out.
  private func town(_ file: String) throws -> TestTown {
    let root = try object(file)
    let members = root["features"] as? [[String: Any]] ?? [root]
    var features: [Feature] = []
    for (index, member) in members.enumerated() {
      guard let shape = (member["geometry"] as? [String: Any]) ?? (member["coordinates"] == nil ? nil : member) else { continue }
      let geometry: Geometry
      switch shape["type"] as? String {
      case "Point": geometry = .point(coordinate(try #require(shape["coordinates"] as? [Double])))
      case "LineString":
        geometry = .lineString(try #require(shape["coordinates"] as? [[Double]]).map(coordinate))
      case "Polygon": geometry = .polygon(try #require(shape["coordinates"] as? [[[Double]]]).map { $0.map(coordinate) })
      case "MultiPolygon":
        geometry = .multiPolygon(try #require(shape["coordinates"] as? [[[[Double]]]]).map { $0.map { $0.map(coordinate) } })
      default: continue
      }
      let name = (member["properties"] as? [String: Any])?["name"] as? String
      features.append(
        Feature(
          id: "f\(index)", number: Int64(index + 1), geometry: geometry, values: [name.map(PropertyValue.text) ?? .null]))
    }
    return try TestTown("things", crs: .crs84, [PropertyDefinition(name: "name", kind: .text)], features)
  }

  private func expected(_ file: String) throws -> [Expected] {
    try object(file).map { key, value in
      let index = key.dropFirst().split(separator: "-").compactMap { Int($0) }
      let features = try #require(value as? [[String: Any]]).map { feature in
        let geometry = feature["geometry"] as? [Any] ?? []
        let parts = geometry as? [[[Double]]] ?? [geometry as? [[Double]] ?? []]
        return (
          type: feature["type"] as? Int ?? 0, name: (feature["tags"] as? [String: Any])?["name"] as? String,
          parts: parts.map { $0.map(coordinate) }
        )
      }
      return Expected(tile: TileCoordinate(matrix: index[0], row: index[2], column: index[1]), features: features)
    }
  }

  /// At zoom 0 these have nothing to simplify: every vertex is the same, whatever the order of the rings. What is wrapped around
  /// the date line and moved from the poles, which we leave where it is, is not compared.
  @Test(arguments: ["feature", "ids"])
  func verticesAreTheSameWhereNothingIsSimplified(fixture: String) throws {
    let town = try town("\(fixture).json")
    let reference = fixture == "ids" ? "ids-promote-id-tiles.json" : "\(fixture)-tiles.json"
    for tile in try expected(reference) {
      func spell(_ places: [Coordinate]) -> [String] { places.map { "\($0.x) \($0.y)" }.sorted() }
      let drawn = try town.drawn(tile.tile).compactMap { $0.geometry }.map { spell($0.coordinates) }.sorted { "\($0)" < "\($1)" }
      let plain = tile.features.filter { $0.type != 2 && !$0.parts.joined().contains { $0.y <= 0 || $0.y >= 4096 } }
      let wanted = plain.map { spell($0.parts.flatMap { $0 }) }.sorted { "\($0)" < "\($1)" }
      #expect(drawn == wanted, "\(tile.tile)")
    }
  }

  /// Both simplify, each in its own way and by few units: the states are where they are, and as large.
  @Test func statesCoverTheSameGround() throws {
    let town = try town("us-states.json")
    var compared = 0
    for tile in try expected("us-states-tiles.json") {
      let drawn = try town.drawn(tile.tile)
      for feature in tile.features where feature.type == 3 {
        let rings = feature.parts.filter { $0.count > 3 }
        let area = abs(rings.reduce(0) { $0 + TilePolygonTests.area($1) })
        let length = rings.flatMap { zip($0, $0.dropFirst()) }.reduce(0) { $0 + hypot($1.0.x - $1.1.x, $1.0.y - $1.1.y) }
        guard area > 500 else { continue }
        let name = try #require(feature.name)
        let own = drawn.filter { $0["name"] == .text(name) }.compactMap(\.geometry)
        let ours = own.reduce(0) { $0 + TilePolygonTests.measure($1).area }
        // Theirs moves a line by up to three units, ours by two, and both round.
        #expect(abs(ours - area) <= 5 * length + 100, "\(tile.tile), \(name): \(ours) for \(area)")
        compared += 1
      }
    }
    #expect(compared > 150)
  }
}
