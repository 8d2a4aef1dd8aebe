public import LageplanGeometry

/// Writes rows as a sequence of GeoJSON features, one a line, without a document around them.
///
/// Programs read such a sequence feature by feature, and one that breaks off is good up to its last line.
public struct GeoJSONSequenceWriter: RowWriter {
  public enum Framing: Sendable {
    /// A record separator before each feature, a line feed behind it: GeoJSON text sequences (RFC 8142).
    case recordSeparators
    /// A line feed behind each feature: newline-delimited JSON.
    case lines
  }

  public var bytes: [UInt8] = []
  private let framing: Framing
  private var features: GeoJSONWriter

  public var flaws: [GeoJSONWriterError] { features.flaws }
  public var flawCount: Int { features.flawCount }

  /// Throws as ``GeoJSONWriter/init(descriptor:properties:target:swapsAxes:)``.
  public init(
    _ framing: Framing, descriptor: CollectionDescriptor, properties: PropertySelection = .all,
    target: CoordinateReferenceSystem = .crs84, swapsAxes: Bool = false
  ) throws {
    self.framing = framing
    features = try GeoJSONWriter(descriptor: descriptor, properties: properties, target: target, swapsAxes: swapsAxes)
  }

  public mutating func begin() {}
  public mutating func end() {}

  public mutating func append(_ row: borrowing FeatureRow) {
    if framing == .recordSeparators { bytes.append(0x1E) }
    // Each feature is a text of its own, so no comma comes between them.
    var text = JSONWriter()
    swap(&text.bytes, &bytes)
    features.append(row, to: &text)
    swap(&text.bytes, &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }
}
