import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import TestSupport

/// A delivery taken to its end, as an import takes it, but without a store.
struct Deliver {
  var delivery: Delivery
  var features: [Feature] = []

  var report: ImportReport { delivery.report }

  init(
    _ paths: String..., layer: String? = nil, encoding: String? = nil, configure: (inout ImportSettings) throws -> Void = { _ in }
  ) throws {
    try self.init(
      files: paths.map { SharedData.file("cities/\($0)").path }, layer: layer, encoding: encoding, configure: configure)
  }

  init(
    files: [String], layer: String? = nil, encoding: String? = nil, town: TownTime? = nil,
    configure: (inout ImportSettings) throws -> Void = { _ in }
  ) throws {
    let town = try town ?? TownTime()
    var settings = ImportSettings(town: town)
    try configure(&settings)
    let sources = try files.map { try ImportSource.open($0, layer: layer, encoding: encoding, town: town) }
    try self.init(sources: sources, settings: settings)
  }

  init(sources: [any FeatureSource], settings: ImportSettings? = nil) throws {
    delivery = try Delivery(sources, settings: try settings ?? ImportSettings(town: try TownTime()))
    while let feature = try delivery.next() { features.append(feature) }
  }

  /// Writes `text` to a file of its own and delivers it.
  init(text: String, suffix: String = "csv", configure: (inout ImportSettings) throws -> Void = { _ in }) throws {
    try self.init(bytes: Array(text.utf8), suffix: suffix, configure: configure)
  }

  init(
    bytes: [UInt8], suffix: String = "csv", encoding: String? = nil, configure: (inout ImportSettings) throws -> Void = { _ in }
  ) throws {
    let file = Scratch(suffix: suffix)
    try Data(bytes).write(to: URL(fileURLWithPath: file.path))
    try self.init(files: [file.path], encoding: encoding, configure: configure)
  }

  func values(of name: String) -> [PropertyValue] {
    guard let index = delivery.schema.index(of: name) else { return [] }
    return features.map { $0.values[index] }
  }
}

/// A path in the folder for temporary files; what stands there goes with this object.
final class Scratch {
  let path: String

  init(suffix: String) {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("lageplan-test-\(UUID().uuidString).\(suffix)").path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
