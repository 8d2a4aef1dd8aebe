import LageplanGeometry

/// The tile grids of the Working Committee of the Surveying Authorities of the German states (AdV): basemap.de and the states' maps lie
/// in them, so tiles cut by them lie exactly on those maps, without resampling.
///
/// Both are quads: one tile of 256 pixels at level 0, 4891.96981025128 m per pixel, each level half of the one above. The top left tile
/// reaches 1,252,344.27 m to the south and to the east, which is all of Germany in either zone; the sets end there, as the AdV's do.
/// Levels have the scales of WebMercatorQuad's matrices from 5 on (1:17,471,320.75 at level 0). Published maps end at level 13
/// (WMTS of basemap.de) to 15 (state of Bavaria); ours go on to level 19, of the scale of WebMercatorQuad's last matrix, so that no
/// collection loses zooms by the choice of the grid.
///
/// Sources: origins, cell size and number of tiles as in the WMTS capabilities of basemap.de (`DE_EPSG_25832_ADV`, `DE_EPSG_25833_ADV`)
/// and of the WMTS of the states; the identifiers `AdV_25832` and `AdV_25833` are those under which ldproxy and Masterportal know them.
extension TileMatrixSet {
  /// The grid in ETRS89/UTM zone 32N.
  public static let adv25832 = adv(
    .utm32, origin: Coordinate(x: -46_133.17, y: 6_301_219.54), title: "AdV grid of Germany, ETRS89/UTM zone 32N")

  /// The grid in ETRS89/UTM zone 33N, for the states in the east.
  public static let adv25833 = adv(
    .utm33, origin: Coordinate(x: -464_849.38, y: 6_310_160.14), title: "AdV grid of Germany, ETRS89/UTM zone 33N")

  private static let advMetresPerPixel = 4_891.969_810_251_28

  private static func adv(_ crs: CoordinateReferenceSystem, origin: Coordinate, title: String) -> TileMatrixSet {
    TileMatrixSet(
      id: "AdV_\(crs.code)", title: title, crs: crs, orderedAxes: ["E", "N"],
      matrices: (0...19).map { level in
        let tiles = 1 << level
        // Halving is exact: edges of a tile are edges of its four children to the last bit.
        let cellSize = advMetresPerPixel / Double(tiles)
        return TileMatrix(
          id: String(level), scaleDenominator: cellSize / metresPerPixel, cellSize: cellSize, pointOfOrigin: origin,
          tileWidth: 256, tileHeight: 256, matrixWidth: tiles, matrixHeight: tiles)
      })
  }
}
