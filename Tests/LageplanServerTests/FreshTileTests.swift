import Foundation
import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles
import Synchronization
import TestSupport
import Testing

@testable import LageplanServer

/// Random edits while others read: no answer is older than the last write that was acknowledged before it was asked for, and no tile is
/// made anew that no edit touched. The oracle is a dictionary of places and the arithmetic of tile grids.
@Suite struct FreshTileTests {
  /// 2,000 in the suite; the number of `LAGEPLAN_EDITS` where it is set.
  private static let edits = ProcessInfo.processInfo.environment["LAGEPLAN_EDITS"].flatMap { Int($0) } ?? 2_000

  private static let trees = CollectionDescriptor(
    id: "trees", title: "Bäume", geometryKind: .point, storageCrs: .utm32,
    schema: Schema(properties: [PropertyDefinition(name: "edit", kind: .integer)]))

  /// A square kilometre and a half of UTM, in which trees come and go.
  private static func place(_ seed: inout Seed) -> Coordinate {
    Coordinate(x: 620_000 + Double.random(in: 0...1_500, using: &seed), y: 5_808_000 + Double.random(in: 0...1_500, using: &seed))
  }

  private struct Tree: Sendable {
    var place: Coordinate
    /// The edit that made it so.
    var edit: Int
  }

  /// A tile that is watched, and where it looks.
  private struct Watched: Sendable {
    let path: String
    let toTile: CoordinateTransform
    let tile: Envelope

    /// In tile units from the tile's north-west corner.
    func shows(_ place: Coordinate) throws -> Bool {
      let there = try toTile.transform(place)
      let x = (there.x - tile.minX) / tile.width * 4096
      let y = (tile.maxY - there.y) / tile.height * 4096
      return (-64...4160).contains(x) && (-64...4160).contains(y)
    }

    /// Too near to the edge of the window for two ways of reckoning to agree.
    func isOnEdge(_ place: Coordinate) throws -> Bool {
      let there = try toTile.transform(place)
      let x = (there.x - tile.minX) / tile.width * 4096
      let y = (tile.maxY - there.y) / tile.height * 4096
      return [x + 64, x - 4160, y + 64, y - 4160].contains { abs($0) < 2 }
    }
  }

