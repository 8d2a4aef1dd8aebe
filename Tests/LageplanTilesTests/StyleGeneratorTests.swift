import Foundation
import LageplanFeatures
import LageplanGeometry
import Testing

@testable import LageplanTiles

@Suite struct StyleGeneratorTests {
  private static func collection(
    _ kind: GeometryKind?, _ properties: [PropertyDefinition] = [], _ settings: TileSettings = TileSettings()
  ) -> CollectionDescriptor {
    var result = CollectionDescriptor(
      id: "kiosks", title: "Kioske", geometryKind: kind, storageCrs: .utm32, schema: Schema(properties: properties))
    result.tiles = settings
    return result
  }

  private static let status = PropertyDefinition(
    name: "status", kind: .text, enumeration: ["in Betrieb", "teilweise gesperrt", "gesperrt", "im Bau"])
  private static let size = PropertyDefinition(name: "size", kind: .integer, enumeration: ["1", "2", "3"])
  private static let name = PropertyDefinition(name: "name", kind: .text)

  /// The icons in the folder, without drawing them.
  private static var icons: Set<String> {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Styles/icons")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return Set(names.filter { $0.hasSuffix(".svg") }.map { String($0.dropLast(4)) })
  }

  private static let fonts: Set = ["Noto Sans Regular", "Noto Sans Bold"]

  @Test(arguments: GeometryKind.allCases.map(Optional.some) + [nil], StyleVariant.allCases)
  func aGeneratedStyleIsValidWhateverTheGeometry(kind: GeometryKind?, variant: StyleVariant) {
    let clusters = TileSettings(grouping: .clusters, statusProperty: "status")
    for properties in [[], [Self.name], [Self.status, Self.name], [Self.size]] {
      for settings in [TileSettings(), clusters] {
        let collection = Self.collection(kind, properties, settings)
        let style = MapStyle.generated(for: collection).served(
          at: "http://town.example", collections: [collection], variant: variant)
        #expect(StyleValidator(icons: Self.icons, fonts: Self.fonts).issues(in: style) == [])
        #expect((style["layers"]?.array ?? []).count > 1)
      }
    }
  }

  @Test func statesHaveShapesOfTheirOwn() {
    let layers = StyleGenerator(Self.collection(.point, [Self.size, Self.status])).layers
    let icons = layers.compactMap { $0["layout"]?["icon-image"]?.text }
    #expect(icons == ["shape-other", "status-ok", "status-due", "status-suspended", "status-never"])
    #expect(layers[3]["filter"] == ["==", ["get", "status"], "gesperrt"])
    // Whatever is none of them is drawn too.
    #expect(layers[0]["filter"]?.array?.count == 5)
  }

  @Test func numbersAreComparedAsNumbers() {
    let layers = StyleGenerator(Self.collection(.lineString, [Self.size])).layers
    #expect(layers.contains { $0["filter"] == ["==", ["get", "size"], 2] })
  }

  @Test func aCollectionKeepsItsColourWhateverElseIsThere() {
    let first = StyleGenerator(Self.collection(.point)).symbol
    #expect(StyleGenerator(Self.collection(.point, [Self.name])).symbol == first)
  }

  @Test func clustersShowTheShareThatIsAlarming() throws {
    let settings = TileSettings(grouping: .clusters, statusProperty: "status")
    let layers = StyleGenerator(Self.collection(.point, [Self.status], settings)).layers
    let alarm = try #require(layers.first { $0["id"]?.text == "kiosks-cluster-alarm-10" })
    #expect(
      alarm["paint"]?["circle-radius"]
        == [
          "*", 14.0,
          ["max", 0.45, ["sqrt", ["/", ["+", ["coalesce", ["get", "status:gesperrt"], 0]], ["get", "point_count"]]]],
        ])
    #expect(layers.contains { $0["layout"]?["text-field"] == ["to-string", ["get", "point_count"]] })
    // What stands for several is drawn as a disc only.
    #expect(
      layers.allSatisfy {
        $0["layout"]?["icon-image"] == nil || $0["filter"]?.json.contains(#"["!",["has","point_count"]]"#) == true
      })
  }

  // MARK: - Style files

  private static func town() -> MapStyle {
    MapStyle(
      id: "town",
      document: [
        "version": 8,
        "metadata": [
          "lageplan:rest": "generated", "lageplan:variants": ["dark": ["#ffffff": "#000000"]],
          "lageplan:order": ["signs", "kiosks", "trees"],
        ],
        "sources": [
          "both": ["type": "vector", "url": "{base}/tiles/trees,signs.json"],
          "background": ["type": "raster", "tiles": ["https://example.org/{z}/{x}/{y}.png"]],
        ],
        "layers": [
          ["id": "ground", "type": "background", "paint": ["background-color": "#ffffff"]],
          ["id": "picture", "type": "raster", "source": "background"],
          ["id": "trees", "type": "circle", "source": "both", "source-layer": "trees"],
          ["id": "signs", "type": "circle", "source": "both", "source-layer": "signs"],
        ],
      ])
  }

  private static func named(_ id: String) -> CollectionDescriptor {
    var result = collection(.point)
    result.id = id
    return result
  }

  @Test func whatIsNotThereIsNotInTheStyle() {
    let style = Self.town().served(at: "https://town.example/map", collections: [Self.named("trees")], variant: .light)
    #expect(style["sources"]?["both"]?["url"] == "https://town.example/map/tiles/trees.json")
    #expect(style["sources"]?["background"] != nil)
    #expect((style["layers"]?.array ?? []).compactMap { $0["id"]?.text } == ["ground", "picture", "trees"])
    #expect(style["glyphs"] == "https://town.example/map/fonts/{fontstack}/{range}.pbf")
    #expect(style["metadata"]?["lageplan:order"] == ["trees"])
    #expect(!style.json.contains("signs"))
  }

  @Test func aVariantTakesItsOwnColoursAndIcons() {
    let style = Self.town().served(at: "", collections: [], variant: .dark)
    #expect(style["layers"]?[0]?["paint"]?["background-color"] == "#000000")
    #expect(style["sprite"] == "/sprites/icons-dark")
    #expect(Self.town().variants == [.light, .dark])
  }

  @Test func whatTheFileDoesNotDrawIsGenerated() {
    let style = Self.town().served(at: "", collections: [Self.named("signs"), Self.named("kiosks")], variant: .light)
    #expect(style["sources"]?["kiosks"]?["url"] == "/tiles/kiosks.json")
    #expect((style["layers"]?.array ?? []).contains { $0["source-layer"] == "kiosks" })
    #expect(style["metadata"]?["lageplan:symbols"]?["kiosks"]?["shape"] == "icon")
  }

  @Test func theMainStyleReducedDrawsOneCollectionOnly() {
    let trees = Self.named("trees")
    let style = Self.town().reduced(to: trees).served(at: "", collections: [trees], variant: .light)
    #expect((style["layers"]?.array ?? []).compactMap { $0["id"]?.text } == ["ground", "trees"])
    #expect((style["sources"]?.object ?? []).map(\.key) == ["both"])
  }

  @Test func aVariantIsToldByTheEndOfTheId() {
    #expect(StyleVariant.split("lageplan-dark") == ("lageplan", .dark))
    #expect(StyleVariant.split("lageplan") == ("lageplan", .light))
    #expect(StyleVariant.split("high-contrast") == ("high", .contrast))
  }
}
