import ArgumentParser
import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanTours

/// How lengths in benchmark files become whole numbers.
enum LengthConvention: String, ExpressibleByArgument, CaseIterable {
  /// Rounded: TSPLIB and the X instances.
  case nint
  /// Cut off after the first decimal: the DIMACS challenge with time windows.
  case tenths
}

/// A tour problem from a file: VROOM's JSON, or one of the forms of Solomon, CVRPLIB and TSPLIB.
struct TourFile {
  var problem: TourProblem
  var vroom: VroomProblem?
  /// Costs are counted in tenths.
  var isInTenths = false

  /// Without a convention files with time windows count in tenths, the others round.
  init(reading path: String, convention: LengthConvention?) throws {
    let bytes = try Self.bytes(of: path)
    if bytes.first(where: { !Character(UnicodeScalar($0)).isWhitespace }) == UInt8(ascii: "{") {
      do {
        let vroom = try VroomProblem(JSONValue(parsing: bytes, limits: .trusted))
        (problem, self.vroom) = (vroom.problem, vroom)
      } catch let faults as VroomProblem.Faults {
        throw CommandFailure("\(path) cannot be solved:\n\(faults)")
      } catch let error as JSONError {
        throw CommandFailure("\(path) is no JSON: \(error)")
      }
      return
    }
    do {
      let file = try BenchmarkFile(parsing: String(decoding: bytes, as: UTF8.self))
      let rule = convention ?? (file.places.contains { $0.ready != nil } ? .tenths : .nint)
      isInTenths = rule == .tenths
      problem = try file.problem(rounding: rule == .tenths ? .tenths : .nearest)
    } catch let error as BenchmarkFileError {
      throw CommandFailure("\(path), \(error)")
    }
  }

  static func bytes(of path: String) throws -> [UInt8] {
    do {
      return Array(
        path == "-"
          ? try FileHandle.standardInput.readToEnd() ?? Data() : try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw CommandFailure("\(path) cannot be read: \(error.localizedDescription)")
    }
  }

  /// In the file's own unit.
  func length(_ cost: Int) -> JSONValue { isInTenths ? .real(Double(cost) / 10) : .integer(Int64(cost)) }

  /// Customers as the file numbers them: jobs by their ids, or from 1 on behind the depot.
  func number(of job: Int) -> Int64 { vroom.map { $0.jobs[job] } ?? Int64(job + 1) }

  func jobs(numbered numbers: [Int64]) throws -> [Int] {
    var index: [Int64: Int] = [:]
    for job in problem.jobs.indices { index[number(of: job)] = job }
    return try numbers.map { number in
      guard let job = index[number] else { throw CommandFailure("The problem has no customer \(number).") }
      return job
    }
  }
}
