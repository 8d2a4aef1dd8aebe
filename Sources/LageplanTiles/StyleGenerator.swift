public import LageplanFeatures
import LageplanGeometry

/// Draws a collection that no style knows: by the kind of its geometry, told apart by a state or the first property with few values.
///
/// One layer a value, with literal icon names, sizes by zoom as functions and filters that compare: of icons and colours that an
/// expression chooses, of `interpolate` for icons and of `in` QGIS 3.22 draws nothing, and these it draws. Equal descriptions give equal styles; the colour hangs on the id alone.
public struct StyleGenerator: Sendable {
  private let collection: CollectionDescriptor
  private let palette: StylePalette
  /// Which hue and shape the collection as a whole has.
  private let rank: Int

  public init(_ collection: CollectionDescriptor, variant: StyleVariant = .light) {
    self.collection = collection
    palette = StylePalette.of(variant)
    var hash: UInt32 = 0x811c_9dc5
    for byte in collection.id.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    rank = Int(hash % UInt32(palette.hues.count))
  }

  /// One kind of feature: its filter among all of the collection, its colour, its icon.
  private struct Case {
    var suffix = ""
    var filter: JSONValue?
    var colour: String
    var icon: String
    var dashes: [JSONValue] = []
  }

  // MARK: - Parts of a style

  /// The colour behind everything.
  public var ground: String { palette.ground }

  /// What a legend shows: shape, colours, icon.
  public var symbol: JSONValue {
    let shape = drawsPoints && !drawsLines && !drawsAreas ? "icon" : drawsAreas ? "area" : "line"
    return [
      "shape": .text(shape), "colour": .text(palette.hues[rank]), "stroke": .text(palette.hues[rank]),
      "icon": .text("shape-\(rank + 1)"),
    ]
  }

  /// The layers from the lowest to the highest, over a source named as the collection.
  public var layers: [JSONValue] {
    let cases = cases
    var layers: [JSONValue] = []
    if drawsAreas { layers += cases.map(area) }
    if drawsAreas || drawsLines { layers += cases.map(line) }
    if drawsPoints {
      layers += cases.map(icon)
    }
    if collection.tiles.grouping == .clusters { layers += clusterLayers(source: collection.id) }
    if let label { layers.append(label) }
    return layers
  }

  /// How a point is drawn that stands for several, over a source of this name.
  func clusterLayers(source: String) -> [JSONValue] {
    ClusterStyle(
      source: [("source", .text(source)), ("source-layer", .text(collection.id))], palette: palette, hue: palette.hues[rank],
      alarms: alarms
    ).layers
  }

  private var drawsAreas: Bool { kinds.contains { [.polygon, .multiPolygon].contains($0) } }
  private var drawsLines: Bool { kinds.contains { [.lineString, .multiLineString].contains($0) } }
  private var drawsPoints: Bool { kinds.contains { [.point, .multiPoint].contains($0) } }

  private var kinds: [GeometryKind] {
    switch collection.geometryKind {
    case nil, .geometryCollection?: [.point, .lineString, .polygon]
    case let kind?: [kind]
    }
  }

  // MARK: - What tells features apart

  /// The property whose values are told apart: the one that tiles count, else one named as a state, else the first with few values.
  private var telling: PropertyDefinition? {
    let few = collection.schema.properties.filter { property in
      (property.enumeration.map { (2...palette.hues.count).contains($0.count) } ?? false)
        && [.text, .integer].contains(property.kind)
    }
    return few.first { $0.name == collection.tiles.statusProperty }
      ?? few.first { StatusShape.propertyNames.contains($0.name.caseFolded) } ?? few.first
  }

  private var cases: [Case] {
    guard let telling, let values = telling.enumeration else {
      return [Case(colour: palette.hues[rank], icon: "shape-\(rank + 1)")]
    }
    let get: JSONValue = ["get", .text(telling.name)]
    let literals = values.map { telling.kind == .integer ? Int64($0).map(JSONValue.integer) ?? .text($0) : .text($0) }
    let states = values.map(StatusShape.init(value:))
    // Words of which one is not known would mix two languages of shapes.
    let speaksOfState = states.allSatisfy { $0 != nil }
    let named = values.indices.map { at in
      let hue = (rank + at) % palette.hues.count
      let state = speaksOfState ? states[at] : nil
      return Case(
        suffix: "-\(at + 1)", filter: ["==", get, literals[at]],
        colour: state.flatMap { palette.states[$0] } ?? palette.hues[hue], icon: state?.icon ?? "shape-\(hue + 1)",
        dashes: Self.dashes[at % Self.dashes.count])
    }
    let other = Case(
      suffix: "-other", filter: .array(["all"] + literals.map { ["!=", get, $0] }), colour: palette.other, icon: "shape-other")
    return [other] + named
  }

