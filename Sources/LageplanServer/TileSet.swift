import LageplanFeatures
import LageplanGeometry
import LageplanTiles

/// The tiles of one collection, or of several together, in one tile matrix set (OGC 17-083r4, section 7, "Tile Set Metadata").
struct TileSet {
  enum Origin: Equatable {
    /// `/collections/{id}/tiles/…`
    case collection(String)
    /// `/tiles/…`, of all collections that the one who asks may see.
    case dataset
    /// `/tiles/…?collections=a,b`, in this order.
    case selection([String])
  }

  let tileMatrixSet: TileMatrixSet
  /// Each is a layer, in this order.
  let collections: [CollectionDescriptor]
  let origin: Origin

  /// Of the resource: `/collections/trees/tiles/WebMercatorQuad`.
  var path: String {
    switch origin {
    case .collection(let id): "/collections/\(id)/tiles/\(tileMatrixSet.id)"
    case .dataset, .selection: "/tiles/\(tileMatrixSet.id)"
    }
  }

  /// The parameters that belong to the path, as `name=value`.
  var selection: String? {
    guard case .selection(let ids) = origin else { return nil }
    return "collections=\(RequestQuery.encode(ids.joined(separator: ",")))"
  }

  var title: String {
    if case .dataset = origin { return "Lageplan" }
    return collections.map(\.title).joined(separator: ", ")
  }

  /// Rises with every change of one of the collections.
  var version: Int64 { collections.reduce(0) { $0 + $1.dataVersion } }

  /// The address of the tile set itself, with `parameters` besides.
  func address(_ parameters: String...) -> String {
    let query = ([selection].compactMap(\.self) + parameters).joined(separator: "&")
    return query.isEmpty ? path : "\(path)?\(query)"
  }

  /// The template of its tiles, with OGC's names of the variables.
  var template: String {
    let tile = "\(path)/{tileMatrix}/{tileRow}/{tileCol}"
    return selection.map { "\(tile)?\($0)" } ?? tile
  }

  /// Around everything, in the system of the tile matrix set and within its bounds; `nil` where nothing has a place there.
  var extent: Envelope? {
    let all = collections.compactMap(extent(of:)).reduce(Envelope.empty) { $0.union($1) }
    return all.isEmpty ? nil : all
  }

  /// Around a collection, likewise.
  private func extent(of collection: CollectionDescriptor) -> Envelope? {
    guard let stored = collection.storageExtent,
      // Where the system of the tiles has no coordinates for the collection, none of its tiles can hold anything.
      let moved = try? CoordinateTransform(from: collection.storageCrs, to: tileMatrixSet.crs).transform(stored)
    else { return nil }
    return moved.intersection(tileMatrixSet.boundingBox)
  }

  /// The tiles that can hold something, matrix by matrix; `nil` while no collection has a feature with a place: then nothing is known.
  var limits: [TileMatrixLimits]? {
    guard collections.contains(where: { $0.storageExtent != nil }) else { return nil }
    var limits: [Int: TileMatrixLimits] = [:]
    for collection in collections {
      guard let extent = extent(of: collection) else { continue }
      for new in tileMatrixSet.limits(of: extent, zooms: collection.minZoom...collection.maxZoom) {
        limits[new.matrix] = limits[new.matrix]?.union(new) ?? new
      }
    }
    return limits.values.sorted { $0.matrix < $1.matrix }
  }

  /// The matrices at which a collection is drawn: indices of the first and the last; `nil` where there is none.
  func matrices(of collection: CollectionDescriptor) -> (first: TileMatrix, last: TileMatrix)? {
    let drawn = tileMatrixSet.matrices.filter { collection.minZoom <= $0.zoom && $0.zoom <= collection.maxZoom }
    guard let first = drawn.first, let last = drawn.last else { return nil }
    return (first, last)
  }

  /// The matrix of the largest scale at which everything lies in two tiles by two, among those that have tiles.
  var centreMatrix: TileMatrix? {
    guard let extent, let limits else { return nil }
    let drawn = limits.map { tileMatrixSet.matrices[$0.matrix] }
    return drawn.last { matrix in
      extent.width <= 2 * matrix.cellSize * Double(matrix.tileWidth)
        && extent.height <= 2 * matrix.cellSize * Double(matrix.tileHeight)
    } ?? drawn.first
  }

  /// Each once, in the order of the collections.
  func distinct(_ text: KeyPath<CollectionDescriptor, String?>) -> [String] {
    collections.compactMap { $0[keyPath: text] }.reduce(into: []) { known, next in
      if !next.isEmpty, !known.contains(next) { known.append(next) }
    }
  }
}
