import Hummingbird
import LageplanTiles

/// The spellings of a vector tile.
enum TileFormat: String, Sendable, CaseIterable {
  case mvt
  case mlt

  var mediaType: String {
    switch self {
    case .mvt: "application/vnd.mapbox-vector-tile"
    case .mlt: MapLibreTile.mediaType
    }
  }

  /// `f=` decides; else `Accept`, where it names MapLibre Tile before the other: whoever takes anything gets what everybody can read.
  static func negotiated(_ request: Request, _ query: RequestQuery) throws(Problem) -> TileFormat {
    if let name = query["f"] {
      guard let format = TileFormat(rawValue: name) else {
        throw Problem.badParameter("f", value: name, "Tiles come as \(allCases.map(\.rawValue).joined(separator: " and ")).")
      }
      return format
    }
    guard let accepted = request.headers[.accept] else { return .mvt }
    let ranges = MediaRange.list(accepted)
    guard let wanted = MediaRange.rank(of: TileFormat.mlt.mediaType, in: ranges), wanted.isExact else { return .mvt }
    guard let other = MediaRange.rank(of: TileFormat.mvt.mediaType, in: ranges) else { return .mlt }
    return wanted > other ? .mlt : .mvt
  }

  /// The bytes of a tile in this spelling.
  func spell(_ bytes: [UInt8]) throws -> [UInt8] {
    switch self {
    case .mvt: bytes
    case .mlt: MapLibreTile.encode(try MvtDecoder.decode(bytes))
    }
  }
}
