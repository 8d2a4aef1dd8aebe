import LageplanFeatures
import LageplanGeometry
import LageplanTiles

/// What the query of a tile's address asks of its layers: conditions, properties, a moment, thinning.
///
/// However it was spelled, equal questions have equal ``TileParameters/identity``, so that none of them misses the cache.
struct TileParameters {
  /// What every address of a tile takes. `v` tells a version (see ``LageplanApplication/tileVersion(of:)``) and asks nothing.
  static let names = ["f", "v", "filter", "filter-lang", "filter-crs", "properties", "datetime", "asOf", "thinning"]

  /// In the order in which the collections were named.
  let layers: [TileLayer]
  /// The layers in one spelling.
  let identity: String
  /// There are as many such tiles as anybody can think of.
  let isNarrowed: Bool

  /// Throws 400 for what a collection cannot be asked.
  init(_ query: RequestQuery, of descriptors: [CollectionDescriptor]) throws {
    let asOf = try query.instant("asOf")
    let names = try Self.properties(query, of: descriptors)
    let thinning = try Self.thinning(query)
    let interval = try TemporalInterval(query)
    layers = try descriptors.map { descriptor in
      let reached = asOf == nil ? descriptor : try descriptor.reachingThePast
      let conditions = [interval?.filter(on: descriptor.schema), try FilterParameter.filter(query, of: reached)].compactMap(
        \.self)
      let own = names.map { names in descriptor.schema.properties.map(\.name).filter(names.contains) }
      var layer = try TileLayer(
        descriptor, properties: own, filter: conditions.count > 1 ? .and(conditions) : conditions.first, thinning: thinning)
      layer.asOf = asOf
      return layer
    }
    isNarrowed =
      asOf != nil || layers.contains { $0.filter != nil }
      || zip(layers, descriptors).contains { layer, descriptor in
        layer.properties.count < descriptor.schema.properties.count
      }
    // A byte that no name has ends each part.
    identity = zip(layers, descriptors).map { layer, descriptor in
      let isWhole = layer.properties.count == descriptor.schema.properties.count
      let parts = [
        layer.collection, isWhole ? "*" : layer.properties.map(\.name).joined(separator: "\u{1}"),
        layer.filter?.cql2Text ?? "", asOf.map { String($0.millisecondsSince1970) } ?? "", thinning.rawValue,
      ]
      return parts.joined(separator: "\u{2}")
    }.joined(separator: "\u{3}")
  }

  /// Names separated by commas, each known in one of the collections at least; `nil`: all.
  private static func properties(_ query: RequestQuery, of descriptors: [CollectionDescriptor]) throws(Problem) -> Set<String>? {
    guard let text = query["properties"] else { return nil }
    let known = descriptors.flatMap { $0.schema.properties.map(\.name) }
    var result: Set<String> = []
    for piece in text.split(separator: ",") {
      let name = piece.trimmed
      guard known.contains(name) || name == TileLayer.idKey || name == "geometry" else {
        throw Problem.badParameter(
          "properties", value: text, "There is no property \"\(name)\". There are: \(known.joined(separator: ", ")).")
      }
      result.insert(name)
    }
    return result
  }

  private static func thinning(_ query: RequestQuery) throws(Problem) -> TileThinning {
    switch query["thinning"] {
    case nil, "auto"?: return .automatic
    case "none"?: return .none
    case let other?: throw Problem.badParameter("thinning", value: other, "auto thins crowded features, none shows every one.")
    }
  }
}
