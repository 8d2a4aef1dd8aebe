import Foundation
import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanTours

struct BenchmarkFileTests {
  private struct BestKnown: Decodable {
    var file: String
    var convention: String
    var bks: Double?
  }

  private static func bestKnown() throws -> [String: BestKnown] {
    try JSONDecoder().decode([String: BestKnown].self, from: Data(contentsOf: SharedData.file("vrp/bks.json")))
  }

  private static func text(_ file: String) throws -> String {
    try String(contentsOf: SharedData.file("vrp/\(file)"), encoding: .utf8)
  }

  /// Our reader, cost and checker against the published solutions.
  @Test(
    .enabled(if: SharedData.isPresent, "skipped: no shared data"),
    arguments: [
      "x/X-n101-k25", "x/X-n200-k36", "x/X-n331-k15", "x/X-n502-k39", "homberger/C2_10_4", "homberger/R1_10_1",
      "homberger/RC2_10_6",
    ]) func publishedSolutionsHaveTheirPublishedCost(name: String) throws
  {
    let rounding: BenchmarkFile.Rounding = name.hasPrefix("x/") ? .nearest : .tenths
    let published = try BenchmarkFile.solution(parsing: Self.text("\(name).sol"))
    let problem = try BenchmarkFile(parsing: Self.text("\(name).vrp")).problem(
      rounding: rounding, vehicles: published.sequences.count)
    let solution = TourSolution(sequences: published.sequences, of: problem)
    #expect(TourChecker.violations(of: solution, in: problem) == [])
    let cost = TourCost(of: solution, in: problem)
    #expect(cost.leftOut == [0])
    #expect(Double(cost.travel) / (rounding == .tenths ? 10 : 1) == published.cost)
  }

  /// No solution of ours undercuts a proven optimum, and a few rounds come near it.
  @Test(
    .enabled(if: SharedData.isPresent, "skipped: no shared data"),
    arguments: ["C101", "C204", "R101", "R112", "R211", "RC101", "RC208", "berlin52", "kroA100"])
  func fewRoundsComeNearTheOptimum(name: String) throws {
    let entry = try #require(Self.bestKnown()[name])
    let optimum = try #require(entry.bks)
    let rounding: BenchmarkFile.Rounding = entry.convention == "nint" ? .nearest : .tenths
    let problem = try BenchmarkFile(parsing: Self.text(entry.file)).problem(rounding: rounding)
    let solution = TourSolver.solve(problem, seed: 1, budget: .iterations(2_000))
    #expect(TourChecker.violations(of: solution, in: problem) == [])
    #expect(solution.unassigned == [])
    let cost = Double(TourCost(of: solution, in: problem).travel) / (rounding == .tenths ? 10 : 1)
    #expect(cost >= optimum)
    #expect(cost <= optimum * 1.12)
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data")) func solomonFileIsReadWhole() throws {
    let file = try BenchmarkFile(parsing: Self.text("solomon/R101.txt"))
    #expect(file.name == "R101")
    #expect(file.vehicles == 25)
    #expect(file.capacity == 200)
    #expect(file.places.count == 101)
    #expect(file.places[1] == BenchmarkFile.Place(x: 41, y: 49, demand: 10, ready: 161, due: 171, service: 10))
  }

  @Test func brokenFilesNameTheLine() {
    let broken: [(text: String, line: Int)] = [
      ("", 1),
      ("NAME : x\nEDGE_WEIGHT_TYPE : GEO\n", 2),
      ("CAPACITY : many\n", 1),
      ("NODE_COORD_SECTION\n1 0\n", 2),
      ("NODE_COORD_SECTION\n1 0 0\n2 1 1\nDEMAND_SECTION\n9 4\n", 5),
      ("NODE_COORD_SECTION\n1 0 zero\n", 2),
      ("R101\nVEHICLE\nNUMBER CAPACITY\n25 200\nCUSTOMER\n0 35 35 0 0\n", 6),
      ("R101\nVEHICLE\nNUMBER CAPACITY\n-1 200\nCUSTOMER\n", 4),
      ("VEHICLES : -1\n", 1),
      ("VEHICLES : 900000000\n", 1),
      ("CAPACITY : 9223372036854775807\n", 1),
      ("NAME : x\nSERVICE_TIME : 9223372036854775807\n", 2),
    ]
    for (text, line) in broken {
      let error = #expect(throws: BenchmarkFileError.self) { try BenchmarkFile(parsing: text) }
      #expect(error?.line == line, "\(text)")
    }
    #expect(throws: BenchmarkFileError.self) { try BenchmarkFile.solution(parsing: "Route #1: -9223372036854775808\nCost 1\n") }
  }

  @Test func whatNoTableHoldsIsNamedBeforeOneIsMade() throws {
    func problem(_ places: String, _ rounding: BenchmarkFile.Rounding = .nearest) throws -> TourProblem {
      try BenchmarkFile(parsing: "CAPACITY : 1\nNODE_COORD_SECTION\n" + places).problem(rounding: rounding)
    }
    let far = "1 0 0\n2 0 90000000\n"
    #expect(try problem(far).travel.metres(from: 0, to: 1) == Metres(90_000_000))
    #expect(throws: TourProblemError.travelOutOfRange(from: 0, to: 1, seconds: 900_000_000, metres: 900_000_000)) {
      try problem(far, .tenths)
    }
    #expect(throws: TourProblemError.travelOutOfRange(from: 0, to: 1, seconds: 1_800_000_000, metres: 1_800_000_000)) {
      try problem("1 -900000000 0\n2 900000000 0\n")
    }
    // A demand that ten thousand vehicles do not carry.
    #expect(throws: TourProblemError.tooLarge(jobs: 1, shifts: 11_002)) { try problem("1 0 0\n2 0 9\nDEMAND_SECTION\n2 10000\n") }
    let many = (1...20_002).map { "\($0) 0 0\n" }.joined()
    #expect(throws: TourProblemError.tooLarge(jobs: 20_001, shifts: 2)) { try problem(many) }
  }
}