  /// The values that a cluster counts and that call for somebody.
  private var alarms: [String] {
    let property = collection.tiles.statusProperty.flatMap { collection.schema[$0] }
    return (property?.enumeration ?? []).filter { StatusShape(value: $0)?.isAlarming ?? false }
  }

  /// Lines of different values differ in more than colour.
  private static let dashes: [[JSONValue]] = [[], [4, 1.5], [1.2, 1.2], [6, 1.5, 1, 1.5]]

  // MARK: - Layers

  private var base: [(key: String, value: JSONValue)] {
    [("source", .text(collection.id)), ("source-layer", .text(collection.id))]
  }

  /// `filter` and the case's own; where kinds of geometry are mixed, only those of `type`.
  private func filter(_ each: Case, _ type: JSONValue) -> JSONValue? {
    var conditions = each.filter.map { [$0] } ?? []
    if kinds.count > 1 { conditions.append(type) }
    if type == Self.isPoint, collection.tiles.grouping == .clusters {
      conditions.append(["!", ["has", .text(TileSettings.countKey)]])
    }
    return conditions.count > 1 ? .array(["all"] + conditions) : conditions.first
  }

  private static let isPoint: JSONValue = ["==", ["geometry-type"], "Point"]
  private static let isPolygon: JSONValue = ["==", ["geometry-type"], "Polygon"]
  private static let isNoPoint: JSONValue = ["!=", ["geometry-type"], "Point"]

  private func layer(
    _ id: String, _ type: JSONValue, filter: JSONValue?, layout: JSONValue? = nil, paint: JSONValue? = nil,
    minZoom: JSONValue? = nil
  ) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [("id", .text(collection.id + id)), ("type", type)] + base
    if let minZoom { members.append(("minzoom", minZoom)) }
    if let filter { members.append(("filter", filter)) }
    if let layout { members.append(("layout", layout)) }
    if let paint { members.append(("paint", paint)) }
    return .object(members)
  }

  private func area(_ each: Case) -> JSONValue {
    layer(
      "-area" + each.suffix, "fill", filter: filter(each, Self.isPolygon),
      paint: ["fill-color": .text(each.colour), "fill-opacity": 0.25])
  }

  private func line(_ each: Case) -> JSONValue {
    var paint: [(key: String, value: JSONValue)] = [
      ("line-color", .text(each.colour)),
      ("line-width", ["interpolate", ["linear"], ["zoom"], 8, 0.8, 13, 1.6, 18, 3]),
    ]
    if !each.dashes.isEmpty { paint.append(("line-dasharray", .array(each.dashes))) }
    return layer(
      "-line" + each.suffix, "line", filter: filter(each, Self.isNoPoint), layout: ["line-join": "round", "line-cap": "butt"],
      paint: .object(paint))
  }

  private func icon(_ each: Case) -> JSONValue {
    layer(
      each.suffix, "symbol", filter: filter(each, Self.isPoint),
      layout: [
        "icon-image": .text(each.icon), "icon-size": ["stops": [[8, 0.3], [12, 0.45], [15, 0.7], [18, 1]]],
        "icon-allow-overlap": true, "icon-ignore-placement": true,
      ])
  }

  /// The name from near. A polygon lies in many tiles and would be labelled in each, so areas stay without.
  private var label: JSONValue? {
    guard !drawsAreas, let name = ["name", "title", "bezeichnung"].first(where: { collection.schema[$0]?.kind == .text }) else {
      return nil
    }
    var layout: [(key: String, value: JSONValue)] = [
      ("text-field", ["get", .text(name)]), ("text-font", ["Noto Sans Regular"]), ("text-size", 12),
    ]
    layout +=
      drawsLines
      ? [("symbol-placement", "line")]
      : [("text-anchor", "top"), ("text-offset", [0, 1.1]), ("text-max-width", 9), ("text-optional", true)]
    return layer(
      "-label", "symbol", filter: nil, layout: .object(layout),
      paint: ["text-color": .text(palette.ink), "text-halo-color": .text(palette.paper), "text-halo-width": 1.5], minZoom: 15)
  }
}
