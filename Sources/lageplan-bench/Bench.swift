import Foundation

/// `lageplan-bench`: fixed data, fixed seed; each figure beside a reference taken in the same run. Read the ratios.
@main
struct Bench {
  static func main() {
    do {
      let folder = try BenchFolder()
      for line in try ImportBench.run(folder, rounds: 3) + [""] + QueryBench.run(folder) { print(line) }
    } catch {
      FileHandle.standardError.write(Data("lageplan-bench: \(error)\n".utf8))
      exit(1)
    }
  }
}
