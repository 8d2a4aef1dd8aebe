import Foundation
import LageplanFeatures
import TestSupport
import Testing

/// The examples of the standard, text and JSON side by side, read in place.
@Suite(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
struct Cql2ExampleTests {
  /// File names without their endings.
  private static func names(_ kind: String) -> [String] {
    let folder = SharedData.file("ogc/cql2/examples/\(kind)")
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return files.map { $0.deletingPathExtension().lastPathComponent }.sorted()
  }

  private func text(_ name: String) throws -> FilterExpression {
    let file = SharedData.file("ogc/cql2/examples/text/\(name).txt")
    return try FilterExpression(cql2Text: try String(contentsOf: file, encoding: .utf8))
  }

  private func json(_ name: String) throws -> FilterExpression {
    try FilterExpression(cql2JSON: Array(try Data(contentsOf: SharedData.file("ogc/cql2/examples/json/\(name).json"))))
  }

  @Test func thereAreAsManyExamplesAsTheStandardHas() {
    #expect((Self.names("text").count, Self.names("json").count) == (81, 73))
  }

  @Test(arguments: names("json")) func bothSpellingsOfAnExampleAreOneTree(name: String) throws {
    #expect(try text(name) == json(name))
  }

  @Test(arguments: names("text")) func everyExampleComesBackFromBothSpellings(name: String) throws {
    let filter = try text(name)
    #expect(try FilterExpression(cql2Text: filter.cql2Text) == filter)
    #expect(try FilterExpression(cql2JSON: filter.cql2JSON) == filter)
    #expect(try FilterExpression(cql2JSON: Array(filter.cql2JSON.json.utf8)) == filter)
  }

  /// What the standard spells in two ways in text means the same.
  @Test(arguments: names("text").filter { $0.hasSuffix("-alt01") }) func alternativeSpellingIsTheSameTree(name: String) throws {
    #expect(try text(name) == text(String(name.dropLast("-alt01".count))))
  }

  /// The JSON that is written is the JSON of the standard, but for numbers that are whole and the text of coordinates.
  @Test func writtenJsonIsThatOfTheExample() throws {
    for name in ["clause6_02b", "clause7_03a", "clause7_13", "clause7_15", "example20", "example22", "example28", "example42"] {
      let file = SharedData.file("ogc/cql2/examples/json/\(name).json")
      let example = try JSONValue(parsing: Array(try Data(contentsOf: file)))
      #expect(try json(name).cql2JSON == example, "\(name)")
    }
  }
}
