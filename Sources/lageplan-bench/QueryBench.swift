import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles

/// Questions to 200,000 trees in the store against the same questions as plain SQL on the same file.
enum QueryBench {
  static func run(_ folder: BenchFolder) throws -> [String] {
    let database = try prepared(folder)
    let store = try Store(path: database, mode: .readOnly, readers: 1)
    defer { store.close() }
    let descriptor = try store.descriptor(of: "trees")
    let places = try drawnPlaces(from: store, descriptor, count: 50)
    let boxes = try places.map { try box(around: $0, holding: 1_000, in: store) }
    let tile = try densestTile(of: places, descriptor, zoom: 14)
    let reference = try Reference(
      database: database, boxes: boxes, places: places, tile: tile.envelope, schema: descriptor.schema)
    return [
      "questions to 200,000 trees, medians of 50 places, one thread", Comparison.header,
      try boxComparison(store, descriptor, boxes, reference).line,
      try nearestComparison(store, descriptor, places, reference).line,
      try tileComparison(store, descriptor, tile.coordinate, reference).line,
    ]
  }

  /// The database of 200,000 trees, made once.
  static func prepared(_ folder: BenchFolder) throws -> String {
    let database = folder.path("questions.sqlite")
    if !FileManager.default.fileExists(atPath: database) {
      let trees = try folder.trees()
      try ExternalProgram.run(
        try BenchFolder.lageplan(),
        ["import", trees.geoPackage, "--layer", trees.layer, "--collection", "trees", "--database", database])
    }
    return database
  }

  // MARK: - The questions

  private static func boxComparison(
    _ store: Store, _ descriptor: CollectionDescriptor, _ boxes: [Envelope], _ reference: Reference
  ) throws -> Comparison {
    var rows = 0
    let ours = try Measurement.of(boxes) { box in
      rows = try store.readSync { reader in
        var writer = try GeoJSONWriter(descriptor: descriptor)
        var output = JSONWriter(reservingCapacity: 1 << 19)
        var count = 0
        let query = FeatureQuery(collection: "trees", spatial: .rectangle(box), limit: 1_000)
        try reader.forEachRow(matching: query) { row in
          writer.append(row, to: &output)
          count += 1
          return .next
        }
        return count
      }
    }
    return Comparison(
      name: "box of 1,000 as GeoJSON", ours: ours, reference: reference.times("box"),
      note: "rows \(rows); SQL: AsGeoJSON(Transform(geometry, 4326)) and the columns")
  }

  private static func nearestComparison(
    _ store: Store, _ descriptor: CollectionDescriptor, _ places: [Coordinate], _ reference: Reference
  ) throws -> Comparison {
    let toDegrees = try CoordinateTransform(from: descriptor.storageCrs, to: .crs84)
    let centres = try places.map { try toDegrees.transform($0) }
    let ours = try Measurement.of(centres) { centre in
      _ = try store.readSync { reader in
        try reader.nearest(
          to: centre, count: 10, radius: nil, query: FeatureQuery(collection: "trees"), descriptor: descriptor
        ) { _, _ in .next }
      }
    }
    return Comparison(
      name: "10 nearest of 200,000", ours: ours, reference: reference.times("nearest"),
      note: "geodesic distances; SQL: SpatiaLite's KNN table")
  }

  private static func tileComparison(
    _ store: Store, _ descriptor: CollectionDescriptor, _ tile: TileCoordinate, _ reference: Reference
  ) throws -> Comparison {
    let renderer = try TileRenderer(layers: [try TileLayer(descriptor)])
    let scratch = Scratch()
    var features = 0
    let ours = try Measurement.of(Array(repeating: tile, count: 20)) { tile in
      features = try store.readSync { reader in
        try renderer.render(tile, from: reader, scratch: scratch.value)?.featureCount ?? 0
      }
    }
    return Comparison(
      name: "dense tile, zoom 14", ours: ours, reference: reference.times("tile"),
      note: "\(features) features, plain; SQL: AsBinary(Transform(geometry, 3857)) and the columns, no tile made")
  }

