import ArgumentParser
import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// `lageplan roads info`: what was imported.
struct RoadsInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Tell what road network lies beside the database, and check its file.")

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption

  func run() throws {
    let path = RoadsCommand.path(of: database)
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandFailure("There is no \(path): no roads were imported. `lageplan roads import town.osm.pbf` does it.")
    }
    let roads = try Roads(mapping: path)
    try Terminal.write(Array(((output.json ? json(roads, path).json : text(roads, path)) + "\n").utf8))
  }

  private func text(_ roads: Roads, _ path: String) -> String {
    let box = roads.envelope
    var lines = [
      "\(path): from \(roads.source.fileName)\(roads.source.dataDate.map { ", as of \($0)" } ?? ""), "
        + "imported \(roads.source.importDate)",
      "  \(roads.network.nodeCount) nodes, \(roads.network.edgeCount) edges, \(roads.network.streetCount - 1) street names",
      "  from \(box.minX)°, \(box.minY)° to \(box.maxX)°, \(box.maxY)°",
    ]
    for profile in roads.profiles {
      guard let graph = roads.graph(of: profile.id) else { continue }
      lines.append(
        "  \(profile.id) (\(profile.title))\(profile.drivesOnLeft ? ", on the left" : ""): \(graph.arcCount) arcs, \(graph.turnCount) turns"
      )
    }
    return lines.joined(separator: "\n")
  }

  private func json(_ roads: Roads, _ path: String) -> JSONValue {
    let box = roads.envelope
    return .object([
      ("file", .text(path)), ("source", .text(roads.source.fileName)), ("date", roads.source.dataDate.map { .text($0) } ?? .null),
      ("imported", .text(roads.source.importDate)), ("nodes", .integer(Int64(roads.network.nodeCount))),
      ("edges", .integer(Int64(roads.network.edgeCount))),
      ("bbox", .array([box.minX, box.minY, box.maxX, box.maxY].map { .real($0) })),
      (
        "profiles",
        .array(
          roads.profiles.map { profile in
            let graph = roads.graph(of: profile.id)
            return .object([
              ("id", .text(profile.id)), ("title", .text(profile.title)), ("kind", .text(profile.kind.rawValue)),
              ("drivesOnLeft", .boolean(profile.drivesOnLeft)), ("arcs", .integer(Int64(graph?.arcCount ?? 0))),
              ("turns", .integer(Int64(graph?.turnCount ?? 0))),
            ])
          })
      ),
    ])
  }
}
