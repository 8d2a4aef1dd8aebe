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

/// A tour problem from a file: VROOM's JSON, our own, or one of the forms of Solomon, CVRPLIB and TSPLIB.
struct TourFile {
  enum Form {
    case vroom(VroomProblem)
    case own
    /// `inTenths`: costs are counted in tenths.
    case benchmark(inTenths: Bool)
  }

  let path: String
  var problem: TourProblem
  var form: Form

  var vroom: VroomProblem? {
    guard case .vroom(let vroom) = form else { return nil }
    return vroom
  }

  /// Without a convention files with time windows count in tenths, the others round. `travel` adds the travel times that a document of VROOM's form leaves
  /// out.
  init(
    reading path: String, convention: LengthConvention?, travel: (VroomInput) throws -> VroomInput = { $0 }
  ) throws {
    self.path = path
    let bytes = try Self.bytes(of: path)
    guard bytes.first(where: { !Character(UnicodeScalar($0)).isWhitespace }) == UInt8(ascii: "{") else {
      do {
        let file = try BenchmarkFile(parsing: String(decoding: bytes, as: UTF8.self))
        let rule = convention ?? (file.places.contains { $0.ready != nil } ? .tenths : .nint)
        problem = try file.problem(rounding: rule == .tenths ? .tenths : .nearest)
        form = .benchmark(inTenths: rule == .tenths)
      } catch let error as BenchmarkFileError {
        throw CommandFailure("\(path), \(error)")
      } catch let error as TourProblemError {
        throw CommandFailure("\(path) cannot be put as a problem: \(error)")
      }
      return
    }
    do {
      let json = try JSONValue(parsing: bytes, limits: .trusted)
      if json["shifts"] != nil {
        (problem, form) = (try TourProblemJson.read(json), .own)
      } else {
        let vroom = try VroomProblem(travel(VroomInput(json)))
        (problem, form) = (vroom.problem, .vroom(vroom))
      }
    } catch let faults as VroomInput.Faults {
      throw CommandFailure("\(path) cannot be solved:\n\(faults)")
    } catch let faults as TourProblemJson.Faults {
      throw CommandFailure("\(path) cannot be solved:\n\(faults)")
    } catch let error as JSONError {
      throw CommandFailure("\(path) is no JSON: \(error)")
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
  func length(_ cost: Int) -> JSONValue {
    switch form {
    case .vroom(let vroom): .integer(Int64(vroom.cost(cost)))
    case .benchmark(inTenths: true): .real(Double(cost) / 10)
    case .benchmark, .own: .integer(Int64(cost))
    }
  }

  /// Shifts that differ are told apart by their place: then routes without jobs are written as well.
  var tellsEmptyRoutes: Bool {
    if case .benchmark = form { return false }
    return true
  }

  /// Jobs as the file numbers them: from 1 on behind the depot; from 0 on in our own form; in VROOM's by their ids.
  func number(of job: Int) -> Int64 {
    switch form {
    case .vroom(let vroom): vroom.id(of: job)
    case .own: Int64(job)
    case .benchmark: Int64(job + 1)
    }
  }

  func jobs(numbered numbers: [Int64]) throws -> [Int] {
    var index: [Int64: Int] = [:]
    for job in problem.jobs.indices { index[number(of: job)] = job }
    guard index.count == problem.jobs.count else {
      throw CommandFailure("\(path) has a job and a shipment of the same id: give the solution in VROOM's form.")
    }
    return try numbers.map { number in
      guard let job = index[number] else { throw CommandFailure("\(path) has no job \(number).") }
      return job
    }
  }
}

/// The best cost known of each instance, by the name of its file: `{"R101":{"file":"solomon/R101.txt","bks":1637.7,…},…}`.
struct BestKnown {
  private let instances: [(file: String, best: Double, convention: String)]

  init(reading path: String) throws {
    let json: JSONValue
    do { json = try JSONValue(parsing: TourFile.bytes(of: path)) } catch let error as JSONError {
      throw CommandFailure("\(path) is no JSON: \(error)")
    }
    instances = (json.object ?? []).compactMap { _, about in
      guard let file = about["file"]?.text, let best = about["bks"]?.number, best > 0 else { return nil }
      return ((file as NSString).lastPathComponent, best, about["convention"]?.text ?? "")
    }
  }

  private func instance(_ path: String) throws -> (file: String, best: Double, convention: String) {
    let name = (path as NSString).lastPathComponent
    guard let found = instances.first(where: { $0.file == name }) else {
      throw CommandFailure("--bks: no best known cost of \(name) is there")
    }
    return found
  }

  /// The convention in which the best known cost of this file is counted.
  func convention(of path: String) throws -> LengthConvention {
    let convention = try instance(path).convention
    return convention.hasPrefix("dimacs") ? .tenths : .nint
  }

  /// By how many percent a cost in the file's unit lies above the best known one.
  func gap(of cost: Double, for path: String) throws -> Double { 100 * (cost / (try instance(path)).best - 1) }
}