  // MARK: - What is asked

  static func drawnPlaces(from store: Store, _ descriptor: CollectionDescriptor, count: Int) throws -> [Coordinate] {
    let step = max(1, descriptor.featureCount / count)
    return try store.readSync { reader in
      var places: [Coordinate] = []
      var at = 0
      let query = FeatureQuery(collection: "trees", properties: .none, after: 0)
      try reader.forEachRow(matching: query) { row in
        if at % step == 0, places.count < count, let box = row.geometry?.envelope() { places.append(box.centre) }
        at += 1
        return .next
      }
      return places
    }
  }

  /// A square around `place` with about `wanted` trees in it, found by halving.
  static func box(around place: Coordinate, holding wanted: Int, in store: Store) throws -> Envelope {
    var (low, high) = (1.0, 20_000.0)
    for _ in 0..<16 {
      let middle = (low + high) / 2
      let box = Envelope(around: place).expanded(by: middle)
      let count = try store.readSync { reader in
        var count = 0
        let query = FeatureQuery(collection: "trees", spatial: .envelope(box), properties: .none, geometry: false, limit: 1_100)
        try reader.forEachRow(matching: query) { _ in
          count += 1
          return .next
        }
        return count
      }
      if count < wanted { low = middle } else { high = middle }
    }
    return Envelope(around: place).expanded(by: high)
  }

  private static func densestTile(
    of places: [Coordinate], _ descriptor: CollectionDescriptor, zoom: Int
  ) throws -> (coordinate: TileCoordinate, envelope: Envelope) {
    let toMercator = try CoordinateTransform(from: descriptor.storageCrs, to: .webMercator)
    let toStorage = try CoordinateTransform(from: .webMercator, to: descriptor.storageCrs)
    var counts: [TileCoordinate: Int] = [:]
    for place in places {
      if let tile = TileMatrixSet.webMercatorQuad.tile(at: try toMercator.transform(place), matrix: zoom) {
        counts[tile, default: 0] += 1
      }
    }
    // Ties by row and column, so that every run draws the same tile.
    let best = counts.max { ($0.value, $1.key.row, $1.key.column) < ($1.value, $0.key.row, $0.key.column) }
    guard let tile = best?.key else { throw ExternalProgram.Failed(description: "There is no tree to draw a tile of.") }
    return (tile, try toStorage.transform(try TileMatrixSet.webMercatorQuad.envelope(of: tile)))
  }
}

/// The renderer's buffers, handed to the reader's thread and back: one thread at a time has them.
private final class Scratch: @unchecked Sendable {
  let value = TileScratch()
}

/// The times of the same questions as SQL (see `reference.py`).
private struct Reference {
  private let answers: JSONValue

  init(database: String, boxes: [Envelope], places: [Coordinate], tile: Envelope, schema: Schema) throws {
    func corners(_ box: Envelope) -> JSONValue { [.real(box.minX), .real(box.minY), .real(box.maxX), .real(box.maxY)] }
    let task: JSONValue = [
      "database": .text(database),
      "columns": .array(schema.properties.map { .text($0.name) }),
      "boxes": .array(boxes.map(corners)),
      "places": .array(places.map { [.real($0.x), .real($0.y)] }),
      "tile": corners(tile),
    ]
    let script = BenchFolder.checkout.appendingPathComponent("Sources/lageplan-bench/reference.py").path
    // Debian's own interpreter: its SQLite may load extensions, which others are often built without.
    let output = try ExternalProgram.run("/usr/bin/python3", [script], input: Data(task.json.utf8))
    answers = try JSONValue(parsing: [UInt8](output), limits: .trusted)
  }

  func times(_ name: String) -> Measurement {
    Measurement(milliseconds: answers[name]?.array?.compactMap(\.number) ?? [])
  }
}
