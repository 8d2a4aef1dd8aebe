import Foundation
public import LageplanFeatures
public import LageplanGeometry
import LageplanStore
public import LageplanTiles

/// An archive of tiles in either container, opened for reading; of vector tiles or of images, by any program.
public struct TileArchive: Sendable {
  private enum Container: Sendable {
    case pmtiles(PMTilesReader)
    case mbtiles(MBTilesReader)
  }

  private let container: Container
  public let path: String
  public let format: TileArchiveFormat
  public let tileType: ArchivedTileType
  /// How the tiles are packed; `nil`: the archive does not tell.
  public let coding: TileCoding?
  public let zooms: ClosedRange<Int>
  /// In CRS84; `nil`: the archive does not tell.
  public let bounds: Envelope?
  public let centre: (position: Coordinate, zoom: Int)?
  /// What the archive tells of itself: `name`, `attribution`, `vector_layers` …
  public let metadata: JSONValue
  /// Another one for every other file, even of the same name.
  public let version: String

  /// The ending of the name says which container it is. Throws `PMTilesError` and `MBTilesError`.
  public init(path: String) throws {
    self.path = path
    guard let format = TileArchiveFormat(path: path) else { throw UnknownFormat(path: path) }
    self.format = format
    version = Self.version(of: path)
    switch format {
    case .pmtiles:
      let reader = try PMTilesReader(path: path)
      let header = reader.header
      container = .pmtiles(reader)
      tileType = header.tileType
      coding = header.tileCoding
      zooms = header.minZoom...header.maxZoom
      bounds = header.bounds.width > 0 && header.bounds.height > 0 ? header.bounds : nil
      centre = bounds == nil ? nil : (header.centre, header.centreZoom)
      metadata = try reader.metadata()
    case .mbtiles:
      let reader = try MBTilesReader(path: path)
      let facts = MBTilesFacts(reader.metadata)
      container = .mbtiles(reader)
      tileType = facts.tileType
      coding = facts.coding
      zooms = try facts.zooms ?? Self.zooms(of: reader)
      bounds = facts.bounds
      centre = facts.centre
      metadata = facts.metadata
    }
  }

