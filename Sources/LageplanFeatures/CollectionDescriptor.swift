public import LageplanGeometry

/// One property of a collection: its name in the file, its type, and what people need to read it.
public struct PropertyDefinition: Hashable, Sendable, Codable {
  public var name: String
  public var kind: PropertyKind
  public var title: String?
  public var description: String?
  /// A UCUM code, such as `m` or `cm`.
  public var unit: String?
  /// The values that the property may have, where they are few and known.
  public var enumeration: [String]?
  /// The id of the collection whose feature ids this property holds: equipment names its playground.
  public var reference: String?

  public init(
    name: String, kind: PropertyKind, title: String? = nil, description: String? = nil, unit: String? = nil,
    enumeration: [String]? = nil, reference: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.title = title
    self.description = description
    self.unit = unit
    self.enumeration = enumeration
    self.reference = reference
  }
}

/// The properties of a collection, in the order of the file. Names are unique.
public struct Schema: Hashable, Sendable, Codable {
  public var properties: [PropertyDefinition]

  public init(properties: [PropertyDefinition] = []) { self.properties = properties }

  public func index(of name: String) -> Int? { properties.firstIndex { $0.name == name } }
  public subscript(name: String) -> PropertyDefinition? { properties.first { $0.name == name } }
}

/// Everything about a collection (Objektart) but its features: OGC 17-069r4, section 7.14, and what tiles and planning need.
public struct CollectionDescriptor: Hashable, Sendable {
  /// Lower case letters, digits, `-` and `_`; starts with a letter; at most 64.
  public var id: String
  public var title: String
  public var description: String?
  public var keywords: [String]
  /// An SPDX id or a URL.
  public var licence: String?
  public var attribution: String?
  /// `nil`: kinds are mixed. A collection of `.geometryCollection` may hold only those.
  public var geometryKind: GeometryKind?
  /// The frame in which the geometry is stored, never rounded, never reprojected on the way in.
  public var storageCrs: CoordinateReferenceSystem
  public var schema: Schema
  /// Zooms at which tiles are served (WebMercatorQuad matrices).
  public var minZoom: Int
  public var maxZoom: Int
  /// Shown to everybody; a collection that is not needs a token in every representation.
  public var isPublic: Bool
  /// How crowded features are drawn into tiles.
  public var tiles = TileSettings()

  // Kept by the store, true after each committed change; what a caller sets here is ignored on writing.

  /// In CRS84; `nil` while no feature has a place.
  public var extent: Envelope?
  /// In `storageCrs`; `nil` while no feature has a place.
  public var storageExtent: Envelope?
  /// ISO 8601 of the earliest and latest value of `date` and `date-time` properties; `nil`: none.
  public var temporalExtent: TemporalExtent?
  public var featureCount: Int
  /// Rises with every committed change of the features or of this description.
  public var dataVersion: Int64

  public init(
    id: String, title: String, description: String? = nil, keywords: [String] = [], licence: String? = nil,
    attribution: String? = nil, geometryKind: GeometryKind?, storageCrs: CoordinateReferenceSystem, schema: Schema,
    minZoom: Int = 0, maxZoom: Int = 22, isPublic: Bool = true, extent: Envelope? = nil, storageExtent: Envelope? = nil,
    temporalExtent: TemporalExtent? = nil, featureCount: Int = 0, dataVersion: Int64 = 0
  ) {
    self.id = id
    self.title = title
    self.description = description
    self.keywords = keywords
    self.licence = licence
    self.attribution = attribution
    self.geometryKind = geometryKind
    self.storageCrs = storageCrs
    self.schema = schema
    self.minZoom = minZoom
    self.maxZoom = maxZoom
    self.isPublic = isPublic
    self.extent = extent
    self.storageExtent = storageExtent
    self.temporalExtent = temporalExtent
    self.featureCount = featureCount
    self.dataVersion = dataVersion
  }
}

/// From the earliest to the latest instant told by the features, both included, as ISO 8601 text.
public struct TemporalExtent: Hashable, Sendable, Codable {
  public var start: String
  public var end: String

  public init(start: String, end: String) {
    self.start = start
    self.end = end
  }
}
