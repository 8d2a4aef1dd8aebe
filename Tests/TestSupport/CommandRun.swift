public import Foundation

/// One run of the built `lageplan` (or of another program), as a person at the shell sees it: exit code, output, errors.
public struct CommandRun: Sendable {
  public var status: Int32
  public var output: String
  public var errors: String

  public static func lageplan(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:], input: String? = nil
  ) throws -> CommandRun {
    try run(buildFolder().appendingPathComponent("lageplan"), arguments, in: folder, environment: environment, input: input)
  }

  /// A program of the system by name, such as `ogrinfo`.
  public static func program(
    _ name: String, _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:], input: String? = nil
  ) throws -> CommandRun {
    try run(
      URL(fileURLWithPath: "/usr/bin/env"), [name] + arguments, in: folder, environment: environment, input: input)
  }

  private static func run(
    _ program: URL, _ arguments: [String], in folder: URL?, environment: [String: String], input: String?
  ) throws -> CommandRun {
    try TemporaryFolder.with { scratch in
      let process = Process()
      process.executableURL = program
      process.arguments = arguments
      if let folder { process.currentDirectoryURL = folder }
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      // Files rather than pipes: a program that prints much never waits for us.
      let outputFile = scratch.appendingPathComponent("output")
      let errorFile = scratch.appendingPathComponent("errors")
      let inputFile = scratch.appendingPathComponent("input")
      for file in [outputFile, errorFile] { try Data().write(to: file) }
      try Data((input ?? "").utf8).write(to: inputFile)
      process.standardOutput = try FileHandle(forWritingTo: outputFile)
      process.standardError = try FileHandle(forWritingTo: errorFile)
      process.standardInput = try FileHandle(forReadingFrom: inputFile)
      try process.run()
      process.waitUntilExit()
      return CommandRun(
        status: process.terminationStatus, output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self))
    }
  }

  /// The folder of the test bundle: SwiftPM puts all products of one build there.
  static func buildFolder() throws -> URL {
    var folder = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
    for _ in 0..<4 {
      folder.deleteLastPathComponent()
      if FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent("lageplan").path) { return folder }
    }
    throw MissingBinary()
  }

  struct MissingBinary: Error, CustomStringConvertible {
    var description: String { "The lageplan binary is not beside the tests: run them by `swift test` in the checkout." }
  }
}

/// A folder that is gone when the closure ends.
public enum TemporaryFolder {
  public static func with<T>(_ body: (URL) throws -> T) throws -> T {
    let folder = try make()
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  public static func with<T>(_ body: (URL) async throws -> T) async throws -> T {
    let folder = try make()
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
  }

  private static func make() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lageplan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}

/// The built server on a free port of the loopback, until `stop`.
public final class ServerRun {
  private let process: Process
  private let log: URL
  /// `http://127.0.0.1:PORT/`
  public let address: URL

  public init(database: URL, arguments: [String] = [], environment: [String: String] = [:]) throws {
    process = Process()
    process.executableURL = try CommandRun.buildFolder().appendingPathComponent("lageplan")
    process.arguments = ["serve", "--database", database.path, "--port", "0"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = database.deletingLastPathComponent().appendingPathComponent("serve-\(UUID().uuidString).out")
    log = output.appendingPathExtension("log")
    for file in [output, log] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
    // The first line names the address.
    var found: URL?
    let running = process
    _ = try Patience.wait {
      let hasEnded = !running.isRunning
      let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
      if let start = text.firstRange(of: "http://"), let end = text[start.lowerBound...].firstIndex(where: \.isWhitespace) {
        found = URL(string: String(text[start.lowerBound..<end]))
      }
      return found != nil || hasEnded
    }
    guard let found else {
      process.terminate()
      throw NotServing(errors: String(decoding: (try? Data(contentsOf: log)) ?? Data(), as: UTF8.self))
    }
    address = found
  }

  /// What the server has logged so far.
  public var logged: String { String(decoding: (try? Data(contentsOf: log)) ?? Data(), as: UTF8.self) }

  /// Asks it to end as systemd does, waits, and tells its exit code.
  @discardableResult
  public func stop() -> Int32 {
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    return process.terminationStatus
  }

  deinit { if process.isRunning { process.terminate() } }

  struct NotServing: Error, CustomStringConvertible {
    let errors: String
    var description: String { "The server did not start: \(errors)" }
  }
}
