import LageplanGeometry

extension TileMatrixSet {
  /// Half the width of the world in web Mercator: π times the radius of 6,378,137 m.
  static let webMercatorHalfWidth = Double.pi * 6_378_137
  /// The scale of WebMercatorQuad's matrix 0: its cell size over pixels of 0.28 mm.
  static let worldScaleDenominator = 2 * webMercatorHalfWidth / 256 / metresPerPixel
  /// The pixel by which scales are told (OGC 17-083r4, section 6.1.1).
  static let metresPerPixel = 0.000_28

  /// The tiling of web maps (OGC 17-083r4, annex D.1), matrices 0 to 24.
  public static let webMercatorQuad = TileMatrixSet(
    id: "WebMercatorQuad", title: "Google Maps Compatible for the World",
    uri: "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad", crs: .webMercator, orderedAxes: ["X", "Y"],
    wellKnownScaleSet: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
    matrices: (0...24).map { zoom in
      let tiles = 1 << zoom
      return TileMatrix(
        id: String(zoom), scaleDenominator: worldScaleDenominator / Double(tiles),
        cellSize: 2 * webMercatorHalfWidth / Double(256 * tiles),
        pointOfOrigin: Coordinate(x: -webMercatorHalfWidth, y: webMercatorHalfWidth), tileWidth: 256, tileHeight: 256,
        matrixWidth: tiles, matrixHeight: tiles)
    })
}
