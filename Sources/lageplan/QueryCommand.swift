import ArgumentParser
import Foundation
import LageplanServer
import LageplanStore

/// `lageplan query COLLECTION`: what the HTTP interface answers, without a server.
struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Ask a collection: in a box, near a place, within a polygon, along a line, by property.",
    discussion: """
      Prints GeoJSON, the same as GET /collections/{collection}/items and POST /collections/{collection}/search.

        lageplan query playgrounds --near 10.78,52.42 --limit 3
        lageplan query trees --within district.geojson --where genus=Quercus
        lageplan query trees --filter "height > 20" --sortby -height --limit 10
        lageplan query signs --along street.geojson --radius 20
      """)

  @Argument(help: "The id of the collection.")
  var collection: String

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption

  @Option(help: ArgumentHelp("Only what meets this box, in degrees.", valueName: "west,south,east,north"))
  var bbox: String?

  @Option(help: ArgumentHelp("The nearest first, each with its distance in metres.", valueName: "longitude,latitude"))
  var near: String?

  @Option(help: ArgumentHelp("Only within so many metres of --near or --along.", valueName: "metres"))
  var radius: String?

  @Option(help: ArgumentHelp("Only what meets the polygon in this GeoJSON file.", valueName: "file"))
  var within: String?

  @Option(help: ArgumentHelp("What lies within --radius of the line in this GeoJSON file, in its order.", valueName: "file"))
  var along: String?

  @Option(
    help: ArgumentHelp("Only features whose property has this value; may be given several times.", valueName: "property=value"))
  var `where`: [String] = []

  @Option(help: "At most so many features, up to 10000. Default: 1000.")
  var limit: Int?

  @Option(help: ArgumentHelp("Where the page before ended (its `next` link tells).", valueName: "cursor"))
  var after: String?

  @Option(help: ArgumentHelp("A condition in CQL2, such as \"height > 20 AND genus = 'Tilia'\".", valueName: "condition"))
  var filter: String?

  @Option(name: .customLong("q"), help: ArgumentHelp("Words to be found in the texts.", valueName: "words"))
  var words: String?

  @Option(help: ArgumentHelp("A day, an instant or an interval, such as 2026-01-01/.. .", valueName: "time"))
  var datetime: String?

  @Option(help: ArgumentHelp("The collection as it was then.", valueName: "time"))
  var asOf: String?

  @Option(help: ArgumentHelp("The order: names, each with + or - before it.", valueName: "properties"))
  var sortby: String?

  @Option(help: ArgumentHelp("Only these properties.", valueName: "names"))
  var properties: String?

  @Option(help: ArgumentHelp("The reference system of the answer.", valueName: "EPSG:25832"))
  var crs: String?

  func validate() throws {
    guard within == nil || along == nil else { throw ValidationError("Give --within or --along, not both.") }
    guard along == nil || radius != nil else {
      throw ValidationError("--along needs --radius: how far from the line, in metres.")
    }
    for condition in `where` where !condition.contains("=") {
      throw ValidationError("--where takes property=value; '\(condition)' has no '='.")
    }
  }

  func run() async throws {
    let store = try database.openForReading()
    defer { store.close() }
    var parameters: [(String, String)] = []
    let given = [
      ("bbox", bbox), ("near", near), ("radius", radius), ("limit", limit.map(String.init)), ("after", after), ("filter", filter),
      ("q", words), ("datetime", datetime), ("asOf", asOf), ("sortby", sortby), ("properties", properties), ("crs", crs),
    ]
    for (name, value) in given {
      if let value { parameters.append((name, value)) }
    }
    for condition in `where` {
      let halves = condition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      parameters.append((String(halves[0]), String(halves[1])))
    }
    let body: [UInt8]?
    if let file = within ?? along {
      do {
        body = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
      } catch {
        throw CommandFailure("\(file) cannot be read: \(error.localizedDescription)")
      }
    } else {
      body = nil
    }
    do {
      let answer = try await CollectionQuery.geoJSON(of: collection, parameters: parameters, body: body, in: store)
      try Terminal.write(answer + [0x0A])
      // What follows the features is short; a next page is told there.
      let tail = String(decoding: answer.suffix(2_000), as: UTF8.self)
      if tail.contains("\"rel\":\"next\"") {
        Terminal.note(
          "There are more features than the limit of \(limit ?? 1_000): raise --limit (to at most 10000), or page by --after.")
      }
    } catch let problem as Problem {
      throw CommandFailure([problem.parameter, problem.detail].compactMap(\.self).joined(separator: ": "))
    }
  }
}
