public import LageplanFeatures

/// A style file and what becomes of it for one who asks: a MapLibre style (https://maplibre.org/maplibre-style-spec/, version 8) with our
/// own members under `metadata`.
///
/// - `lageplan:title`, `lageplan:description`: for lists.
/// - `lageplan:variants`: by variant (`dark`, `contrast`) a table from each colour of the file to the one that takes its place.
/// - `lageplan:rest`: `"generated"` has the collections that the file does not draw drawn all the same.
/// - `lageplan:symbols`, `lageplan:order`: what a legend shows, and in which order.
public struct MapStyle: Sendable {
  public let id: String
  /// As the file has it.
  public let document: JSONValue

  public init(id: String, document: JSONValue) {
    self.id = id
    self.document = document
  }

  public var title: String { metadata("title")?.text ?? document["name"]?.text ?? id }
  public var description: String? { metadata("description")?.text }

  /// Light always; the others where the file tells their colours.
  public var variants: [StyleVariant] {
    StyleVariant.allCases.filter { $0 == .light || metadata("variants")?[$0.rawValue] != nil }
  }

  private func metadata(_ name: String) -> JSONValue? { document["metadata"]?["lageplan:\(name)"] }

  /// A style with nothing of its own but the ground, for collections that no file draws.
  public static func generated(for collection: CollectionDescriptor) -> MapStyle {
    let ground = StyleGenerator(collection).ground
    let others = StyleVariant.allCases.filter { $0 != .light }.map { variant in
      (key: variant.rawValue, value: JSONValue.object([(ground, .text(StyleGenerator(collection, variant: variant).ground))]))
    }
    return MapStyle(
      id: collection.id,
      document: [
        "version": 8, "name": .text(collection.title),
        "metadata": ["lageplan:rest": "generated", "lageplan:variants": .object(others)], "sources": [:],
        "layers": [["id": "background", "type": "background", "paint": ["background-color": .text(ground)]]],
      ])
  }

  /// What is sent: addresses filled in, colours of the variant, only what the one who asks may see.
  ///
  /// `base` is our address without a slash at its end, `collections` what may be seen. A source of ours, whose `url` begins with
  /// `{base}/tiles/`, keeps the collections that are there, and goes with its layers where none is; sources of others stay.
  public func served(at base: String, collections: [CollectionDescriptor], variant: StyleVariant) -> JSONValue {
    let colours = colours(of: variant)
    var style = Members(document.object ?? [])
    let known = Set(collections.map(\.id))
    var sources = SourceTable(document["sources"]?.object ?? [], known: known)
    var layers = (document["layers"]?.array ?? []).filter(sources.keeps).map { $0.replacingText { colours[$0] ?? $0 } }
    var symbols = Members(metadata("symbols")?.replacingText { colours[$0] ?? $0 }.object ?? []).filtered { known.contains($0) }
    // A file is written for features; that a collection's tiles cluster them is decided later, and the file may not know.
    for collection in collections where collection.tiles.grouping == .clusters {
      let own = layers.filter { $0["source-layer"]?.text == collection.id }
      guard let source = own.first?["source"]?.text, !own.contains(where: { $0.mentions(TileSettings.countKey) }) else {
        continue
      }
      let discs = StyleGenerator(collection, variant: variant).clusterLayers(source: source)
      layers.insert(contentsOf: discs, at: Self.placeBelowLabels(in: layers))
    }
    if metadata("rest")?.text == "generated" {
      let drawn = sources.collections
      for collection in collections where !drawn.contains(collection.id) {
        let generator = StyleGenerator(collection, variant: variant)
        sources.add(collection.id)
        symbols[collection.id] = generator.symbol
        layers.insert(contentsOf: generator.layers, at: Self.placeBelowLabels(in: layers))
      }
    }
    style["name"] = .text(variant == .light ? title : "\(title) (\(variant.title))")
    style["metadata"] = servedMetadata(symbols: symbols, known: known, variant: variant)
    style["sources"] = .object(sources.members)
    if style["glyphs"] == nil { style["glyphs"] = "{base}/fonts/{fontstack}/{range}.pbf" }
    style["sprite"] = .text((style["sprite"]?.text ?? "{base}/sprites/icons") + variant.suffix)
    style["layers"] = nil
    style["layers"] = .array(layers)
    return JSONValue.object(style.all).replacingText { $0.replacing("{base}", with: base) }
  }

  private func servedMetadata(symbols: Members, known: Set<String>, variant: StyleVariant) -> JSONValue {
    var members = Members(document["metadata"]?.object ?? [])
    members["lageplan:variants"] = nil
    members["lageplan:rest"] = nil
    members["lageplan:variant"] = .text(variant.rawValue)
    members["lageplan:symbols"] = .object(symbols.all)
    let order = metadata("order")?.array?.filter { $0.text.map(known.contains) ?? false }
    members["lageplan:order"] = .array(order ?? symbols.all.map { .text($0.key) })
    return .object(members.all)
  }

