import Foundation
import LageplanFeatures
import TestSupport
import Testing

@testable import LageplanTiles

@Suite struct StyleValidatorTests {
  private static func shared(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: [UInt8](Data(contentsOf: SharedData.file("styles/\(path)"))), limits: .trusted)
  }

  // MARK: - The specification's own words

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func theTablesAreThoseOfTheSpecification() throws {
    let specification = try Self.shared("v8.json")
    func keys(_ value: JSONValue?) -> Set<String> { Set((value?.object ?? []).map(\.key)) }
    let types = keys(specification["layer"]?["type"]?["values"])
    #expect(StyleSpecification.layerTypes == types)
    #expect(StyleSpecification.layerMembers == keys(specification["layer"]))
    #expect(StyleSpecification.operators == keys(specification["expression_name"]?["values"]))
    #expect(StyleSpecification.filterOperators == keys(specification["filter_operator"]?["values"]))
    for type in types {
      for part in StyleSpecification.Part.allCases {
        let theirs = specification["\(part.rawValue)_\(type)"]
        let ours = try #require(StyleSpecification.properties(part, of: type))
        #expect(Set(ours.keys) == keys(theirs), "\(part.rawValue) of \(type)")
        for (name, kind) in ours {
          guard case .word(let words) = kind else { continue }
          #expect(Set(words) == keys(theirs?[name]?["values"]), "\(name)")
        }
      }
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func aLargeStyleOfOthersIsFlawless() throws {
    #expect(StyleValidator().issues(in: try Self.shared("osm-bright.json")) == [])
  }

  /// The specification's own tests: what it accepts we accept, what it refuses we refuse, and no layer that it accepts is blamed.
  @Test(
    .enabled(if: SharedData.isPresent, "skipped: no shared data"),
    arguments: [
      "center-altitude", "center", "constants", "fill-color-with-pattern", "font-faces-boolean", "font-faces-valid-array",
      "font-faces-valid-string", "functions", "light-arbitrary", "malformed-glyphs-type", "malformed-glyphs", "metadata",
      "no-sources", "pitch", "projection", "properties", "required", "root-properties", "sources", "state", "terrain",
    ])
  func theSpecificationsTestsAreAnsweredAlike(name: String) throws {
    let input = try Self.shared("style-spec-tests/\(name).input.json")
    let expected = try #require(try Self.shared("style-spec-tests/\(name).output.json").array).compactMap { $0["message"]?.text }
    let issues = StyleValidator().issues(in: input)
    #expect(issues.isEmpty == expected.isEmpty, "\(issues)")
    func layers(_ texts: [String]) -> Set<String> {
      Set(texts.filter { $0.hasPrefix("layers[") }.map { String($0.prefix { $0 != "]" }) })
    }
    #expect(layers(issues.map(\.place)).isSubset(of: layers(expected)), "\(issues)")
  }

  // MARK: - Each fault with its place

  private static func style(_ layer: JSONValue) -> JSONValue {
    [
      "version": 8, "sources": ["town": ["type": "vector", "url": "{base}/tiles/trees,signs.json"]],
      "layers": [["id": "a", "type": "background"], layer],
    ]
  }

  private static let faults: [(layer: String, place: String)] = [
    (#"{"id":"a","type":"fill","source":"town","source-layer":"trees"}"#, "layers[1].id"),
    (#"{"type":"fill","source":"town","source-layer":"trees"}"#, "layers[1]"),
    (#"{"id":"b","type":"area","source":"town","source-layer":"trees"}"#, "layers[1].type"),
    (#"{"id":"b","type":"fill","source":"village","source-layer":"trees"}"#, "layers[1]"),
    (#"{"id":"b","type":"raster","source":"town"}"#, "layers[1]"),
    (#"{"id":"b","type":"fill","source":"town"}"#, "layers[1]"),
    (#"{"id":"b","type":"fill","source":"town","source-layer":"tree"}"#, "layers[1].source-layer"),
    (#"{"id":"b","type":"fill","source":"town","source-layer":"trees","minzom":3}"#, "layers[1].minzom"),
    (#"{"id":"b","type":"fill","source":"town","source-layer":"trees","minzoom":30}"#, "layers[1].minzoom"),
    (
      #"{"id":"b","type":"fill","source":"town","source-layer":"trees","paint":{"fill-colour":"red"}}"#,
      "layers[1].paint.fill-colour"
    ),
    (
      #"{"id":"b","type":"fill","source":"town","source-layer":"trees","layout":{"fill-color":"red"}}"#,
      "layers[1].layout.fill-color"
    ),
    (
      #"{"id":"b","type":"fill","source":"town","source-layer":"trees","paint":{"fill-color":"12,5"}}"#,
      "layers[1].paint.fill-color"
    ),
    (
      #"{"id":"b","type":"fill","source":"town","source-layer":"trees","paint":{"fill-opacity":2}}"#,
      "layers[1].paint.fill-opacity"
    ),
    (
      #"{"id":"b","type":"fill","source":"town","source-layer":"trees","filter":["all",["equals",["get","a"],1]]}"#,
      "layers[1].filter[1][0]"
    ),
    (#"{"id":"b","type":"fill","source":"town","source-layer":"trees","filter":["==",["get"],1]}"#, "layers[1].filter[1]"),
    (
      #"{"id":"b","type":"symbol","source":"town","source-layer":"trees","layout":{"icon-image":"treee"}}"#,
      "layers[1].layout.icon-image"
    ),
    (
      #"{"id":"b","type":"symbol","source":"town","source-layer":"trees","layout":{"text-font":["Comic Sans"]}}"#,
      "layers[1].layout.text-font"
    ),
    (
      #"{"id":"b","type":"circle","source":"town","source-layer":"trees","paint":{"circle-radius":{"stops":[[9,1],[8,2]]}}}"#,
      "layers[1].paint.circle-radius.stops[1][0]"
    ),
  ]

  @Test(arguments: faults)
  func aFaultIsToldWithItsPlace(layer: String, place: String) throws {
    let issues = StyleValidator(icons: ["tree"], fonts: ["Noto Sans Regular"]).issues(
      in: Self.style(try JSONValue(parsing: layer)))
    #expect(issues.map(\.place) == [place])
  }

  @Test(arguments: [
    #"["!in","kind","a","b"]"#, #"["in","kind","a"]"#, #"["all",["==","$type","Point"],["has","name"]]"#,
    #"["in",["get","kind"],["literal",["a","b"]]]"#, #"["match",["get","kind"],["a","b"],true,false]"#, "true",
    #"["within",{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}]"#,
  ])
  func filtersOfBothKindsAreUnderstood(filter: String) throws {
    #expect(StyleExpressions.faults(inFilter: try JSONValue(parsing: filter), at: "filter") == [])
  }
}
