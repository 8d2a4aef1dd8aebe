import ArgumentParser

/// How the file of a tour problem is understood.
struct TourFileOptions: ParsableArguments {
  @Option(
    help: "How lengths in benchmark files become whole numbers: nint or tenths. Without it tenths where there are time windows.")
  var convention: LengthConvention?

  @Option(help: "A file of best known costs: tells by how much the solution lies above, and counts in its convention.")
  var bks: String?

  @Option(
    name: [.customLong("database"), .customShort("d")],
    help: "Places of VROOM's form without a matrix are joined by the roads that were imported beside this database.")
  var database: String?

  /// The problem at `path`, or on standard input for `-`, and the best costs that are known, where a file of them is named.
  func file(_ path: String) throws -> (file: TourFile, best: BestKnown?) {
    let best = try bks.map { try BestKnown(reading: $0) }
    let file = try TourFile(reading: path, convention: try convention ?? best?.convention(of: path)) { input in
      try database.map { try VroomRoads(database: $0).adding(to: input) } ?? input
    }
    return (file, best)
  }
}
