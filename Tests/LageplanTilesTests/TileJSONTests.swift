import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import TestSupport
import Testing

@Suite struct TileJSONTests {
  private func document(_ tileJSON: TileJSON) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(tileJSON.json())) as? [String: Any])
  }

  private let trees = CollectionDescriptor(
    id: "trees", title: "Bäume", attribution: "Stadt Münster", geometryKind: .point, storageCrs: .utm32,
    schema: Schema(properties: [
      PropertyDefinition(name: "species", kind: .text),
      PropertyDefinition(name: "height", kind: .real, title: "Höhe", description: "Vom Boden bis zur Spitze", unit: "m"),
      PropertyDefinition(name: "planted", kind: .date), PropertyDefinition(name: "felled", kind: .boolean),
    ]), minZoom: 10, maxZoom: 18, extent: Envelope(minX: 7.5, minY: 51.9, maxX: 7.7, maxY: 52.0))

  private let districts = CollectionDescriptor(
    id: "districts", title: "Bezirke", description: "Die \"Stimmbezirke\"", attribution: "Stadt Münster", geometryKind: .polygon,
    storageCrs: .utm32, schema: Schema(), minZoom: 4, maxZoom: 14, extent: Envelope(minX: 7.4, minY: 51.8, maxX: 7.6, maxY: 52.1))

  @Test func documentTellsLayersFieldsBoundsAndZooms() throws {
    let root = try document(TileJSON(collections: [trees, districts], tileTemplates: ["http://localhost/{z}/{x}/{y}.mvt"]))
    #expect(root["tilejson"] as? String == "3.0.0")
    #expect(root["tiles"] as? [String] == ["http://localhost/{z}/{x}/{y}.mvt"])
    #expect(root["bounds"] as? [Double] == [7.4, 51.8, 7.7, 52.1])
    #expect(root["minzoom"] as? Int == 4)
    #expect(root["maxzoom"] as? Int == 18)
    #expect(root["attribution"] as? String == "Stadt Münster")
    let center = try #require(root["center"] as? [Double])
    #expect(abs(center[0] - 7.55) < 1e-9 && abs(center[1] - 51.95) < 1e-9)
    #expect((4...18).contains(center[2]))
    let layers = try #require(root["vector_layers"] as? [[String: Any]])
    #expect(layers.map { $0["id"] as? String ?? "" } == ["trees", "districts"])
    #expect(
      layers[0]["fields"] as? [String: String] == [
        "id": "String: Id", "species": "String", "height": "Number: Höhe. Vom Boden bis zur Spitze [m]", "planted": "String",
        "felled": "Boolean", "point_count": "Number: How many features it stands for, where they are more than one",
      ])
    #expect((layers[1]["fields"] as? [String: String])?.keys.sorted() == ["id", "point_count"])
    #expect(layers[1]["description"] as? String == "Die \"Stimmbezirke\"")
    #expect(layers[0]["minzoom"] as? Int == 10)
  }

  /// Counts are told where it is known which values there are.
  @Test func countsByStatusAreFields() throws {
    var lamps = trees
    lamps.schema = Schema(properties: [PropertyDefinition(name: "state", kind: .text, enumeration: ["ok", "due"])])
    lamps.tiles = TileSettings(grouping: .clusters, statusProperty: "state")
    let layers = try #require(
      try document(TileJSON(collections: [lamps], tileTemplates: ["x"]))["vector_layers"] as? [[String: Any]])
    let fields = try #require(layers[0]["fields"] as? [String: String])
    #expect(fields.keys.sorted() == ["id", "point_count", "state", "status:due", "status:ok"])
  }

  @Test func boundsEndWhereWebMercatorEnds() throws {
    var world = trees
    world.extent = Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90)
    let bounds = try #require(try document(TileJSON(collections: [world], tileTemplates: ["x"]))["bounds"] as? [Double])
    #expect(abs(bounds[1] + 85.0511288) < 1e-6 && abs(bounds[3] - 85.0511288) < 1e-6)
  }

  @Test func versionChangesWithTheData() throws {
    let root = try document(TileJSON(collections: [trees], tileTemplates: ["x?v=7"], dataVersion: 7))
    #expect(root["version"] as? String == "1.7.0")
  }

  @Test func emptyCollectionsHaveNoBounds() throws {
    var empty = trees
    empty.extent = nil
    let root = try document(TileJSON(collections: [empty], tileTemplates: ["x"]))
    #expect(root["bounds"] == nil)
    #expect(root["center"] == nil)
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func documentHasWhatTheSchemaDemandsInItsTypes() throws {
    let data = try Data(contentsOf: SharedData.file("tiles/tilejson/3.0.0/schema.json"))
    let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let properties = try #require(schema["properties"] as? [String: [String: Any]])
    let root = try document(TileJSON(collections: [trees, districts], tileTemplates: ["x"], name: "Münster", dataVersion: 3))
    for key in try #require(schema["required"] as? [String]) { #expect(root[key] != nil, "\(key)") }
    for (key, value) in root {
      let type = try #require(properties[key]?["type"] as? String, "\(key) is in the schema")
      switch type {
      case "string": #expect(value is String, "\(key)")
      case "integer": #expect(value is Int, "\(key)")
      case "array": #expect(value is [Any], "\(key)")
      default: Issue.record("\(key) has the unexpected type \(type)")
      }
    }
  }
}
