import ArgumentParser
import Foundation
import LageplanFeatures
import LageplanStore

/// `lageplan backup`: a checked copy of the database, also while it is served and edited.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the database to a file, also while it is served.",
    discussion: "The copy is one state of the data, checked before it gets its name: a whole file or none.")

  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: OutputOption

  @Flag(name: .customLong("overwrite"), help: "Replace the file if it is there.")
  var overwrites = false

  @Argument(help: "The file to write.")
  var file: String

  func run() throws {
    try Store.backup(of: database.path, to: file, overwrite: overwrites)
    let bytes = (try FileManager.default.attributesOfItem(atPath: file))[.size] as? Int ?? 0
    if output.json {
      var writer = JSONWriter()
      writer.beginObject()
      writer.member("file", file)
      writer.member("bytes", bytes)
      writer.endObject()
      try Terminal.write(writer.bytes + [UInt8(ascii: "\n")])
    } else {
      try Terminal.write(Array("\(file): \(bytes) bytes, checked\n".utf8))
    }
  }
}
