import Foundation

/// Times in milliseconds and what can be said of them.
struct Measurement {
  var milliseconds: [Double]

  var median: Double {
    let sorted = milliseconds.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// Runs `body` once unmeasured for each of the first few inputs, then measures it for every input.
  static func of<Input>(_ inputs: [Input], _ body: (Input) throws -> Void) rethrows -> Measurement {
    for input in inputs.prefix(5) { try body(input) }
    var result: [Double] = []
    for input in inputs {
      let start = ContinuousClock.now
      try body(input)
      result.append(Self.milliseconds(since: start))
    }
    return Measurement(milliseconds: result)
  }

  static func milliseconds(since start: ContinuousClock.Instant) -> Double {
    let spent = (ContinuousClock.now - start).components
    return Double(spent.seconds) * 1_000 + Double(spent.attoseconds) / 1e15
  }
}

/// One line of the report: ours, the reference's, and the ratio, which is what counts: the machine's speed drops out of it.
struct Comparison {
  var name: String
  var ours: Measurement
  var reference: Measurement
  var note: String

  var line: String {
    let ratio = reference.median / ours.median
    let cells = [
      name.padding(toLength: 34, withPad: " ", startingAt: 0), Self.cell(ours.median), Self.cell(reference.median),
      Self.cell(ratio) + "×",
    ]
    return cells.joined(separator: "  ") + "   " + note
  }

  static let header =
    "what".padding(toLength: 34, withPad: " ", startingAt: 0)
    + "       ours ms      plain SQL ms     faster by"

  private static func cell(_ value: Double) -> String { String(format: "%12.3f", value) }
}

/// Another program, run to its end.
enum ExternalProgram {
  struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  @discardableResult
  static func run(_ name: String, _ arguments: [String], input: Data = Data()) throws -> Data {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lageplan-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map { folder.appendingPathComponent($0) }
    try input.write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let errors = String(decoding: (try? Data(contentsOf: files[2])) ?? Data(), as: UTF8.self)
      throw Failed(description: "\(name) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus): \(errors)")
    }
    return try Data(contentsOf: files[1])
  }
}
