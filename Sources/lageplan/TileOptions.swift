import ArgumentParser
import LageplanFeatures

/// How a collection is drawn into tiles where its features stand too close for the scale: options of `collections set`.
struct TileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Thin crowded features below this zoom; `none`: only where a tile outgrows its budget.", valueName: "zoom|none"))
  var thinBelow: ZoomOrNone?
  @Option(
    help: ArgumentHelp(
      "What stands for several features: one of them, or a point in their middle with counts.",
      valueName: "representatives|clusters"))
  var thinBy: Grouping?
  @Option(
    help: ArgumentHelp(
      "Count the values of this property for what stands for several; an empty text counts none.", valueName: "property"))
  var countBy: String?
  @Option(
    name: .customLong("property-zoom"),
    help: ArgumentHelp(
      "The zoom from which a property is in the tiles; nothing after the `=`: at every zoom.", valueName: "name=zoom"))
  var propertyZooms: [String] = []
  @Option(help: ArgumentHelp("How large a tile may grow before it is packed.", valueName: "bytes"))
  var tileBudget: Int?

  /// A zoom, or explicitly none.
  enum ZoomOrNone: ExpressibleByArgument {
    case zoom(Int)
    case none

    init?(argument: String) {
      if argument == "none" {
        self = .none
      } else if let zoom = Int(argument), TileSettings.zooms.contains(zoom) {
        self = .zoom(zoom)
      } else {
        return nil
      }
    }
  }

  /// ``/LageplanFeatures/TileSettings/Grouping`` as words of the command line.
  enum Grouping: String, ExpressibleByArgument, CaseIterable {
    case representatives, clusters

    var setting: TileSettings.Grouping {
      switch self {
      case .representatives: .representatives
      case .clusters: .clusters
      }
    }
  }

  /// Some option is given.
  var change: Bool {
    thinBelow != nil || thinBy != nil || countBy != nil || !propertyZooms.isEmpty || tileBudget != nil
  }

  func validate() throws {
    for entry in propertyZooms {
      guard let split = entry.lastIndex(of: "=") else { throw ValidationError("`\(entry)` is no NAME=ZOOM.") }
      let zoom = entry[entry.index(after: split)...]
      guard zoom.isEmpty || Int(zoom).map(TileSettings.zooms.contains) == true else {
        throw ValidationError("`\(entry)` names no zoom. Zooms are 0 to 25.")
      }
    }
    if let tileBudget, !TileSettings.byteBudgets.contains(tileBudget) {
      throw ValidationError("A tile may have 10000 to 50000000 bytes.")
    }
  }

  func apply(to descriptor: inout CollectionDescriptor) throws {
    switch thinBelow {
    case .zoom(let zoom)?: descriptor.tiles.thinBelow = zoom
    case ZoomOrNone.none?: descriptor.tiles.thinBelow = nil
    case nil: break
    }
    if let thinBy { descriptor.tiles.grouping = thinBy.setting }
    if let countBy {
      descriptor.tiles.statusProperty = countBy.isEmpty ? nil : try known(countBy, in: descriptor)
    }
    for entry in propertyZooms {
      guard let split = entry.lastIndex(of: "=") else { continue }
      let name = try known(String(entry[..<split]), in: descriptor)
      descriptor.tiles.propertyMinZooms[name] = Int(entry[entry.index(after: split)...])
    }
    if let tileBudget { descriptor.tiles.byteBudget = tileBudget }
  }

  private func known(_ property: String, in descriptor: CollectionDescriptor) throws -> String {
    guard descriptor.schema[property] != nil else {
      let names = descriptor.schema.properties.map(\.name).joined(separator: ", ")
      throw CommandFailure("`\(property)` is no property of \(descriptor.id). It has: \(names).")
    }
    return property
  }
}
