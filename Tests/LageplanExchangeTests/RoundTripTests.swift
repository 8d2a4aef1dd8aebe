import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

/// What is exported and imported again is the same.
struct RoundTripTests {
  static let schema = Schema(properties: [
    PropertyDefinition(name: "name", kind: .text), PropertyDefinition(name: "plz", kind: .text),
    PropertyDefinition(name: "count", kind: .integer), PropertyDefinition(name: "height", kind: .real),
    PropertyDefinition(name: "public", kind: .boolean), PropertyDefinition(name: "built", kind: .date),
    PropertyDefinition(name: "checked", kind: .dateTime), PropertyDefinition(name: "devices", kind: .json),
  ])

  /// Every kind of value, nulls, a feature without a place, numbers that are not short.
  static func features(_ geometries: [Geometry?]) -> [Feature] {
    geometries.enumerated().map { index, geometry in
      let isOdd = index % 2 == 1
      return Feature(
        id: "baum-\(index)", number: Int64(index + 1), geometry: geometry,
        values: [
          .text("Größe \"\(index)\"; ä, \u{1F333}"), .text("0\(index)067"), .integer(Int64(index) * 9_007_199_254_740_993 - 4),
          isOdd ? .null : .real(1 / 3 + Double(index)), .boolean(isOdd), .date(CalendarDate(daysSince1970: Int32(6938 + index))),
          isOdd ? .null : .dateTime(Instant(millisecondsSince1970: 1_717_779_941_250)), .json(#"["Rutsche",{"n":\#(index)}]"#),
        ])
    }
  }

  static let points: [Geometry?] = [
    .point(Coordinate(x: 404_875.402188072, y: 5_755_263.9869959308)), .point(Coordinate(x: 404_887.389, y: 5_754_897.588)), nil,
    .point(Coordinate(x: 405_000, y: 5_755_000)),
  ]

  static let mixed: [Geometry?] =
    points + [
      .lineString([Coordinate(x: 405_000.125, y: 5_755_000), Coordinate(x: 405_010, y: 5_755_007.3)]),
      .polygon([
        [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)].map { Coordinate(x: 405_000 + $0.0, y: 5_755_000 + $0.1) },
        [(10, 10), (10, 20), (20, 20), (20, 10), (10, 10)].map { Coordinate(x: 405_000 + $0.0, y: 5_755_000 + $0.1) },
      ]),
      .multiPoint([Coordinate(x: 405_000, y: 5_755_000), Coordinate(x: 405_001, y: 5_755_001)]),
    ]

  /// Exports the features, imports the file into the same schema, and gives both.
  private func trip(
    _ features: [Feature], kind: GeometryKind?, crs: CoordinateReferenceSystem, suffix: String
  ) throws -> Deliver {
    let file = Scratch(suffix: suffix)
    let descriptor = CollectionDescriptor(id: "trees", title: "Bäume", geometryKind: kind, storageCrs: crs, schema: Self.schema)
    let reader = try InMemoryFeatureReader(descriptor: descriptor, features: features)
    let exporter = FeatureExporter(descriptor, as: try ExportFormat(named: nil, path: file.path))
    let result = try exporter.write(FeatureQuery(collection: "trees", after: 0), from: reader, to: file.path)
    #expect(result == FeatureExporter.Result(features: features.count, warnings: []))
    return try Deliver(files: [file.path]) { settings in
      for property in Self.schema.properties { settings.existing[property.name] = property.kind }
    }
  }

  /// Features are the same whatever the order in which the format keeps them.
  private func compare(_ run: Deliver, _ features: [Feature]) {
    #expect(run.delivery.schema.properties.map(\.name) == Self.schema.properties.map(\.name))
    #expect(run.report.rejected.isEmpty)
    let expected = Dictionary(uniqueKeysWithValues: features.map { ($0.id, $0) })
    #expect(run.features.count == features.count)
    for feature in run.features {
      let original = expected[feature.id]
      #expect(feature.geometry == original?.geometry, "\(feature.id)")
      for (index, value) in feature.values.enumerated() {
        let before = original?.values[index]
        if case .json(let text) = value, case .json(let other)? = before {
          #expect((try? JSONValue(parsing: text)) == (try? JSONValue(parsing: other)))
        } else {
          #expect(value == before, "\(feature.id), \(Self.schema.properties[index].name)")
        }
      }
    }
  }

