import ArgumentParser
import LageplanFeatures
import LageplanGeometry
import LageplanServer
import LageplanTiles

/// `lageplan tiles info`: what an archive holds.
struct TilesInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Tell what a PMTiles or MBTiles archive holds, by any program, and check its directories.")

  @Argument(help: "The archive.")
  var file: String

  @OptionGroup var output: OutputOption

  func run() throws {
    let archive = try TileArchive(path: file)
    let zooms = try archive.summary()
    try Terminal.write(Array(((output.json ? json(archive, zooms).json : text(archive, zooms)) + "\n").utf8))
  }

  private func json(_ archive: TileArchive, _ zooms: [TileArchive.ZoomSummary]) -> JSONValue {
    .object([
      ("file", .text(file)), ("format", .text(archive.format.rawValue)), ("tiles", .text(archive.tileType.mediaType)),
      ("packed", archive.coding.map { .text($0.contentCoding) } ?? .null),
      ("tileJson", archive.tileJson(tileTemplates: [])),
      (
        "zooms",
        .array(
          zooms.map { zoom in
            .object([
              ("zoom", .integer(Int64(zoom.zoom))), ("tiles", .integer(Int64(zoom.tiles))),
              ("bytes", .integer(Int64(zoom.bytes))),
              ("largestTile", .integer(Int64(zoom.largestTile))),
            ])
          })
      ),
    ])
  }

  private func text(_ archive: TileArchive, _ zooms: [TileArchive.ZoomSummary]) -> String {
    var lines = [
      "\(file): \(archive.title)",
      "  \(archive.format == .pmtiles ? "PMTiles 3" : "MBTiles"), \(archive.tileType.mediaType), "
        + "packed as \(archive.coding?.contentCoding ?? "not told"), zooms \(archive.zooms.lowerBound) to \(archive.zooms.upperBound)",
    ]
    if let bounds = archive.bounds {
      lines.append("  from \(bounds.minX)°, \(bounds.minY)° to \(bounds.maxX)°, \(bounds.maxY)°")
    }
    for layer in archive.metadata["vector_layers"]?.array ?? [] {
      let fields = layer["fields"]?.object?.map(\.key).joined(separator: ", ") ?? ""
      lines.append("  layer \(layer["id"]?.text ?? "?"): \(fields)")
    }
    if let attribution = archive.metadata["attribution"]?.text { lines.append("  © \(attribution)") }
    lines.append("  zoom     tiles      packed     largest tile")
    for zoom in zooms {
      lines.append(
        "  \(cell("\(zoom.zoom)", 4))  \(cell("\(zoom.tiles)", 8))  \(cell("\(ByteCount(zoom.bytes))", 10))  "
          + cell("\(ByteCount(zoom.largestTile))", 15))
    }
    return lines.joined(separator: "\n")
  }

  private func cell(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
