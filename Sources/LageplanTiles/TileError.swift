/// What can be wrong with a request for a tile. Faults of the data are not errors: they are counted in ``EncodedTile/flaws``.
public enum TileError: Error, Hashable, Sendable {
  /// No matrix of the set has this identifier.
  case unknownMatrix(String, tileMatrixSet: String, known: [String])
  /// Row and column must lie in `0..<rows` and `0..<columns`.
  case tileOutOfRange(TileCoordinate, tileMatrixSet: String, rows: Int, columns: Int)
  /// Layer names are unique in a tile (MVT 2.1, section 4.1).
  case repeatedLayer(String)
  /// The caller's `isCancelled` answered true: nobody waits for the tile any more.
  case cancelled
}

extension TileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownMatrix(let id, let set, let known):
      "tile matrix set \(set) has no matrix \"\(id)\"; it has \(known.first ?? "none") to \(known.last ?? "none")"
    case .tileOutOfRange(let tile, let set, let rows, let columns):
      "\(set): row \(tile.row), column \(tile.column) of matrix \(tile.matrix) do not exist; "
        + "rows are 0 to \(rows - 1), columns 0 to \(columns - 1)"
    case .repeatedLayer(let name): "collection \"\(name)\" is named twice; a tile holds each layer once, so name it once"
    case .cancelled: "rendering was cancelled"
    }
  }
}
