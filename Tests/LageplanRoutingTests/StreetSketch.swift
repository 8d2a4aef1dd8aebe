import Foundation
import LageplanRouting
import TestSupport

/// A small street map as a test draws it: places are letters on a grid of 50 m by 100 m at the equator, ways are rows of letters.
struct StreetSketch {
  var elements: OsmElements
  private var ids: [Character: Int64] = [:]

  /// The first row lies in the north; what is no letter is nothing.
  init(_ drawing: String) {
    var nodes: [OsmNode] = []
    for (row, line) in drawing.split(separator: "\n").enumerated() {
      for (column, letter) in line.enumerated() where letter.isLetter {
        ids[letter] = Int64(nodes.count + 1)
        let position = RoadPosition(longitude: Int32(column * 4492), latitude: Int32(-row * 9044))
        nodes.append(OsmNode(id: Int64(nodes.count + 1), position: position))
      }
    }
    elements = OsmElements(name: "sketch", nodes: nodes, ways: [])
  }

  func id(_ letter: Character) -> Int64 { ids[letter] ?? 0 }

  /// A way through the places; its id is its number from 1. Without tags it is a residential street.
  mutating func way(_ letters: String, _ tags: OsmTags = ["highway": "residential"]) {
    elements.ways.append(OsmWay(id: Int64(elements.ways.count + 1), nodes: letters.map { id($0) }, tags: tags))
  }

  mutating func tag(_ letter: Character, _ tags: OsmTags) {
    for index in elements.nodes.indices where elements.nodes[index].id == id(letter) { elements.nodes[index].tags = tags }
  }

  /// A restriction from way to way, by their numbers, at a place.
  mutating func restrict(from: Int64, at place: Character, to: Int64, _ tags: OsmTags) {
    restrict(from, [OsmRelation.Member(.node, id(place), role: "via")], to, tags)
  }

  /// A restriction over ways.
  mutating func restrict(from: Int64, over ways: [Int64], to: Int64, _ tags: OsmTags) {
    restrict(from, ways.map { OsmRelation.Member(.way, $0, role: "via") }, to, tags)
  }

  private mutating func restrict(_ from: Int64, _ via: [OsmRelation.Member], _ to: Int64, _ tags: OsmTags) {
    let ends = (OsmRelation.Member(.way, from, role: "from"), OsmRelation.Member(.way, to, role: "to"))
    elements.relations.append(
      OsmRelation(
        id: Int64(elements.relations.count + 1), members: [ends.0] + via + [ends.1],
        tags: OsmTags(tags.tags.map { (key: $0.key, value: $0.value) } + [(key: "type", value: "restriction")])))
  }

  func roads(_ profile: String = "car", side: DrivingSide = .right) throws -> SketchRoads {
    let roads = try RoadImporter(profiles: [try Profiles.read(profile)], drivingSide: side).roads(from: elements)
    let places = elements.nodes.map { node in (node.position, ids.first { $0.value == node.id }?.key ?? "?") }
    return SketchRoads(roads: roads, letters: Dictionary(uniqueKeysWithValues: places))
  }
}

/// The roads of a sketch, read back in letters.
struct SketchRoads {
  let roads: ImportedRoads
  let letters: [RoadPosition: Character]
  var graph: RoadGraph { roads.graphs[0] }

  /// The places along a step.
  func line(of step: Int32) -> String {
    let range = roads.network.vertexRange(of: Int(step >> 1))
    let line = range.map { letters[roads.network.vertices[$0]] ?? "?" }
    return String(step & 1 == 0 ? line : line.reversed())
  }

  func line(ofArc arc: Int) -> String {
    graph.stepRange(of: arc).reduce(into: "") { $0 += line(of: graph.steps[$1]).dropFirst($0.isEmpty ? 0 : 1) }
  }

  /// All arcs, each as the places along it.
  var arcs: [String] { (0..<graph.arcCount).map(line(ofArc:)).sorted() }

  /// The arc of one who begins at the first of two neighbouring places and goes to the second; `nil`: must not.
  func arc(beginning pair: String) -> Int? {
    for step in 0..<Int32(2 * roads.network.edgeCount) where line(of: step).contains(pair) {
      let uses = Int(graph.firstUse[Int(step)])..<Int(graph.firstUse[Int(step) + 1])
      if let use = uses.first { return Int(graph.stepArcs[Int(graph.uses[use])]) }
    }
    return nil
  }

  /// Where one may be after `turns` turns, having begun with these two places: the places passed, from the second on.
  func walks(_ pair: String, turns: Int = 1) -> Set<String> {
    guard let arc = arc(beginning: pair) else { return [] }
    return walks(arc, turns, line(ofArc: arc))
  }

  private func walks(_ arc: Int, _ turns: Int, _ walked: String) -> Set<String> {
    if turns == 0 { return [walked] }
    return graph.turnRange(of: arc).reduce(into: []) { found, turn in
      let next = Int(graph.turnTargets[turn])
      found.formUnion(walks(next, turns - 1, walked + line(ofArc: next).dropFirst()))
    }
  }

  /// The tenths of a second of the only turn between two arcs.
  func turnDuration(_ from: String, _ to: String) -> Int32? {
    guard let from = arc(beginning: from), let to = arc(beginning: to) else { return nil }
    return graph.turnRange(of: from).first { Int(graph.turnTargets[$0]) == to }.map { graph.turnDurations[$0] }
  }
}

/// The profiles of this checkout.
enum Profiles {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Data/profiles")

  static func read(_ id: String) throws -> TravelProfile { try TravelProfile.read([id], in: folder)[0] }
}
