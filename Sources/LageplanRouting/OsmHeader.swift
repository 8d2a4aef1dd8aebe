import Foundation

/// What a PBF file says about itself.
struct OsmHeader: Sendable {
  /// When the data were true, as ISO 8601 writes it.
  var date: String?

  private static let knownFeatures: Set = ["OsmSchema-V0.6", "DenseNodes"]

  init(_ bytes: UnsafeRawBufferPointer, at place: OsmBlockPlace, in path: String) throws(OsmError) {
    var reader = OsmWireReader(bytes)
    while let field = reader.next() {
      switch field {
      case .bytes(4, let text):
        let feature = String(decoding: text, as: UTF8.self)
        guard Self.knownFeatures.contains(feature) else { throw .unknownFeature(path: path, feature: feature) }
      case .number(32, let seconds) where seconds > 0:
        date = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
      default: break
      }
    }
    if reader.isBroken { throw .broken(path: path, offset: place.offset, reason: "its header cannot be read") }
  }
}
