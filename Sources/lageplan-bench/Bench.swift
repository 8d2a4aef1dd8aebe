import Foundation

/// `lageplan-bench`: fixed data, fixed seed; each figure beside a reference taken in the same run. Read the ratios.
///
/// `lageplan-bench [import] [query] [stream] [tiles] [packing] [export] [resident] [--scale]`: all of them where none is named; with
/// `--scale` also those of 2,000,000 trees.
///
/// `lageplan-bench tours [--first] [--replan] [--quick] [--json]`: see ``TourBench``.
///
/// `lageplan-bench routing [FILE.osm.pbf] [--points FILE] [--json] [--check]`: see ``RoutingBench``.
@main
struct Bench {
  static func main() {
    do {
      if CommandLine.arguments.dropFirst().first == "routing" {
        return try RoutingBench.run(Array(CommandLine.arguments.dropFirst(2)))
      }
      if CommandLine.arguments.dropFirst().first == "tours" {
        return try TourBench.run(Array(CommandLine.arguments.dropFirst(2)))
      }
      let folder = try BenchFolder()
      let isLarge = CommandLine.arguments.contains("--scale")
      let all: [(name: String, run: () throws -> [String])] = [
        ("import", { try ImportBench.run(folder, rounds: 3) }), ("query", { try QueryBench.run(folder) }),
        ("stream", { try StreamBench.run(folder, rounds: 3) }), ("tiles", { try TilesBench.run(folder) }),
        ("packing", { try PackingBench.run(folder) }), ("export", { try ExportBench.run(folder) }),
        ("resident", { try ResidentBench.run(folder, large: isLarge) }),
      ]
      let wanted = CommandLine.arguments.dropFirst().filter { $0 != "--scale" }
      if let unknown = wanted.first(where: { name in !all.contains { $0.name == name } }) {
        throw ExternalProgram.Failed(
          description: "There is no benchmark \(unknown); there are \(all.map(\.name).joined(separator: ", ")).")
      }
      for bench in all where wanted.isEmpty || wanted.contains(bench.name) {
        for line in try bench.run() + [""] { print(line) }
      }
    } catch {
      FileHandle.standardError.write(Data("lageplan-bench: \(error)\n".utf8))
      exit(1)
    }
  }
}
