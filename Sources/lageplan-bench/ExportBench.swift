import Foundation

/// The whole pyramid of a city, zooms 0 to 14, into an archive: CPU seconds of the command as it is built, start to end.
enum ExportBench {
  static func run(_ folder: BenchFolder) throws -> [String] {
    let lageplan = try BenchFolder.lageplan()
    let database = try prepared(folder, lageplan)
    var lines = [
      "tiles of the whole city into an archive, zooms 0 to 14", "what                              CPU s    wall s        MB",
    ]
    for (thinning, file) in [("none", "all.pmtiles"), ("none", "all.mbtiles"), ("auto", "thinned.pmtiles")] {
      let target = folder.path(file)
      let (cpu, wall) = (ProcessTime.ofChildren, ContinuousClock.now)
      try ExternalProgram.run(
        lageplan, ["tiles", "export", target, "--database", database, "--thinning", thinning, "--force"])
      let size = try FileManager.default.attributesOfItem(atPath: target)[.size] as? Int ?? 0
      lines.append(
        String(
          format: "%-30@ %8.2f %9.2f %9.1f", "\(file), \(thinning)" as NSString, ProcessTime.ofChildren - cpu,
          Measurement.milliseconds(since: wall) / 1_000, Double(size) / 1e6))
    }
    return lines
  }

  /// The database of trees, and of the city's other layers where the generator made them.
  private static func prepared(_ folder: BenchFolder, _ lageplan: String) throws -> String {
    let database = folder.path("city.sqlite")
    if FileManager.default.fileExists(atPath: database) { return database }
    let trees = try folder.trees()
    let isCity = URL(fileURLWithPath: trees.geoPackage).lastPathComponent == "city.gpkg"
    for layer in isCity ? ["trees", "green_areas", "playgrounds", "equipment"] : [trees.layer] {
      try ExternalProgram.run(
        lageplan, ["import", trees.geoPackage, "--layer", layer, "--collection", layer, "--database", database])
    }
    return database
  }
}
