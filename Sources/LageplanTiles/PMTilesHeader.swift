public import LageplanGeometry

/// What the tiles of an archive are (PMTiles 3, "tile type").
public enum ArchivedTileType: UInt8, Hashable, Sendable, CaseIterable {
  case unknown = 0
  case mvt = 1
  case png = 2
  case jpeg = 3
  case webp = 4
  case avif = 5
  case mlt = 6

  public var mediaType: String {
    switch self {
    case .unknown: "application/octet-stream"
    case .mvt: "application/vnd.mapbox-vector-tile"
    case .png: "image/png"
    case .jpeg: "image/jpeg"
    case .webp: "image/webp"
    case .avif: "image/avif"
    case .mlt: MapLibreTile.mediaType
    }
  }

  /// The ending of a tile's address.
  public var suffix: String {
    switch self {
    case .unknown: "bin"
    case .mvt: "mvt"
    case .png: "png"
    case .jpeg: "jpg"
    case .webp: "webp"
    case .avif: "avif"
    case .mlt: "mlt"
    }
  }
}

/// The first 127 bytes of a PMTiles archive: where its sections lie, and what is in it.
public struct PMTilesHeader: Hashable, Sendable {
  /// A run of bytes; `offset` from the start of the file.
  public struct Section: Hashable, Sendable {
    public var offset: UInt64
    public var length: UInt64

    public init(offset: UInt64, length: UInt64) {
      self.offset = offset
      self.length = length
    }
  }

  public static let length = 127
  /// Header and root directory lie in the first so many bytes, which clients fetch at once.
  public static let prefixLength = 16_384

  public var rootDirectory: Section
  public var metadata: Section
  public var leafDirectories: Section
  public var tileData: Section
  /// Tiles that have bytes, entries that they are told by, and different bytes; 0: not known.
  public var addressedTiles: UInt64 = 0
  public var tileEntries: UInt64 = 0
  public var tileContents: UInt64 = 0
  /// The bytes of the tiles lie in the order of their ids.
  public var isClustered = false
  /// How directories and metadata are packed; `nil`: the file does not tell.
  public var internalCoding: TileCoding?
  /// How each tile is packed; `nil`: the file does not tell.
  public var tileCoding: TileCoding?
  public var tileType: ArchivedTileType
  public var minZoom: Int
  public var maxZoom: Int
  /// In CRS84, of whole ten-millionths of a degree.
  public var bounds: Envelope
  public var centre: Coordinate
  public var centreZoom: Int
}

extension PMTilesHeader {
  /// Throws `PMTilesError.notAnArchive`, and `damaged` for values that no archive has.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws(PMTilesError) {
    guard bytes.count >= 8, bytes.prefix(7).elementsEqual("PMTiles".utf8) else {
      throw .notAnArchive(path: path, reason: "it does not begin with `PMTiles`")
    }
    guard bytes[7] == 3 else { throw .notAnArchive(path: path, reason: "it is of version \(bytes[7])") }
    guard bytes.count >= Self.length else {
      throw .notAnArchive(path: path, reason: "its header ends after \(bytes.count) of \(Self.length) bytes")
    }
    func long(_ offset: Int) -> UInt64 { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    func section(_ offset: Int) -> Section { Section(offset: long(offset), length: long(offset + 8)) }
    func degrees(_ offset: Int) -> Double {
      Double(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))) / 1e7
    }
    func coding(_ offset: Int, _ name: String) throws(PMTilesError) -> TileCoding? {
      guard bytes[offset] < Self.codings.count else {
        throw .damaged(path: path, place: "header, byte \(offset)", reason: "\(name) \(bytes[offset]) does not exist")
      }
      return Self.codings[Int(bytes[offset])]
    }
    rootDirectory = section(8)
    metadata = section(24)
    leafDirectories = section(40)
    tileData = section(56)
    addressedTiles = long(72)
    tileEntries = long(80)
    tileContents = long(88)
    isClustered = bytes[96] == 1
    internalCoding = try coding(97, "internal compression")
    tileCoding = try coding(98, "tile compression")
    tileType = ArchivedTileType(rawValue: bytes[99]) ?? .unknown
    minZoom = Int(bytes[100])
    maxZoom = Int(bytes[101])
    bounds = Envelope(minX: degrees(102), minY: degrees(106), maxX: degrees(110), maxY: degrees(114))
    centreZoom = Int(bytes[118])
    centre = Coordinate(x: degrees(119), y: degrees(123))
    guard minZoom <= maxZoom, maxZoom <= PMTilesId.highestZoom else {
      throw .damaged(path: path, place: "header, byte 100", reason: "zooms \(minZoom) to \(maxZoom) do not exist")
    }
  }

  /// In the order of the format's numbers; the first is "unknown".
  private static let codings: [TileCoding?] = [nil, .identity, .gzip, .brotli, .zstd]

  func encoded() -> [UInt8] {
    var bytes = Array("PMTiles".utf8) + [3]
    bytes.reserveCapacity(Self.length)
    func put(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
    func put(degrees: Double) {
      let whole = Int32((max(-180, min(180, degrees)) * 1e7).rounded())
      withUnsafeBytes(of: whole.littleEndian) { bytes.append(contentsOf: $0) }
    }
    func put(_ coding: TileCoding?) { bytes.append(UInt8(Self.codings.firstIndex(of: coding) ?? 0)) }
    for section in [rootDirectory, metadata, leafDirectories, tileData] {
      put(section.offset)
      put(section.length)
    }
    put(addressedTiles)
    put(tileEntries)
    put(tileContents)
    bytes.append(isClustered ? 1 : 0)
    put(internalCoding)
    put(tileCoding)
    bytes.append(tileType.rawValue)
    bytes.append(UInt8(clamping: minZoom))
    bytes.append(UInt8(clamping: maxZoom))
    for edge in [bounds.minX, bounds.minY, bounds.maxX, bounds.maxY] { put(degrees: edge) }
    bytes.append(UInt8(clamping: centreZoom))
    put(degrees: centre.x)
    put(degrees: centre.y)
    return bytes
  }
}
