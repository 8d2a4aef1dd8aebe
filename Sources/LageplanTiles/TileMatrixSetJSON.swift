public import LageplanFeatures
import LageplanGeometry

extension TileMatrixSet {
  /// Writes the set as JSON (OGC 17-083r4, annex on the JSON encoding). Coordinates are in the order of `orderedAxes`.
  public func write(into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("id")
    writer.value(id)
    writer.key("title")
    writer.value(title)
    if let uri {
      writer.key("uri")
      writer.value(uri)
    }
    writer.key("crs")
    writer.value(crs.uri)
    writer.key("orderedAxes")
    writer.beginArray()
    for axis in orderedAxes { writer.value(axis) }
    writer.endArray()
    if let wellKnownScaleSet {
      writer.key("wellKnownScaleSet")
      writer.value(wellKnownScaleSet)
    }
    writer.key("boundingBox")
    write(boundingBox, into: &writer)
    writer.key("tileMatrices")
    writer.beginArray()
    for matrix in matrices { write(matrix, into: &writer) }
    writer.endArray()
    writer.endObject()
  }

  private func write(_ matrix: TileMatrix, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("id")
    writer.value(matrix.id)
    writer.key("scaleDenominator")
    writer.value(matrix.scaleDenominator)
    writer.key("cellSize")
    writer.value(matrix.cellSize)
    writer.key("cornerOfOrigin")
    writer.value("topLeft")
    writer.key("pointOfOrigin")
    write(matrix.pointOfOrigin, into: &writer)
    for (name, value) in [
      ("tileWidth", matrix.tileWidth), ("tileHeight", matrix.tileHeight), ("matrixWidth", matrix.matrixWidth),
      ("matrixHeight", matrix.matrixHeight),
    ] {
      writer.key(name)
      writer.value(value)
    }
    writer.endObject()
  }

  private func write(_ box: Envelope, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("lowerLeft")
    write(Coordinate(x: box.minX, y: box.minY), into: &writer)
    writer.key("upperRight")
    write(Coordinate(x: box.maxX, y: box.maxY), into: &writer)
    writer.key("crs")
    writer.value(crs.uri)
    writer.endObject()
  }

  private func write(_ position: Coordinate, into writer: inout JSONWriter) {
    let isNorthFirst = ["Lat", "N", "Y"].contains(orderedAxes.first)
    writer.beginArray()
    writer.value(isNorthFirst ? position.y : position.x)
    writer.value(isNorthFirst ? position.x : position.y)
    writer.endArray()
  }
}