  private func colours(of variant: StyleVariant) -> [String: String] {
    let table = metadata("variants")?[variant.rawValue]?.object ?? []
    return Dictionary(
      table.compactMap { entry in entry.value.text.map { (entry.key, $0) } }, uniquingKeysWith: { first, _ in first })
  }

  /// Before the first name of a place: what is generated covers lines and areas, never names.
  private static func placeBelowLabels(in layers: [JSONValue]) -> Int {
    layers.firstIndex { layer in
      layer["layout"]?["text-field"] != nil && layer["layout"]?["icon-image"] == nil
        && layer["layout"]?["symbol-placement"] == nil
    } ?? layers.count
  }

  /// The style reduced to what it draws of one collection, over its background.
  public func reduced(to collection: CollectionDescriptor) -> MapStyle {
    var members = Members(document.object ?? [])
    members["layers"] = .array(
      (document["layers"]?.array ?? []).filter { $0["source"] == nil || $0["source-layer"]?.text == collection.id })
    members["sources"] = .object(
      (document["sources"]?.object ?? []).filter { SourceTable.collections(of: $0.value)?.contains(collection.id) ?? false })
    var metadata = Members(document["metadata"]?.object ?? [])
    metadata["lageplan:rest"] = nil
    metadata["lageplan:title"] = .text(collection.title)
    metadata["lageplan:order"] = nil
    metadata["lageplan:symbols"] = .object(
      (self.metadata("symbols")?.object ?? []).filter { $0.key == collection.id })
    members["metadata"] = .object(metadata.all)
    members["center"] = nil
    members["zoom"] = nil
    return MapStyle(id: collection.id, document: .object(members.all))
  }

  /// The collections that a source of ours holds; `nil`: a source of somebody else's.
  static func collections(of source: JSONValue) -> [String]? { SourceTable.collections(of: source) }

  /// Whether the file itself draws the collection.
  public func draws(_ collection: CollectionDescriptor) -> Bool {
    (document["layers"]?.array ?? []).contains { $0["source-layer"]?.text == collection.id }
  }
}

/// The sources of a style, of which ours are known by their address.
private struct SourceTable {
  private(set) var members: [(key: String, value: JSONValue)] = []
  /// By source of ours the collections in it that are there.
  private var ours: [String: Set<String>] = [:]

  init(_ sources: [(key: String, value: JSONValue)], known: Set<String>) {
    for (key, source) in sources {
      guard let named = Self.collections(of: source) else {
        members.append((key, source))
        continue
      }
      let kept = named.filter(known.contains)
      ours[key] = Set(kept)
      guard !kept.isEmpty else { continue }
      var changed = Members(source.object ?? [])
      changed["url"] = .text("\(Self.prefix)\(kept.joined(separator: ",")).json")
      members.append((key, .object(changed.all)))
    }
  }

  var collections: Set<String> { ours.values.reduce(into: []) { $0.formUnion($1) } }

  mutating func add(_ collection: String) {
    ours[collection] = [collection]
    members.append((collection, ["type": "vector", "url": .text("\(Self.prefix)\(collection).json")]))
  }

  func keeps(_ layer: JSONValue) -> Bool {
    guard let source = layer["source"]?.text, let kept = ours[source] else { return true }
    return layer["source-layer"]?.text.map(kept.contains) ?? false
  }

  private static let prefix = "{base}/tiles/"

  /// `nil`: a source of somebody else's.
  static func collections(of source: JSONValue) -> [String]? {
    guard let url = source["url"]?.text, url.hasPrefix(prefix), url.hasSuffix(".json") else { return nil }
    return url.dropFirst(prefix.count).dropLast(".json".count).split(separator: ",").map(String.init)
  }
}

/// The members of an object, in order, to be changed one by one.
private struct Members {
  private(set) var all: [(key: String, value: JSONValue)]

  init(_ all: [(key: String, value: JSONValue)]) { self.all = all }

  /// A new member comes last; `nil` takes one away.
  subscript(key: String) -> JSONValue? {
    get { all.first { $0.key == key }?.value }
    set {
      let at = all.firstIndex { $0.key == key }
      switch (at, newValue) {
      case (let at?, let value?): all[at].value = value
      case (let at?, nil): all.remove(at: at)
      case (nil, let value?): all.append((key, value))
      case (nil, nil): break
      }
    }
  }

  func filtered(_ isKept: (String) -> Bool) -> Members { Members(all.filter { isKept($0.key) }) }
}

extension JSONValue {
  /// Some text in it, keys left out, is this one.
  fileprivate func mentions(_ text: String) -> Bool {
    switch self {
    case .text(let own): own == text
    case .array(let elements): elements.contains { $0.mentions(text) }
    case .object(let members): members.contains { $0.value.mentions(text) }
    case .null, .boolean, .integer, .real: false
    }
  }

  /// Every text but the keys replaced.
  fileprivate func replacingText(_ replace: (String) -> String) -> JSONValue {
    switch self {
    case .text(let text): .text(replace(text))
    case .array(let elements): .array(elements.map { $0.replacingText(replace) })
    case .object(let members): .object(members.map { ($0.key, $0.value.replacingText(replace)) })
    case .null, .boolean, .integer, .real: self
    }
  }
}
