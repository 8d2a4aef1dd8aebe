public import LageplanFeatures
import Synchronization

/// Reads a PMTiles archive of version 3 (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md), from any thread.
///
/// The file may be damaged or hostile: every length and place is checked against the file before it is used, and memory is
/// bounded. The root directory is kept; leaf directories are read when they are needed, and the last few are kept.
public final class PMTilesReader: Sendable {
  public let path: String
  public let header: PMTilesHeader
  private let file: ArchiveFile
  private let root: [PMTilesEntry]
  private let leaves = Mutex(LeafCache())

  /// Directories, metadata and tiles of more bytes than this are not read.
  private static let directoryLimit = 1 << 23
  private static let metadataLimit = 10_000_000
  private static let tileLimit: UInt64 = 1 << 28
  /// Leaves may point to leaves, but not in circles: so deep at most. Writers use one level.
  private static let mostLevels = 4

  /// Opens the archive and reads header and root directory. Throws `PMTilesError`.
  public init(path: String) throws(PMTilesError) {
    self.path = path
    file = try ArchiveFile(path: path)
    guard file.length > 0 else { throw .notAnArchive(path: path, reason: "it is empty") }
    let prefix = try file.read(
      .init(offset: 0, length: min(file.length, UInt64(PMTilesHeader.prefixLength))), place: "header")
    header = try prefix.withUnsafeBufferPointer { bytes throws(PMTilesError) in
      try PMTilesHeader(UnsafeRawBufferPointer(bytes), path: path)
    }
    for (name, section) in Self.sections(of: header) {
      let (end, overflow) = section.offset.addingReportingOverflow(section.length)
      guard !overflow, end <= file.length else {
        throw .damaged(
          path: path, place: name,
          reason: "\(section.length) bytes from byte \(section.offset) on lie outside of the file, which has \(file.length)")
      }
    }
    guard header.rootDirectory.offset + header.rootDirectory.length <= PMTilesHeader.prefixLength else {
      throw .damaged(
        path: path, place: "root directory",
        reason: "it ends behind the first \(PMTilesHeader.prefixLength) bytes, which clients fetch for it")
    }
    root = try Self.directory(in: file, header.rootDirectory, header, place: "root directory")
  }

  private static func sections(of header: PMTilesHeader) -> [(String, PMTilesHeader.Section)] {
    [
      ("root directory", header.rootDirectory), ("metadata", header.metadata), ("leaf directories", header.leafDirectories),
      ("tile data", header.tileData),
    ]
  }

  // MARK: Tiles

  /// The bytes of a tile as they are packed in the archive (``PMTilesHeader/tileCoding``); `nil` where it has none there.
  /// Throws `PMTilesError` where the archive is damaged on the way.
  public func tile(_ tile: TileCoordinate) throws(PMTilesError) -> [UInt8]? {
    guard (header.minZoom...header.maxZoom).contains(tile.matrix), tile.row >= 0, tile.column >= 0,
      tile.row < 1 << tile.matrix, tile.column < 1 << tile.matrix
    else { return nil }
    guard let entry = try entry(for: try PMTilesId.id(of: tile)) else { return nil }
    return try bytes(of: entry)
  }

  private func entry(for id: UInt64) throws(PMTilesError) -> PMTilesEntry? {
    var entries = root
    for _ in 0..<Self.mostLevels {
      guard let entry = PMTilesDirectory.entry(for: id, in: entries) else { return nil }
      if entry.runLength > 0 { return entry }
      entries = try leaf(entry)
    }
    throw .damaged(path: path, place: "leaf directories", reason: "they are more than \(Self.mostLevels) levels deep")
  }

  private func bytes(of entry: PMTilesEntry) throws(PMTilesError) -> [UInt8] {
    guard entry.length <= Self.tileLimit else {
      throw .tooLong(path: path, place: "tile \(entry.id)", length: UInt64(entry.length), limit: Self.tileLimit)
    }
    // The sum was checked when the directory was read.
    return try file.read(
      .init(offset: header.tileData.offset + entry.offset, length: UInt64(entry.length)), place: "tile \(entry.id)")
  }

  /// Every run of tiles with the same bytes in the order of the ids: its first tile, the number of tiles, and the place of the
  /// bytes in the tile data, by which repeated ones are known.
  public func forEachRun(
    _ body: (_ first: TileCoordinate, _ count: Int, _ bytes: PMTilesHeader.Section) throws -> Void
  ) throws {
    try walk(root, within: 0..<PMTilesId.first(ofZoom: PMTilesId.highestZoom + 1), level: 1, body)
  }

