public import LageplanFeatures
public import LageplanGeometry

/// A named part of a tile (Ebene): which features of one collection, with which properties.
///
/// The layer's name in the tile is the collection's id.
public struct TileLayer: Hashable, Sendable {
  /// The tag under which every feature carries its id, which is text; the feature's own field holds only the number.
  /// A property of this name takes its place.
  public static let idKey = "id"

  public var collection: String
  public var storageCrs: CoordinateReferenceSystem
  /// Written as tags, by these names and kinds.
  public var properties: [PropertyDefinition]
  /// Only features that match.
  public var filter: FilterExpression?
  /// The features as they were at this instant; `nil`: as they are (see `FeatureQuery/asOf`).
  public var asOf: Instant?
  /// Outside of these zooms (WebMercatorQuad matrices) the layer is empty. At `maxZoom` nothing is simplified.
  public var minZoom: Int
  public var maxZoom: Int
  public var thinning: TileThinning
  /// How crowded features are thinned, where they are.
  public var settings: TileSettings

  public init(
    collection: String, storageCrs: CoordinateReferenceSystem, properties: [PropertyDefinition],
    filter: FilterExpression? = nil, minZoom: Int = 0, maxZoom: Int = 22, thinning: TileThinning = .automatic,
    settings: TileSettings = TileSettings()
  ) {
    self.collection = collection
    self.storageCrs = storageCrs
    self.properties = properties
    self.filter = filter
    self.minZoom = minZoom
    self.maxZoom = maxZoom
    self.thinning = thinning
    self.settings = settings
  }

  /// All properties of a collection, or those named.
  /// Throws `FeatureError.unknownProperty` for a name that the schema lacks.
  public init(
    _ descriptor: CollectionDescriptor, properties names: [String]? = nil, filter: FilterExpression? = nil,
    thinning: TileThinning = .automatic
  ) throws(FeatureError) {
    var chosen = descriptor.schema.properties
    if let names {
      chosen = []
      for name in names {
        guard let property = descriptor.schema[name] else {
          throw .unknownProperty(name, collection: descriptor.id, known: descriptor.schema.properties.map(\.name))
        }
        chosen.append(property)
      }
    }
    var settings = descriptor.tiles
    // A property that the schema has lost since is nobody's status.
    if let status = settings.statusProperty, descriptor.schema[status] == nil { settings.statusProperty = nil }
    self.init(
      collection: descriptor.id, storageCrs: descriptor.storageCrs, properties: chosen, filter: filter,
      minZoom: descriptor.minZoom, maxZoom: descriptor.maxZoom, thinning: thinning, settings: settings)
  }
}
