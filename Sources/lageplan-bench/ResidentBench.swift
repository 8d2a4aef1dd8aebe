import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// Collections in memory against the same questions to the same file by SQL, and what holding them costs.
///
/// `--scale` adds 2,000,000 trees.
enum ResidentBench {
  static func run(_ folder: BenchFolder, large: Bool) throws -> [String] {
    var lines = ["collections in memory", "what".padded + "       ready s     MB held   process MB"]
    lines.append(try load(try QueryBench.prepared(folder), "200,000 trees × 8"))
    if large { lines.append(try load(try prepared(folder, scale: 10), "2,000,000 trees × 8")) }
    return lines + [""] + (try questions(folder))
  }

  // MARK: Loading

  /// From an open file to the answer from memory; the second of two, so that the file is in the system's memory.
  private static func load(_ database: String, _ name: String) throws -> String {
    var seconds = 0.0
    var held = 0
    for _ in 0..<2 {
      let store = try Store(path: database, mode: .readOnly, readers: 1)
      defer { store.close() }
      let start = ContinuousClock.now
      try store.keepResident(budget: 1 << 40)
      store.waitForResidents()
      seconds = Measurement.milliseconds(since: start) / 1_000
      held = store.residentStates().reduce(0) { if case .resident(let bytes, _) = $1.standing { $0 + bytes } else { $0 } }
    }
    let text = [seconds, Double(held) / 1e6, try peakMegabytes()].map { String(format: "%12.2f", $0) }.joined(separator: " ")
    return name.padded + text
  }

  /// The most memory that this process has held so far.
  private static func peakMegabytes() throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? .nan) / 1_000
  }

  private static func prepared(_ folder: BenchFolder, scale: Int) throws -> String {
    let database = folder.path("questions-\(scale).sqlite")
    if !FileManager.default.fileExists(atPath: database) {
      let generator = BenchFolder.checkout.deletingLastPathComponent().appendingPathComponent("shared/data/make_city.py").path
      guard FileManager.default.fileExists(atPath: generator) else {
        throw ExternalProgram.Failed(description: "2,000,000 trees are made by \(generator), which is not there.")
      }
      let city = folder.path("city-\(scale)")
      print("making the city of \(200_000 * scale) trees …")
      try ExternalProgram.run("python3", [generator, city, "--formats", "gpkg", "--scale", "\(scale)"])
      try ExternalProgram.run(
        try BenchFolder.lageplan(),
        ["import", city + "/city.gpkg", "--layer", "trees", "--collection", "trees", "--database", database])
      try FileManager.default.removeItem(atPath: city)
    }
    return database
  }

  // MARK: Questions

  private static func questions(_ folder: BenchFolder) throws -> [String] {
    let database = try QueryBench.prepared(folder)
    let disk = try Store(path: database, mode: .readOnly, readers: 1)
    defer { disk.close() }
    let memory = try Store(path: database, mode: .readOnly, readers: 1)
    defer { memory.close() }
    try memory.keepResident(budget: 1 << 40)
    memory.waitForResidents()
    let descriptor = try disk.descriptor(of: "trees")
    let places = try QueryBench.drawnPlaces(from: disk, descriptor, count: 50)
    let boxes = try places.map { try QueryBench.box(around: $0, holding: 640, in: disk) }
    let toDegrees = try CoordinateTransform(from: descriptor.storageCrs, to: .crs84)
    let centres = try places.map { try toDegrees.transform($0) }
    let species = FilterExpression.like(.property("species"), pattern: .value(.text("T%")))
    let all: [(String, String, (Store) throws -> Measurement)] = [
      ("10 nearest of 200,000", "geodesic", { try nearest($0, descriptor, centres) }),
      ("box of 640 as GeoJSON", "all 8 attributes", { try geoJSON($0, descriptor, boxes) }),
      ("count of the town by a pattern", "LIKE 'T%'", { try count($0, FeatureQuery(collection: "trees", filter: species), 10) }),
      (
        "count in a box of 640 by a pattern", "LIKE 'T%'",
        { store in
          try count(store, FeatureQuery(collection: "trees", spatial: .rectangle(boxes[0]), filter: species), 50)
        }
      ),
    ]
    return ["questions to 200,000 trees in the process, medians, one thread; reference: the same by SQL", Comparison.header]
      + (try all.map { name, note, measure in
        Comparison(name: name, ours: try measure(memory), reference: try measure(disk), note: note).line
      })
  }

  private static func nearest(
    _ store: Store, _ descriptor: CollectionDescriptor, _ centres: [Coordinate]
  ) throws -> Measurement {
    try store.readSync { reader in
      try Measurement.of(centres) { centre in
        try reader.nearest(to: centre, count: 10, query: FeatureQuery(collection: "trees"), descriptor: descriptor) { _, _ in
          .next
        }
      }
    }
  }

  private static func geoJSON(_ store: Store, _ descriptor: CollectionDescriptor, _ boxes: [Envelope]) throws -> Measurement {
    try store.readSync { reader in
      try Measurement.of(boxes) { box in
        var writer = try GeoJSONWriter(descriptor: descriptor)
        var output = JSONWriter(reservingCapacity: 1 << 19)
        try reader.forEachRow(matching: FeatureQuery(collection: "trees", spatial: .rectangle(box), limit: 1_000)) { row in
          writer.append(row, to: &output)
          return .next
        }
      }
    }
  }

  private static func count(_ store: Store, _ query: FeatureQuery, _ rounds: Int) throws -> Measurement {
    var query = query
    query.properties = .none
    query.geometry = false
    let asked = query
    return try store.readSync { reader in
      try Measurement.of(Array(repeating: asked, count: rounds)) { query in
        var count = 0
        try reader.forEachRow(matching: query) { _ in
          count += 1
          return .next
        }
      }
    }
  }
}

extension String {
  fileprivate var padded: String { padding(toLength: 34, withPad: " ", startingAt: 0) }
}
