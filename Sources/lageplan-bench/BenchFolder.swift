import Foundation

/// Where the benchmarks' files lie: made once, kept between runs, since the data and the seed are fixed.
struct BenchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("lageplan-bench")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// The checkout that this program was built in.
  static let checkout: URL = {
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
      folder.deleteLastPathComponent()
    }
    return folder
  }()

  /// 200,000 trees with 8 attributes each, in EPSG:25832 as GeoPackage and in degrees as GeoJSON.
  ///
  /// From the shared generator where it is there, so that other programs can be measured on the same file; else from our own town.
  func trees() throws -> (geoPackage: String, layer: String, geoJSON: String, source: String) {
    let generator = Self.checkout.deletingLastPathComponent().appendingPathComponent("shared/data/make_city.py").path
    guard FileManager.default.fileExists(atPath: generator) else {
      return try ownTrees()
    }
    let folder = path("city")
    if !FileManager.default.fileExists(atPath: folder + "/city.json") {
      print("making the city of 200,000 trees …")
      try ExternalProgram.run("python3", [generator, folder, "--formats", "gpkg,geojson"])
    }
    return (folder + "/city.gpkg", "trees", folder + "/trees.geojson", "make_city.py, seed 38440")
  }

  private func ownTrees() throws -> (geoPackage: String, layer: String, geoJSON: String, source: String) {
    let database = path("town.sqlite")
    let geoPackage = path("town.gpkg")
    let geoJSON = path("town.geojson")
    if !FileManager.default.fileExists(atPath: geoJSON) {
      print("making the sample town at a third more than triple size …")
      let lageplan = try Self.lageplan()
      try ExternalProgram.run(lageplan, ["demo", "--database", database, "--scale", "3.34", "--seed", "1"])
      try ExternalProgram.run(lageplan, ["export", "trees", geoPackage, "--database", database])
      try ExternalProgram.run(lageplan, ["export", "trees", geoJSON, "--database", database])
    }
    return (geoPackage, "trees", geoJSON, "the sample town, seed 1, scale 3.34")
  }

  /// The command that was built beside this program.
  static func lageplan() throws -> String {
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("lageplan").path
    guard FileManager.default.isExecutableFile(atPath: beside) else {
      throw ExternalProgram.Failed(description: "\(beside) is not built: run `make bench`, which builds both.")
    }
    return beside
  }
}
