import Foundation

/// Import against `ogr2ogr -f SQLite -dsco SPATIALITE=YES`: the same file in, a SpatiaLite file with spatial index out.
enum ImportBench {
  static func run(_ folder: BenchFolder, rounds: Int) throws -> [String] {
    let trees = try folder.trees()
    let lageplan = try BenchFolder.lageplan()
    var lines = ["import of 200,000 points with 8 attributes (\(trees.source)); whole processes, median of \(rounds), in turn"]
    for (name, file, layer) in [("GeoPackage", trees.geoPackage, trees.layer), ("GeoJSON", trees.geoJSON, "")] {
      var ours: [Double] = []
      var reference: [Double] = []
      for _ in 0..<rounds {
        ours.append(
          try timed(removing: folder.path("ours.sqlite")) {
            try ExternalProgram.run(
              lageplan,
              ["import", file, "--collection", "trees", "--database", folder.path("ours.sqlite")]
                + (layer.isEmpty ? [] : ["--layer", layer]))
          })
        reference.append(
          try timed(removing: folder.path("theirs.sqlite")) {
            try ExternalProgram.run(
              "ogr2ogr",
              ["-f", "SQLite", "-dsco", "SPATIALITE=YES", folder.path("theirs.sqlite"), file] + (layer.isEmpty ? [] : [layer]))
          })
      }
      let comparison = Comparison(
        name: "import \(name)", ours: Measurement(milliseconds: ours), reference: Measurement(milliseconds: reference),
        note: "against ogr2ogr; \(Int(200_000_000 / Measurement(milliseconds: ours).median)) features/s")
      lines.append(comparison.line)
    }
    return lines
  }

  private static func timed(removing database: String, _ body: () throws -> Void) throws -> Double {
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database + suffix) }
    let start = ContinuousClock.now
    try body()
    return Measurement.milliseconds(since: start)
  }
}
