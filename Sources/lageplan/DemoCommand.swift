import ArgumentParser
import LageplanDemo
import LageplanFeatures
import LageplanRouting
import LageplanServer
import LageplanStore

/// `lageplan demo`: writes Musterstadt, the sample town, to the database.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Make the sample town Musterstadt: nine collections, 204.6 km², the same for everybody.",
    discussion: """
      The town is invented (CC0). It has the flaws that real registers have, on purpose and counted: --flaws lists them.
      A collection that is already in the database is left alone, and the command fails, unless --replace is given.

      Its streets become a road network beside the database, by the importer that reads extracts of OpenStreetMap: routes, reachable \
      areas and tours on roads work at once.
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption

  @Option(help: ArgumentHelp("Which town: the same number gives the same town, bit by bit.", valueName: "number"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("How large: 1 is the whole town, 10 ten times as much for load, 0.02 a village.", valueName: "factor"))
  var scale: Double = 1

  @Flag(help: "Overwrite collections of the sample town that the database already has.")
  var replace = false

  @Flag(help: "List the flaws of the town with their numbers; write nothing.")
  var flaws = false

  func validate() throws {
    guard DemoTown.scales.contains(scale) else {
      throw ValidationError(DemoError.scaleOutOfRange(scale, allowed: DemoTown.scales).description)
    }
  }

  func run() throws {
    let town = try DemoTown(seed: seed, scale: scale)
    if flaws {
      try report(flawsOf: town)
      return
    }
    let store = try Store(path: database.path, mode: .create, readers: 1)
    defer { store.close() }
    let present = Dictionary(uniqueKeysWithValues: try store.collections().map { ($0.id, $0.schema) })
    let taken = DemoCollection.allCases.filter { present[$0.rawValue] != nil }
    guard taken.isEmpty || replace else {
      throw CommandFailure(
        "\(database.path) already has \(taken.map(\.rawValue).joined(separator: ", ")). Give --replace to overwrite, or another --database."
      )
    }
    try refuseOtherRoads()
    var counts: [(DemoCollection, Int)] = []
    for collection in DemoCollection.allCases {
      let descriptor = collection.descriptor
      // A collection of the same shape is brought up to date in one transaction; any other makes room.
      if let schema = present[descriptor.id], schema != descriptor.schema { try store.dropCollection(descriptor.id) }
      var features = town.features(of: collection).makeIterator()
      let result = try store.importFeatures(into: descriptor, options: ImportOptions(mode: .replace)) { features.next() }
      guard result.rejected == 0 else {
        throw CommandFailure("\(descriptor.id): the store rejected \(result.rejected) of \(result.read) features")
      }
      counts.append((collection, result.read))
      if Terminal.showsProgress { Terminal.note("\(descriptor.id): \(result.read)") }
    }
    try report(counts, roads: try importRoads(of: town))
  }

  private var roadFile: String { RoadsCommand.path(of: database) }

  /// Roads that were imported from elsewhere are as much worth as collections; those of a sample town are made anew.
  private func refuseOtherRoads() throws {
    guard !replace, let roads = try? Roads(mapping: roadFile), roads.source.fileName != DemoTown.name else { return }
    throw CommandFailure(
      "\(roadFile) has the roads of \(roads.source.fileName). Give --replace to overwrite them, or another --database.")
  }

  /// Through the importer that reads extracts.
  private func importRoads(of town: DemoTown) throws -> Roads {
    guard let folder = Resources().folder(.profiles) else {
      throw CommandFailure(
        "The profiles of roads are missing. Put the folder Data/profiles beside the program as lageplan-resources/profiles.")
    }
    if Terminal.showsProgress { Terminal.note("roads") }
    let imported = try RoadImporter(profiles: TravelProfile.read(in: folder)).roads(from: town.roads())
    let roads = Roads(imported, importDate: Instant.now.iso)
    try roads.write(to: roadFile)
    return roads
  }

  private func report(_ counts: [(DemoCollection, Int)], roads: Roads) throws {
    let profiles = roads.profiles.map(\.id)
    if output.json {
      let members = counts.map { (key: $0.0.rawValue, value: JSONValue.integer(Int64($0.1))) }
      try write(
        .object([
          ("database", .text(database.path)), ("seed", .text(String(seed))), ("scale", .real(scale)),
          ("collections", .object(members)),
          (
            "roads",
            [
              "edges": .integer(Int64(roads.network.edgeCount)), "profiles": .array(profiles.map { .text($0) }),
              "file": .text(roadFile),
            ]
          ),
        ]))
      return
    }
    let total = counts.reduce(0) { $0 + $1.1 }
    let lines = counts.map { line($0.1, "\($0.0.rawValue) (\($0.0.descriptor.title))") }
    let sums = [
      line(total, "features of Musterstadt in \(database.path)"),
      line(roads.network.edgeCount, "stretches of road for \(profiles.joined(separator: ", ")) in \(roadFile)"),
    ]
    try Terminal.write(Array((lines + sums).joined().utf8))
  }

  private func report(flawsOf town: DemoTown) throws {
    if output.json {
      let list = DemoFlaw.all.map { flaw in
        JSONValue.object([
          ("collection", .text(flaw.collection.rawValue)), ("kind", .text(flaw.kind.rawValue)),
          ("property", flaw.property.map { .text($0) } ?? .null), ("description", .text(flaw.description)),
          ("count", .integer(Int64(town.count(of: flaw)))),
        ])
      }
      try write(.array(list))
      return
    }
    let lines = DemoFlaw.all.map { flaw in
      line(
        town.count(of: flaw),
        "\(flaw.collection.rawValue)\(flaw.property.map { ".\($0)" } ?? ""): \(flaw.kind.rawValue), \(flaw.description)")
    }
    try Terminal.write(Array(lines.joined().utf8))
  }

  private func line(_ count: Int, _ text: String) -> String {
    let digits = String(count)
    return String(repeating: " ", count: max(0, 8 - digits.count)) + digits + "  " + text + "\n"
  }

  private func write(_ value: JSONValue) throws {
    var writer = JSONWriter()
    writer.value(value)
    try Terminal.write(writer.bytes + [UInt8(ascii: "\n")])
  }
}