  private static func watched() throws -> [Watched] {
    var result: [Watched] = []
    let middle = Coordinate(x: 620_750, y: 5_808_750)
    for (set, matrices) in [
      (TileMatrixSet.webMercatorQuad, [8, 12, 14, 15, 16]), (try #require(.named("AdV_25832")), [6, 9, 10]),
    ] {
      let toTile = try CoordinateTransform(from: .utm32, to: set.crs)
      for matrix in matrices {
        let centre = try #require(set.tile(at: try toTile.transform(middle), matrix: matrix))
        for (row, column) in [(0, 0), (0, 1), (1, 0), (-1, 0), (0, -1)] {
          let tile = TileCoordinate(matrix: matrix, row: centre.row + row, column: centre.column + column)
          let filter = (row, column) == (0, 1) ? "&filter=edit>=0" : ""
          result.append(
            Watched(
              path: "/collections/trees/tiles/\(set.id)/\(matrix)/\(tile.row)/\(tile.column)?thinning=none\(filter)",
              toTile: toTile,
              tile: try set.envelope(of: tile)))
        }
      }
    }
    return result
  }

  /// What has been acknowledged, and which edit of a tree was begun last.
  private struct Truth: Sendable {
    var trees: [String: Tree] = [:]
    var acknowledged = 0
    var begun: [String: Int] = [:]
  }

  private final class Board: Sendable {
    let truth = Mutex(Truth())
    let isOver = Mutex(false)
  }

  @Test func randomEditsAreSeenAtOnceAndNothingElseIsMadeAnew() async throws {
    let fill: (Store) throws -> Void = { store in try store.createCollection(Self.trees) }
    try await TestService.with(fill) { service in
      let watched = try Self.watched()
      let board = Board()
      let touches = try await withThrowingTaskGroup(of: Int.self) { group in
        for reader in 0..<2 {
          group.addTask {
            var seed = Seed(UInt64(reader) + 7)
            while !board.isOver.withLock({ $0 }) {
              let tile = try #require(watched.randomElement(using: &seed))
              let before = board.truth.withLock { $0 }
              let seen = try await Self.trees(of: tile, service).trees
              let begun = board.truth.withLock { $0.begun }
              try Self.compare(seen, with: before, at: tile) { begun[$0] ?? 0 > before.acknowledged }
            }
            return 0
          }
        }
        group.addTask {
          defer { board.isOver.withLock { $0 = true } }
          return try await Self.write(service, watched, board)
        }
        return try await group.reduce(0, +)
      }
      // Each touch makes a tile once anew at the most, beside the first time.
      let renders = service.application.tileCache.counts.renders.value
      #expect(renders <= touches + watched.count, "\(renders) renders for \(touches) touches of \(watched.count) tiles")
      #expect(renders > watched.count)
    }
  }

  /// Makes the edits and asks after each for what it touched and for something else. Answers how often an edit touched a tile.
  private static func write(_ service: TestService, _ watched: [Watched], _ board: Board) async throws -> Int {
    var seed = Seed(20_261_123)
    var touches = 0
    var tags: [String: String] = [:]
    for edit in 1...edits {
      let known = board.truth.withLock { $0.trees }
      let id = Bool.random(using: &seed) ? known.keys.sorted().randomElement(using: &seed) : nil
      let name = id ?? "t\(edit)"
      let isDeleted = id != nil && known.count > 150 && Int.random(in: 0..<2, using: &seed) == 0
      let old = id.flatMap { known[$0] }
      let isMoved = old == nil || Bool.random(using: &seed)
      let tree = isDeleted ? nil : Tree(place: isMoved ? place(&seed) : old?.place ?? place(&seed), edit: edit)
      board.truth.withLock { $0.begun[name] = edit }
      let change: FeatureEdit.Change =
        if let tree {
          old == nil
            ? .insert(Feature(id: name, geometry: .point(tree.place), values: [.integer(Int64(edit))]))
            : .update(id: name, properties: ["edit": .integer(Int64(edit))], geometry: .set(.point(tree.place)))
        } else {
          .delete(id: name)
        }
      _ = try service.application.store.edit([FeatureEdit(change)], in: "trees", actor: nil)
      let now = board.truth.withLock { truth in
        truth.trees[name] = tree
        truth.acknowledged = edit
        return truth
      }
      let places = [old?.place, tree?.place].compactMap(\.self)
      var isTouched: [Bool] = []
      for tile in watched {
        let isMet = try places.contains { try tile.shows($0) || tile.isOnEdge($0) }
        isTouched.append(isMet)
        if isMet {
          touches += 1
          if try !places.contains(where: { try tile.isOnEdge($0) }) { tags[tile.path] = nil }
        }
        if try places.contains(where: { try tile.isOnEdge($0) }) { tags[tile.path] = nil }
      }
      let asked = [
        zip(watched, isTouched).filter(\.1).map(\.0).randomElement(using: &seed),
        zip(watched, isTouched).filter { !$0.1 }.map(\.0).randomElement(using: &seed),
      ].compactMap(\.self)
      for tile in asked {
        let answer = try await trees(of: tile, service)
        try compare(answer.trees, with: now, at: tile) { _ in false }
        if let tag = tags[tile.path], let now = answer.tag { #expect(tag == now, "no edit touched \(tile.path)") }
        tags[tile.path] = answer.tag
      }
    }
    return touches
  }

  /// The trees in a tile by id, each with the edit that it shows.
  private static func trees(of tile: Watched, _ service: TestService) async throws -> (trees: [String: Int], tag: String?) {
    let reply = try await service.get(tile.path)
    // Beyond the limits of the tile set there is nothing, as in an empty tile (OGC 20-057).
    guard reply.status != 404 else { return ([:], nil) }
    #expect(reply.status == 200 || reply.status == 204, "\(reply.text)")
    let features = reply.body.isEmpty ? [] : try MvtDecoder.decode(reply.body)["trees"]?.features ?? []
    var result: [String: Int] = [:]
    for feature in features {
      guard case .text(let id) = feature["id"] else { continue }
      result[id] = feature["edit"]?.whole
    }
    return (result, reply.headers[.eTag])
  }

  /// `mayDiffer`: trees with an edit that was begun but not acknowledged before the tile was asked for.
  private static func compare(
    _ seen: [String: Int], with truth: Truth, at tile: Watched, mayDiffer: (String) -> Bool
  ) throws {
    for (id, tree) in truth.trees where try !tile.isOnEdge(tree.place) && !mayDiffer(id) {
      let expected = try tile.shows(tree.place) ? tree.edit : nil
      #expect(seen[id] == expected, "\(id) in \(tile.path) after edit \(truth.acknowledged)")
    }
    for id in seen.keys where truth.trees[id] == nil && !mayDiffer(id) {
      Issue.record("\(id) was deleted before edit \(truth.acknowledged) but is in \(tile.path)")
    }
  }
}

extension DecodedValue {
  fileprivate var whole: Int? {
    switch self {
    case .integer(let value): Int(value)
    default: nil
    }
  }
}
