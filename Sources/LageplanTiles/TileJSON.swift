public import LageplanFeatures

/// The description of a tile set that web maps read: TileJSON 3.0.0.
public struct TileJSON: Hashable, Sendable {
  /// One layer of the set, from its collection.
  public var collections: [CollectionDescriptor]
  /// `https://host/tiles/trees/{z}/{x}/{y}.mvt`.
  public var tileTemplates: [String]
  public var name: String?

  public init(collections: [CollectionDescriptor], tileTemplates: [String], name: String? = nil) {
    self.collections = collections
    self.tileTemplates = tileTemplates
    self.name = name
  }
}
