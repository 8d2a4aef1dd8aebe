import LageplanFeatures
import Testing

@Suite struct TileSettingsTests {
  @Test(arguments: [
    TileSettings(), TileSettings(thinBelow: nil), TileSettings(thinBelow: 0, grouping: .clusters, statusProperty: "state"),
    TileSettings(propertyMinZooms: ["height": 16, "a \"b\"": 3], byteBudget: 12_345),
  ])
  func documentTellsAllSettings(settings: TileSettings) throws {
    #expect(try TileSettings(JSONValue(parsing: settings.document.bytes)) == settings)
  }

  @Test func whatIsNotNamedIsAsByDefault() throws {
    #expect(try TileSettings(["grouping": "clusters"]) == TileSettings(grouping: .clusters))
    #expect(try TileSettings([:]) == TileSettings())
    #expect(try TileSettings(["thinBelow": nil]).thinBelow == nil)
  }

  @Test(
    arguments: [
      (["thinBelow": "14"], "thinBelow"), (["thinBelow": 1.5], "thinBelow"),
      (["grouping": "heat"], "representatives or clusters"),
      (["statusProperty": 3], "statusProperty"), (["propertyMinZooms": ["height": "x"]], "propertyMinZooms.height"),
      (["propertyMinZooms": 4], "propertyMinZooms"), (["byteBudget": nil], "byteBudget"), (["thinbelow": 3], "thinbelow"),
      ([3], "object"),
    ] as [(JSONValue, String)])
  func whatIsNoneIsRefusedByName(document: JSONValue, name: String) {
    #expect {
      try TileSettings(document)
    } throws: {
      "\($0)".contains(name)
    }
  }

  @Test func propertiesMustBeThoseOfTheCollection() {
    let schema = Schema(properties: [PropertyDefinition(name: "state", kind: .text)])
    #expect(throws: Never.self) { try TileSettings(statusProperty: "state").check(with: schema) }
    #expect(throws: TileSettingsError.self) { try TileSettings(statusProperty: "State").check(with: schema) }
  }
}

extension JSONValue {
  fileprivate var bytes: [UInt8] { Array(json.utf8) }
}