  /// `range`: the ids that the directory may hold. So no leaf is walked twice, however often a hostile file points to it.
  private func walk(
    _ entries: [PMTilesEntry], within range: Range<UInt64>, level: Int,
    _ body: (TileCoordinate, Int, PMTilesHeader.Section) throws -> Void
  ) throws {
    if let first = entries.first, let last = entries.last, first.id < range.lowerBound || last.id >= range.upperBound {
      throw PMTilesError.damaged(
        path: path, place: "leaf directories", reason: "the leaf of tile \(range.lowerBound) holds tiles of another")
    }
    for (index, entry) in entries.enumerated() {
      if entry.runLength == 0 {
        guard level < Self.mostLevels else {
          throw PMTilesError.damaged(
            path: path, place: "leaf directories", reason: "they are more than \(Self.mostLevels) levels deep")
        }
        let end = index + 1 < entries.count ? entries[index + 1].id : range.upperBound
        let leaf = try leaf(entry)
        guard !leaf.isEmpty else {
          throw PMTilesError.damaged(path: path, place: "leaf directories", reason: "the leaf of tile \(entry.id) is empty")
        }
        try walk(leaf, within: entry.id..<end, level: level + 1, body)
      } else if let tile = PMTilesId.tile(of: entry.id) {
        try body(tile, Int(entry.runLength), .init(offset: entry.offset, length: UInt64(entry.length)))
      }
    }
  }

  // MARK: Directories and metadata

  private func leaf(_ entry: PMTilesEntry) throws(PMTilesError) -> [PMTilesEntry] {
    if let kept = leaves.withLock({ $0[entry.offset] }) { return kept }
    let section = PMTilesHeader.Section(offset: header.leafDirectories.offset + entry.offset, length: UInt64(entry.length))
    let entries = try Self.directory(in: file, section, header, place: "leaf directory at byte \(section.offset)")
    leaves.withLock { $0.keep(entries, at: entry.offset) }
    return entries
  }

  private static func directory(
    in file: ArchiveFile, _ section: PMTilesHeader.Section, _ header: PMTilesHeader, place: String
  ) throws(PMTilesError) -> [PMTilesEntry] {
    let plain = try unpacked(section, of: file, header.internalCoding, place: place, limit: directoryLimit)
    do {
      return try PMTilesDirectory.decode(
        plain, tileBytes: header.tileData.length, leafBytes: header.leafDirectories.length)
    } catch {
      throw .damaged(path: file.path, place: "\(place), entry \(error.entry)", reason: error.reason)
    }
  }

  private static func unpacked(
    _ section: PMTilesHeader.Section, of file: ArchiveFile, _ coding: TileCoding?, place: String, limit: Int
  ) throws(PMTilesError) -> [UInt8] {
    guard let coding else {
      throw .damaged(path: file.path, place: "header, byte 97", reason: "it does not tell how \(place) is packed")
    }
    guard section.length <= UInt64(limit) else {
      throw .tooLong(path: file.path, place: place, length: section.length, limit: UInt64(limit))
    }
    let packed = try file.read(section, place: place)
    do {
      return try TilePacker().unpack(packed, as: coding, limit: limit)
    } catch {
      throw .damaged(path: file.path, place: place, reason: "\(error)")
    }
  }

  /// The JSON that tells what the archive is: name, attribution, `vector_layers` …
  /// Throws `PMTilesError.damaged` where it is no JSON object.
  public func metadata() throws(PMTilesError) -> JSONValue {
    let plain = try Self.unpacked(header.metadata, of: file, header.internalCoding, place: "metadata", limit: Self.metadataLimit)
    do {
      let value = try JSONValue(parsing: plain, limits: JSONLimits())
      guard value.object != nil else {
        throw PMTilesError.damaged(path: path, place: "metadata", reason: "\(value.typeName) stands where an object should")
      }
      return value
    } catch let error as PMTilesError {
      throw error
    } catch {
      throw .damaged(path: path, place: "metadata", reason: "\(error)")
    }
  }
}

/// The leaf directories read last, by their offset; bounded by the number of their entries.
private struct LeafCache {
  private static let mostEntries = 1 << 20
  private var entries: [UInt64: [PMTilesEntry]] = [:]
  private var order: [UInt64] = []
  private var count = 0

  subscript(offset: UInt64) -> [PMTilesEntry]? { entries[offset] }

  mutating func keep(_ leaf: [PMTilesEntry], at offset: UInt64) {
    guard entries[offset] == nil else { return }
    entries[offset] = leaf
    order.append(offset)
    count += leaf.count
    while count > Self.mostEntries, order.count > 1 { count -= entries.removeValue(forKey: order.removeFirst())?.count ?? 0 }
  }
}
