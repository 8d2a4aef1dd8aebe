import LageplanGeometry

extension TileMatrixSet {
  /// The tiling of the world in degrees (OGC 17-083r4, annex D.3), matrices 0 to 23: two tiles side by side at matrix 0, so that matrix n
  /// has the scale of WebMercatorQuad's matrix n + 1.
  public static let worldCRS84Quad = TileMatrixSet(
    id: "WorldCRS84Quad", title: "CRS84 for the World",
    uri: "http://www.opengis.net/def/tilematrixset/OGC/1.0/WorldCRS84Quad", crs: .crs84, orderedAxes: ["Lon", "Lat"],
    wellKnownScaleSet: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
    matrices: (0...23).map { level in
      let rows = 1 << level
      let degreesPerCell = 180 / Double(256 * rows)
      return TileMatrix(
        id: String(level), scaleDenominator: degreesPerCell * metresPerDegree / metresPerPixel, cellSize: degreesPerCell,
        pointOfOrigin: Coordinate(x: -180, y: 90), tileWidth: 256, tileHeight: 256, matrixWidth: 2 * rows, matrixHeight: rows)
    })

  /// Along the equator of WGS 84: what scales in degrees are reckoned by (OGC 17-083r4, section 6.1.1).
  private static let metresPerDegree = Double.pi * 6_378_137 / 180
}
