/// What can be wrong with a PMTiles archive, told so that a person can act: which file, where in it, what, and what to do.
public enum PMTilesError: Error, Hashable, Sendable {
  /// The system refuses to read or write; `reason` is its word.
  case unusable(path: String, reason: String)
  /// Not a PMTiles archive, or of another version than 3.
  case notAnArchive(path: String, reason: String)
  /// `place`: the section, and where known the byte from the start of the file.
  case damaged(path: String, place: String, reason: String)
  /// A part that is longer than this program reads, so that a hostile file cannot fill the memory.
  case tooLong(path: String, place: String, length: UInt64, limit: UInt64)
  /// The archive is there already.
  case fileExists(path: String)
  /// Tiles are written in the order of their ids, each once.
  case outOfOrder(TileCoordinate)
  /// A tile id counts zooms up to 31.
  case zoomOutOfRange(Int)
  /// A tile without bytes is not in an archive (version 3.1 of the format).
  case emptyTile(TileCoordinate)
}

extension PMTilesError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unusable(let path, let reason): "\(path) cannot be used: \(reason)"
    case .notAnArchive(let path, let reason): "\(path) is no PMTiles archive of version 3: \(reason)"
    case .damaged(let path, let place, let reason):
      "\(path) is damaged: \(place): \(reason). Fetch the archive again, or export it anew."
    case .tooLong(let path, let place, let length, let limit):
      "\(path): \(place) has \(length) bytes, more than the \(limit) that are read"
    case .fileExists(let path): "\(path) is there already: name another file, or replace it with --force."
    case .outOfOrder(let tile):
      "tile \(tile.matrix)/\(tile.column)/\(tile.row) does not come behind the tile before it on the Hilbert curve"
    case .zoomOutOfRange(let zoom): "zoom \(zoom) has no place in an archive, whose zooms are 0 to \(PMTilesId.highestZoom)"
    case .emptyTile(let tile): "tile \(tile.matrix)/\(tile.column)/\(tile.row) has no bytes: leave it out"
    }
  }
}