  private static func version(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "0" }
    let parts = [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_ino)]
    return EntityTag.of(parts.map { String($0) })
  }

  /// The name of a file tells no container.
  public struct UnknownFormat: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String

    public var description: String { "\(path) is no archive of tiles by its name, which would end in .pmtiles or .mbtiles" }
  }

  private static func zooms(of reader: MBTilesReader) throws -> ClosedRange<Int> {
    let found = try reader.summary().map(\.zoom)
    return (found.min() ?? 0)...(found.max() ?? 0)
  }

  /// What people call it: its own name, else that of its file.
  public var title: String {
    if let name = metadata["name"]?.text, !name.isEmpty { return name }
    return URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }

  /// The bytes of a tile as the archive has them; `nil` where it has none there.
  public func tile(_ tile: TileCoordinate) throws -> [UInt8]? {
    switch container {
    case .pmtiles(let reader): try reader.tile(tile)
    case .mbtiles(let reader): try reader.tile(zoom: tile.matrix, column: tile.column, row: tile.row)
    }
  }

  var isOfImages: Bool { [.png, .jpeg, .webp, .avif].contains(tileType) }

  /// How these bytes are packed: what the archive tells, where it tells nothing or tiles differ, what their first bytes say.
  func coding(of tile: [UInt8]) -> TileCoding {
    if isOfImages { return coding ?? .identity }
    if coding == nil || coding == .gzip { return tile.starts(with: [0x1F, 0x8B]) ? .gzip : .identity }
    return coding ?? .identity
  }

  /// What one zoom holds: its tiles, their bytes as they are stored (equal tiles counted each time), the largest one.
  public struct ZoomSummary: Hashable, Sendable {
    public var zoom: Int
    public var tiles = 0
    public var bytes = 0
    public var largestTile = 0
  }

  /// Walks through all directories, so that a damaged one is told.
  public func summary() throws -> [ZoomSummary] {
    switch container {
    case .mbtiles(let reader):
      return try reader.summary().map {
        ZoomSummary(zoom: $0.zoom, tiles: $0.tiles, bytes: $0.bytes, largestTile: $0.largestTile)
      }
    case .pmtiles(let reader):
      var zooms: [Int: ZoomSummary] = [:]
      var (tiles, bytes) = (0, 0)
      try reader.forEachRun { first, count, section in
        var zoom = zooms[first.matrix] ?? ZoomSummary(zoom: first.matrix)
        // A run may reach into the next zoom; it is counted where it begins.
        let length = count.multipliedReportingOverflow(by: Int(section.length))
        let (allTiles, allBytes) = (tiles.addingReportingOverflow(count), bytes.addingReportingOverflow(length.partialValue))
        guard !length.overflow, !allTiles.overflow, !allBytes.overflow else {
          throw PMTilesError.damaged(
            path: path, place: "directories",
            reason:
              "the run from tile \(first.matrix)/\(first.column)/\(first.row) on makes more tiles or bytes than can be counted")
        }
        (tiles, bytes) = (allTiles.partialValue, allBytes.partialValue)
        zoom.tiles += count
        zoom.bytes += length.partialValue
        zoom.largestTile = max(zoom.largestTile, Int(section.length))
        zooms[first.matrix] = zoom
      }
      return zooms.values.sorted { $0.zoom < $1.zoom }
    }
  }

  /// TileJSON 3.0.0, for tiles that are found by these addresses.
  public func tileJson(tileTemplates: [String]) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [("tilejson", "3.0.0"), ("name", .text(title))]
    for key in ["description", "attribution"] {
      if let text = metadata[key]?.text, !text.isEmpty { members.append((key, .text(text))) }
    }
    // Archives tell a plain number, TileJSON wants three of them, the middle one for new tiles.
    if let version = metadata["version"]?.text.flatMap({ Int($0) }) { members.append(("version", .text("1.\(version).0"))) }
    members.append(("scheme", "xyz"))
    members.append(("tiles", .array(tileTemplates.map { .text($0) })))
    members.append(("minzoom", .integer(Int64(zooms.lowerBound))))
    members.append(("maxzoom", .integer(Int64(zooms.upperBound))))
    if let bounds { members.append(("bounds", .array([bounds.minX, bounds.minY, bounds.maxX, bounds.maxY].map { .real($0) }))) }
    if let centre {
      members.append(("center", [.real(centre.position.x), .real(centre.position.y), .integer(Int64(centre.zoom))]))
    }
    if tileType == .mvt || tileType == .mlt { members.append(("vector_layers", metadata["vector_layers"] ?? [])) }
    return .object(members)
  }
}

/// What the table `metadata` of an MBTiles file tells (MBTiles 1.3, section "Metadata").
private struct MBTilesFacts {
  var tileType: ArchivedTileType
  var coding: TileCoding
  var zooms: ClosedRange<Int>?
  var bounds: Envelope?
  var centre: (position: Coordinate, zoom: Int)?
  var metadata: JSONValue

  init(_ rows: [String: String]) {
    tileType =
      switch rows["format"] {
      case "pbf", "mvt": .mvt
      case "png": .png
      case "jpg", "jpeg": .jpeg
      case "webp": .webp
      default: .unknown
      }
    coding = tileType == .mvt ? .gzip : .identity
    if let low = rows["minzoom"].flatMap({ Int($0) }), let high = rows["maxzoom"].flatMap({ Int($0) }), 0 <= low, low <= high,
      high <= 31
    {
      zooms = low...high
    }
    let edges = Self.numbers(rows["bounds"])
    if edges.count == 4, edges[0] < edges[2], edges[1] < edges[3] {
      bounds = Envelope(minX: edges[0], minY: edges[1], maxX: edges[2], maxY: edges[3])
    }
    let middle = Self.numbers(rows["center"])
    if middle.count == 3, let zoom = Int(exactly: middle[2].rounded()) { centre = (Coordinate(x: middle[0], y: middle[1]), zoom) }
    var members: [(key: String, value: JSONValue)] = []
    for key in rows.keys.sorted() where key != "json" { members.append((key, .text(rows[key] ?? ""))) }
    if let text = rows["json"], let layers = (try? JSONValue(parsing: text))?["vector_layers"] {
      members.append(("vector_layers", layers))
    }
    metadata = .object(members)
  }

  private static func numbers(_ text: String?) -> [Double] {
    (text ?? "").split(separator: ",").compactMap { Double($0.trimmed) }.filter(\.isFinite)
  }
}
