import Foundation
public import LageplanGeometry

/// Writes a PMTiles archive of version 3 while tiles come: memory holds the directory, never the tiles.
///
/// Tiles are appended in the order of their ids (``PMTilesId``), packed. Equal bytes are stored once; a run of them is one entry.
/// The bytes go into a file without a name beside the target, which nobody sees and which vanishes with its last user;
/// ``finish(_:)`` puts the sections together under another name and moves that to the target when it is whole on the disk.
/// Until then whatever was at the target stays.
///
/// Belongs to one thread at a time.
public final class PMTilesWriter {
  /// What the archive tells of itself.
  public struct Description: Hashable, Sendable {
    public var tileType: ArchivedTileType
    /// How the tiles given are packed.
    public var tileCoding: TileCoding
    public var minZoom: Int
    public var maxZoom: Int
    /// In CRS84.
    public var bounds: Envelope
    public var centre: Coordinate
    public var centreZoom: Int
    /// A JSON object, as UTF-8: for vector tiles with `vector_layers`.
    public var metadata: [UInt8]

    public init(
      tileType: ArchivedTileType = .mvt, tileCoding: TileCoding = .gzip, minZoom: Int, maxZoom: Int, bounds: Envelope,
      centre: Coordinate, centreZoom: Int, metadata: [UInt8]
    ) {
      self.tileType = tileType
      self.tileCoding = tileCoding
      self.minZoom = minZoom
      self.maxZoom = maxZoom
      self.bounds = bounds
      self.centre = centre
      self.centreZoom = centreZoom
      self.metadata = metadata
    }
  }

  public let path: String
  private let isReplacing: Bool
  private let data: DraftFile
  private var entries: [PMTilesEntry] = []
  private var places: [UInt64: [Place]] = [:]
  private var addressedTiles: UInt64 = 0
  /// Different bytes among the tiles.
  public private(set) var contentCount = 0
  private let packer = TilePacker()

  /// Where bytes were stored: found again by their hash, compared before they are shared.
  private struct Place {
    var offset: UInt64
    var length: UInt32
  }

  /// Throws `PMTilesError.fileExists` where something stands at `path` already, unless it `isReplacing`, and `unusable`.
  public init(path: String, isReplacing: Bool = false) throws(PMTilesError) {
    guard isReplacing || !FileManager.default.fileExists(atPath: path) else { throw .fileExists(path: path) }
    self.path = path
    self.isReplacing = isReplacing
    data = try DraftFile(besides: path)
    data.forgetName()
  }

  /// Appends the packed bytes of a tile. Throws `PMTilesError.outOfOrder`, `emptyTile`, `zoomOutOfRange` and `unusable`.
  public func append(_ bytes: [UInt8], at tile: TileCoordinate) throws(PMTilesError) {
    let id = try PMTilesId.id(of: tile)
    guard !bytes.isEmpty else { throw .emptyTile(tile) }
    if let last = entries.last, id < last.id + UInt64(last.runLength) { throw .outOfOrder(tile) }
    let place = try store(bytes)
    addressedTiles += 1
    if let last = entries.last, last.offset == place.offset, last.id + UInt64(last.runLength) == id, last.runLength < .max {
      entries[entries.count - 1].runLength += 1
    } else {
      entries.append(PMTilesEntry(id: id, offset: place.offset, length: place.length, runLength: 1))
    }
  }

  private func store(_ bytes: [UInt8]) throws(PMTilesError) -> Place {
    guard let length = UInt32(exactly: bytes.count) else {
      throw .tooLong(path: path, place: "a tile", length: UInt64(bytes.count), limit: UInt64(UInt32.max))
    }
    let hash = ContentHash.of(bytes)
    for place in places[hash] ?? [] where place.length == length {
      // Equal hashes are a hint, equal bytes are the proof.
      if try data.read(at: place.offset, count: bytes.count) == bytes { return place }
    }
    let place = Place(offset: data.length, length: length)
    try data.append(bytes)
    places[hash, default: []].append(place)
    contentCount += 1
    return place
  }

  /// Completes the archive and puts it at its path. Returns its header, which tells the counts.
  /// Nothing may be appended afterwards.
  public func finish(_ description: Description) throws(PMTilesError) -> PMTilesHeader {
    let (directories, metadata) = try packed(description)
    var end = UInt64(PMTilesHeader.length)
    func section(_ length: Int) -> PMTilesHeader.Section {
      defer { end += UInt64(length) }
      return .init(offset: end, length: UInt64(length))
    }
    let header = PMTilesHeader(
      rootDirectory: section(directories.root.count), metadata: section(metadata.count),
      leafDirectories: section(directories.leaves.count),
      tileData: section(Int(data.length)), addressedTiles: addressedTiles, tileEntries: UInt64(entries.count),
      tileContents: UInt64(contentCount), isClustered: true, internalCoding: .gzip, tileCoding: description.tileCoding,
      tileType: description.tileType, minZoom: description.minZoom, maxZoom: description.maxZoom, bounds: description.bounds,
      centre: description.centre, centreZoom: description.centreZoom)
    let whole = try DraftFile(besides: path)
    try whole.append(header.encoded() + directories.root + metadata + directories.leaves)
    try whole.append(contentsOf: data)
    try whole.moveIntoPlace(isReplacing: isReplacing)
    return header
  }

  private func packed(_ description: Description) throws(PMTilesError) -> (PMTilesDirectories, metadata: [UInt8]) {
    do {
      return (
        try PMTilesDirectories(entries, packer: packer), try packer.pack(description.metadata, as: .gzip, level: 9)
      )
    } catch {
      throw .unusable(path: path, reason: "\(error)")
    }
  }
}
