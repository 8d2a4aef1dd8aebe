public import LageplanFeatures
import LageplanGeometry

/// The description of a set of tiles that web maps read: TileJSON 3.0.0 (https://github.com/mapbox/tilejson-spec/tree/master/3.0.0).
public struct TileJSON: Hashable, Sendable {
  /// Each becomes a layer, in this order.
  public var collections: [CollectionDescriptor]
  /// `https://example.org/tiles/trees/{z}/{x}/{y}.mvt`.
  public var tileTemplates: [String]
  public var name: String?
  /// Rises with every change of the tiles; `nil`: not told.
  public var dataVersion: Int64?

  public init(
    collections: [CollectionDescriptor], tileTemplates: [String], name: String? = nil, dataVersion: Int64? = nil
  ) {
    self.collections = collections
    self.tileTemplates = tileTemplates
    self.name = name
    self.dataVersion = dataVersion
  }

  /// The document as UTF-8 bytes.
  ///
  /// Bounds are around all collections that have a place, in degrees; left out, as their centre, while none has.
  /// Zooms reach from the lowest to the highest of all layers. Fields begin with the type by the word that map clients know (`String`,
  /// `Number`, `Boolean`; dates and JSON travel as text), then what the field is.
  public func json() -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 1024)
    writer.beginObject()
    writer.key("tilejson")
    writer.value("3.0.0")
    if let name {
      writer.key("name")
      writer.value(name)
    }
    if collections.count == 1, let description = collections[0].description {
      writer.key("description")
      writer.value(description)
    }
    if let dataVersion {
      // The minor version changes with the tiles (TileJSON 3.0.0, section on version).
      writer.key("version")
      writer.value("1.\(dataVersion).0")
    }
    writer.key("scheme")
    writer.value("xyz")
    writer.key("tiles")
    writer.beginArray()
    for template in tileTemplates { writer.value(template) }
    writer.endArray()
    let minZoom = collections.map(\.minZoom).min() ?? 0
    let maxZoom = collections.map(\.maxZoom).max() ?? 0
    writer.key("minzoom")
    writer.value(minZoom)
    writer.key("maxzoom")
    writer.value(maxZoom)
    writeBounds(into: &writer, minZoom, maxZoom)
    if let attribution {
      writer.key("attribution")
      writer.value(attribution)
    }
    writer.key("vector_layers")
    writer.beginArray()
    for collection in collections { write(collection, into: &writer) }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  /// What web Mercator shows, in degrees.
  private static let world = Envelope(minX: -180, minY: -85.051_128_78, maxX: 180, maxY: 85.051_128_78)

  private func writeBounds(into writer: inout JSONWriter, _ minZoom: Int, _ maxZoom: Int) {
    let extent = collections.compactMap(\.extent).reduce(Envelope.empty) { $0.union($1) }
    guard let bounds = extent.intersection(Self.world) else { return }
    writer.key("bounds")
    writer.beginArray()
    for edge in [bounds.minX, bounds.minY, bounds.maxX, bounds.maxY] { writer.fixed(edge, decimals: 7) }
    writer.endArray()
    writer.key("center")
    writer.beginArray()
    writer.fixed(bounds.centre.x, decimals: 7)
    writer.fixed(bounds.centre.y, decimals: 7)
    writer.value(min(maxZoom, max(minZoom, zoomShowing(bounds))))
    writer.endArray()
  }

  /// The highest zoom at which the bounds are no wider than two tiles of 512 pixels.
  private func zoomShowing(_ bounds: Envelope) -> Int {
    var zoom = 0
    while zoom < 22, bounds.width * Double(1 << zoom) <= 360 { zoom += 1 }
    return zoom
  }

  /// Those of all collections, each once.
  private var attribution: String? {
    var known: [String] = []
    for text in collections.compactMap(\.attribution) where !text.isEmpty && !known.contains(text) { known.append(text) }
    return known.isEmpty ? nil : known.joined(separator: " | ")
  }

  private func write(_ collection: CollectionDescriptor, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("id")
    writer.value(collection.id)
    writer.key("description")
    writer.value(collection.description ?? collection.title)
    writer.key("minzoom")
    writer.value(collection.minZoom)
    writer.key("maxzoom")
    writer.value(collection.maxZoom)
    writer.key("fields")
    writer.beginObject()
    for field in TileField.all(of: collection) { writer.member(field.name, field.summary) }
    writer.endObject()
    writer.endObject()
  }
}
