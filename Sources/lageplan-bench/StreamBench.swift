import Foundation

/// 200,000 features as one stream from the running server, against `ogr2ogr` writing the same features of the same file as the same text.
enum StreamBench {
  static func run(_ folder: BenchFolder, rounds: Int) throws -> [String] {
    let database = try QueryBench.prepared(folder)
    let server = try Server(database: database)
    defer { server.stop() }
    // Once unmeasured: what a server needs that has served before is its rest.
    _ = try server.download("ndjson")
    let idle = try server.megabytes("VmRSS")
    var lines = ["stream of 200,000 features over loopback; median of \(rounds)", header]
    for format in ["ndjson", "geojsonseq", "csv", "kml", "jsonfg"] {
      try server.forgetPeak()
      var seconds: [Double] = []
      var bytes = 0
      for _ in 0..<rounds {
        let start = ContinuousClock.now
        bytes = try server.download(format)
        seconds.append(Measurement.milliseconds(since: start) / 1_000)
      }
      let median = Measurement(milliseconds: seconds).median
      lines.append(line(format, bytes, median, try server.megabytes("VmHWM") - idle))
    }
    let start = ContinuousClock.now
    let text = try ExternalProgram.run(
      "ogr2ogr", ["-f", "GeoJSONSeq", "/vsistdout/", database, "trees", "-t_srs", "OGC:CRS84", "-lco", "COORDINATE_PRECISION=7"])
    lines.append(line("ogr2ogr GeoJSONSeq, the reference", text.count, Measurement.milliseconds(since: start) / 1_000, nil))
    return lines
  }

  private static let header =
    "format".padding(toLength: 34, withPad: " ", startingAt: 0) + "        MB       s    MB/s  peak MB over idle"

  private static func line(_ name: String, _ bytes: Int, _ seconds: Double, _ peak: Double?) -> String {
    let megabytes = Double(bytes) / 1e6
    return name.padding(toLength: 34, withPad: " ", startingAt: 0)
      + String(format: "%10.1f%8.2f%8.0f", megabytes, seconds, megabytes / seconds)
      + (peak.map { String(format: "%19.1f", $0) } ?? "")
  }
}

/// The real server, on a free port, ended with this object's owner.
private final class Server {
  private let process = Process()
  private let address: String

  init(database: String) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: try BenchFolder.lageplan())
    process.arguments = ["serve", "--database", database, "--port", "0"]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var said = ""
    while !said.contains("\n") {
      let piece = output.fileHandleForReading.availableData
      guard !piece.isEmpty else { throw ExternalProgram.Failed(description: "the server ended before it ran: \(said)") }
      said += String(decoding: piece, as: UTF8.self)
    }
    guard let start = said.firstRange(of: "http://"), let end = said[start.upperBound...].firstIndex(where: \.isWhitespace) else {
      process.terminate()
      throw ExternalProgram.Failed(description: "the server does not say where it listens: \(said)")
    }
    address = String(said[start.lowerBound..<end])
  }

  /// How many bytes came.
  func download(_ format: String) throws -> Int {
    let told = try ExternalProgram.run(
      "curl", ["-sS", "--fail", "-o", "/dev/null", "-w", "%{size_download}", "\(address)collections/trees/items?f=\(format)"])
    guard let bytes = Int(String(decoding: told, as: UTF8.self)) else {
      throw ExternalProgram.Failed(description: "curl does not tell the size of \(format)")
    }
    return bytes
  }

  /// `VmRSS`, `VmHWM`: what the process holds now, what it held at most.
  func megabytes(_ field: String) throws -> Double {
    let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("\(field):") }
    guard let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) }) else {
      throw ExternalProgram.Failed(description: "the system does not tell \(field)")
    }
    return kilobytes / 1_000
  }

  /// The highest value starts again from the present one (proc(5), clear_refs).
  func forgetPeak() throws {
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/\(process.processIdentifier)/clear_refs"))
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }
}
