import ArgumentParser
import Foundation
import LageplanStore

/// Where the database lies: the same option on every subcommand that needs one.
struct DatabaseOption: ParsableArguments {
  @Option(
    name: [.customLong("database"), .customShort("d")],
    help: ArgumentHelp(
      "The SpatiaLite file. Default: LAGEPLAN_DATABASE, else lageplan.sqlite in the working directory.", valueName: "file"))
  var database: String?

  var path: String {
    if let database { return database }
    if let named = ProcessInfo.processInfo.environment["LAGEPLAN_DATABASE"], !named.isEmpty { return named }
    return "lageplan.sqlite"
  }

  /// The database for a command that only reads. A file of an older layout is brought to today's first, and people are told.
  func openForReading(readers: Int = 1) throws -> Store {
    do {
      return try Store(path: path, mode: .readOnly, readers: readers)
    } catch StoreError.olderVersion {
      let store = try Store(path: path, mode: .open, readers: readers)
      Terminal.note("\(path) was of an older layout; it has been brought to today's.")
      return store
    }
  }
}

/// Text for people, JSON for machines.
struct OutputOption: ParsableArguments {
  @Flag(name: .customLong("json"), help: "Print JSON for machines instead of text for people.")
  var json = false
}

/// A failure that is told in one or more lines and ends the program with exit code 1.
/// Every other error that reaches the top is described by its own `description`.
struct CommandFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

enum Terminal {
  /// Standard error, for people: progress, warnings, failures.
  static func note(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// Standard output: the answer.
  static func write(_ bytes: [UInt8]) throws {
    try FileHandle.standardOutput.write(contentsOf: Data(bytes))
  }

  /// A person looks at standard error: a progress bar makes sense.
  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

  /// A person looks at standard output: bytes that are no text have no place there.
  static var showsOutput: Bool { isatty(STDOUT_FILENO) == 1 }
}
