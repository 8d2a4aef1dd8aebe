import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles

/// The container of an archive, told by the ending of its name.
public enum TileArchiveFormat: String, CaseIterable, Hashable, Sendable {
  case pmtiles
  case mbtiles

  public init?(path: String) {
    self.init(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased())
  }
}

/// An archive while it is written, in either container. Until it is finished, nothing is at its path, or what was there before.
///
/// Belongs to one thread at a time; an export hands it from thread to thread, hence the unchecked promise.
public final class TileArchiveDraft: @unchecked Sendable {
  private enum Container {
    case pmtiles(PMTilesWriter)
    case mbtiles(MBTilesWriter)
  }

  private let container: Container
  public private(set) var tileCount = 0

  /// Throws `PMTilesError` and `MBTilesError`: for one, where something is at `path` already unless it `isReplacing`.
  public init(path: String, format: TileArchiveFormat, isReplacing: Bool = false) throws {
    container =
      switch format {
      case .pmtiles: .pmtiles(try PMTilesWriter(path: path, isReplacing: isReplacing))
      case .mbtiles: .mbtiles(try MBTilesWriter(path: path, isReplacing: isReplacing))
      }
  }

  /// Appends the gzipped bytes of a tile, in the order of ``PMTilesId``.
  func append(_ bytes: [UInt8], at tile: TileCoordinate) throws {
    switch container {
    case .pmtiles(let writer): try writer.append(bytes, at: tile)
    case .mbtiles(let writer):
      try writer.append(bytes, hash: ContentHash.of(bytes), zoom: tile.matrix, column: tile.column, row: tile.row)
    }
    tileCount += 1
  }

  /// Different bytes among the tiles.
  var contentCount: Int {
    switch container {
    case .pmtiles(let writer): writer.contentCount
    case .mbtiles(let writer): writer.contentCount
    }
  }

  /// Puts the archive at its path, with what it tells of itself.
  public func finish(_ metadata: TileArchiveMetadata) throws {
    switch container {
    case .pmtiles(let writer): _ = try writer.finish(metadata.pmtiles)
    case .mbtiles(let writer): try writer.finish(metadata: metadata.mbtiles)
    }
  }
}

/// What an archive of vector tiles tells of itself, for either container.
public struct TileArchiveMetadata: Sendable {
  private let export: TileExport
  /// Of those asked for the ones at which a collection has tiles.
  private let zooms: ClosedRange<Int>
  /// The TileJSON of the live tiles, cut to the zooms of the archive: bounds, centre, layers.
  private let tileJson: JSONValue

  public init(of export: TileExport) throws {
    self.export = export
    let collections = export.collections.map { collection in
      var cut = collection
      cut.minZoom = min(max(collection.minZoom, export.zooms.lowerBound), export.zooms.upperBound)
      cut.maxZoom = max(min(collection.maxZoom, export.zooms.upperBound), cut.minZoom)
      return cut
    }
    let lowest = collections.map(\.minZoom).min() ?? export.zooms.lowerBound
    zooms = lowest...max(lowest, collections.map(\.maxZoom).max() ?? export.zooms.upperBound)
    tileJson = try JSONValue(parsing: TileJSON(collections: collections, tileTemplates: []).json(), limits: .trusted)
  }

  /// Web Mercator ends there.
  private static let world = [-180, -85.051_128_7, 180, 85.051_128_7]

  private var bounds: [Double] {
    let edges = tileJson["bounds"]?.array?.compactMap(\.number) ?? []
    guard edges.count == 4 else { return Self.world }
    return zip(edges, Self.world).enumerated().map { $0 < 2 ? max($1.0, $1.1) : min($1.0, $1.1) }
  }

  private var centre: (position: Coordinate, zoom: Int) {
    let numbers = tileJson["center"]?.array?.compactMap(\.number) ?? []
    guard numbers.count == 3 else { return (Coordinate(x: 0, y: 0), zooms.lowerBound) }
    return (Coordinate(x: numbers[0], y: numbers[1]), Int(numbers[2]))
  }

  private var texts: [(name: String, value: String)] {
    var texts = [(name: "name", value: export.name)]
    let descriptions = export.collections.map { $0.description ?? $0.title }
    texts.append(("description", descriptions.joined(separator: "; ")))
    if let attribution = tileJson["attribution"]?.text { texts.append(("attribution", attribution)) }
    texts.append(("type", "overlay"))
    texts.append(("version", String(export.collections.map(\.dataVersion).max() ?? 0)))
    texts.append(("generator", "Lageplan"))
    // Whoever counts features in tiles must know whether all of them are there.
    texts.append(("thinning", export.thinning.rawValue))
    return texts
  }

  /// As the live TileJSON has them; of each field the word of its type alone, which is all that readers of archives know.
  private var layers: JSONValue {
    .array(
      (tileJson["vector_layers"]?.array ?? []).map { layer in
        .object((layer.object ?? []).map { ($0.key, $0.key == "fields" ? fields($0.value) : $0.value) })
      })
  }

  private func fields(_ described: JSONValue) -> JSONValue {
    let counts = [TileSettings.countKey, TileSettings.statusKey("")]
    return .object(
      (described.object ?? []).compactMap { name, summary in
        // Where nothing is thinned nothing stands for several.
        if export.thinning == .none, counts.contains(where: name.hasPrefix) { return nil }
        return (name, .text(String((summary.text ?? "String").prefix(while: \.isLetter))))
      })
  }

  var pmtiles: PMTilesWriter.Description {
    let edges = bounds
    let metadata = JSONValue.object(texts.map { ($0.name, .text($0.value)) } + [("vector_layers", layers)])
    return PMTilesWriter.Description(
      minZoom: zooms.lowerBound, maxZoom: zooms.upperBound,
      bounds: Envelope(minX: edges[0], minY: edges[1], maxX: edges[2], maxY: edges[3]), centre: centre.position,
      centreZoom: centre.zoom, metadata: metadata.bytes)
  }

  /// `pbf`, not `mvt`: the specification knows both, GDAL only this.
  var mbtiles: [(name: String, value: String)] {
    let (position, zoom) = centre
    return texts + [
      ("format", "pbf"),
      ("bounds", bounds.map { "\($0)" }.joined(separator: ",")),
      ("center", "\(position.x),\(position.y),\(zoom)"),
      ("minzoom", "\(zooms.lowerBound)"),
      ("maxzoom", "\(zooms.upperBound)"),
      ("scheme", "tms"),
      ("json", JSONValue.object([("vector_layers", layers)]).json),
    ]
  }
}