  @Test(arguments: ["gpkg", "fgb", "csv"]) func everyKindOfValueAndGeometrySurvives(suffix: String) throws {
    // FlatGeobuf's index leaves out features without a place and orders the rest by place.
    let features = Self.features(suffix == "fgb" ? Self.mixed.filter { $0 != nil } : Self.mixed)
    compare(try trip(features, kind: nil, crs: .utm32, suffix: suffix), features)
  }

  @Test(arguments: ["geojson", "geojsonl", "gpkg", "csv"]) func degreesSurviveToTheLastBit(suffix: String) throws {
    var seed = Seed(7)
    let geometries = (0..<50).map { _ in
      Geometry?.some(
        .point(Coordinate(longitude: Double.random(in: 6...15, using: &seed), latitude: Double.random(in: 47...55, using: &seed)))
      )
    }
    let features = Self.features(geometries)
    compare(try trip(features, kind: .point, crs: .crs84, suffix: suffix), features)
  }

  @Test func geoJSONOfMetresComesBackWithinAMicrometre() throws {
    let features = Self.features(Self.points)
    let run = try trip(features, kind: .point, crs: .utm32, suffix: "geojson")
    #expect(run.delivery.crs == .crs84)
    let back = try CoordinateTransform(from: .crs84, to: .utm32)
    for (feature, original) in zip(run.features, features) {
      #expect(feature.id == original.id)
      guard let position = feature.geometry?.coordinates.first, let before = original.geometry?.coordinates.first else {
        #expect(feature.geometry == nil && original.geometry == nil)
        continue
      }
      let place = try back.transform(position)
      #expect(abs(place.x - before.x) < 1e-6 && abs(place.y - before.y) < 1e-6)
    }
  }

  @Test(arguments: ["shp", "kml", "gml", "sqlite"]) func otherFormatsKeepIdsAndPlaces(suffix: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lageplan-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let features = Self.features(Self.points.filter { $0 != nil })
    let descriptor = CollectionDescriptor(id: "trees", title: "", geometryKind: .point, storageCrs: .utm32, schema: Self.schema)
    let path = folder.appendingPathComponent("trees.\(suffix)").path
    let reader = try InMemoryFeatureReader(descriptor: descriptor, features: features)
    _ = try FeatureExporter(descriptor, as: try ExportFormat(named: nil, path: path)).write(
      FeatureQuery(collection: "trees", after: 0), from: reader, to: path)
    let run = try Deliver(files: [path])
    #expect(Set(run.features.map(\.id)) == Set(features.map(\.id)))
    #expect(run.features.allSatisfy { $0.geometry != nil })
    #expect(run.delivery.crs == (suffix == "kml" ? .crs84 : .utm32))
  }

  @Test func propertyNamedIdIsNotTakenForTheFeatureId() throws {
    let text = """
      {"type":"FeatureCollection","features":[
      {"type":"Feature","id":"abstellanlage.1","geometry":null,"properties":{"id":151766502}},
      {"type":"Feature","id":"abstellanlage.2","geometry":null,"properties":{"id":151766502}}]}
      """
    let run = try Deliver(text: text, suffix: "geojson")
    #expect(run.features.map(\.id) == ["abstellanlage.1", "abstellanlage.2"])
    #expect(run.values(of: "id") == [.integer(151_766_502), .integer(151_766_502)])
  }

  @Test func formatIsRefusedByNameWithThoseThatAreKnown() {
    let error = #expect(throws: ExchangeError.self) { _ = try ExportFormat(named: "Papier", path: "x.gpkg") }
    #expect(error.map { "\($0)" }?.contains("GeoJSON") == true)
  }

  @Test func existingFileIsNotOverwritten() throws {
    let file = Scratch(suffix: "geojson")
    try Data().write(to: URL(fileURLWithPath: file.path))
    let descriptor = CollectionDescriptor(id: "a", title: "", geometryKind: .point, storageCrs: .crs84, schema: Schema())
    let reader = try InMemoryFeatureReader(descriptor: descriptor, features: [])
    #expect(throws: ExchangeError.self) {
      _ = try FeatureExporter(descriptor, as: try ExportFormat(named: nil, path: file.path)).write(
        FeatureQuery(collection: "a"), from: reader, to: file.path)
    }
  }
}
