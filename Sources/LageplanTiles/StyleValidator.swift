public import LageplanFeatures

/// Checks a style against the specification (https://maplibre.org/maplibre-style-spec/, version 8) and against what is here: the
/// collections in its sources, the icons and the fonts that it names.
///
/// All faults are found in one go, each with its place. What an expression yields is not worked out: its operators and their number of
/// arguments are checked, not its types.
public struct StyleValidator {
  /// The icons of our sprite and the names of our fonts; `nil` leaves unasked what stands in neither.
  private let icons: Set<String>?
  private let fonts: Set<String>?
  private var issues: [StyleIssue] = []
  /// The type of each source, and for those of ours the collections in it.
  private var sourceTypes: [String: String] = [:]
  private var sourceLayers: [String: Set<String>] = [:]

  public init(icons: Set<String>? = nil, fonts: Set<String>? = nil) {
    self.icons = icons
    self.fonts = fonts
  }

  /// Everything that is wrong with the style, in the order of the file.
  public func issues(in style: JSONValue) -> [StyleIssue] {
    var run = self
    run.check(style)
    return run.issues
  }

  private mutating func report(_ place: String, _ message: String) { issues.append(StyleIssue(place: place, message: message)) }

  // MARK: - The whole

  private mutating func check(_ style: JSONValue) {
    guard style.object != nil else { return report("", "a style is an object, this is \(style.typeName)") }
    for member in ["version", "sources", "layers"] where style[member] == nil {
      report("", "the member \"\(member)\" is missing")
    }
    if let version = style["version"], version.integer != 8 {
      report("version", "write 8; \(version.excerpt()) is no version known here")
    }
    if style["constants"] != nil {
      report("constants", "there are none any more since version 8; write the values where they are used")
    }
    for member in ["zoom", "bearing", "pitch", "roll", "centerAltitude"] {
      if let value = style[member], value.number == nil { report(member, "a number is needed, not \(value.typeName)") }
    }
    if let center = style["center"], center.array?.count != 2 || center[0]?.number == nil || center[1]?.number == nil {
      report("center", "longitude and latitude are needed, as an array of two numbers")
    }
    for member in ["light", "sky", "projection", "terrain", "transition", "state"] {
      if let value = style[member], value.object == nil { report(member, "an object is needed, not \(value.typeName)") }
    }
    for (name, _) in style["light"]?.object ?? [] where !Self.lightMembers.contains(name.replacing("-transition", with: "")) {
      report("light.\(name)", "a light has no such member")
    }
    if let source = style["terrain"]?["source"], source.text == nil { report("terrain.source", "the name of a source is needed") }
    if let growth = style["terrain"]?["exaggeration"], growth.number == nil {
      report("terrain.exaggeration", "a number is needed")
    }
    if let faces = style["font-faces"], faces.object == nil { report("font-faces", "an object is needed, not \(faces.typeName)") }
    checkGlyphs(style["glyphs"])
    if let sprite = style["sprite"], sprite.text == nil, sprite.array == nil {
      report("sprite", "an address is needed, not \(sprite.typeName)")
    }
    checkSources(style["sources"])
    checkLayers(style["layers"])
  }

  private static let lightMembers: Set = ["anchor", "position", "color", "intensity"]

  private mutating func checkGlyphs(_ glyphs: JSONValue?) {
    guard let glyphs else { return }
    guard let url = glyphs.text else { return report("glyphs", "an address is needed, not \(glyphs.typeName)") }
    for token in ["{fontstack}", "{range}"] where !url.contains(token) { report("glyphs", "the address must contain \(token)") }
  }

  // MARK: - Sources

  private mutating func checkSources(_ sources: JSONValue?) {
    guard let sources else { return }
    guard let members = sources.object else { return report("sources", "an object is needed, not \(sources.typeName)") }
    for (name, source) in members { check(source, named: name) }
  }

  private mutating func check(_ source: JSONValue, named name: String) {
    let place = "sources.\(name)"
    guard source.object != nil else { return report(place, "a source is an object, this is \(source.typeName)") }
    guard let type = source["type"]?.text else { return report(place, "the member \"type\" is missing") }
    if type == "canvas" { return report(place, "a canvas is added by the page's script, not by a style") }
    guard let required = StyleSpecification.sources[type] else {
      return report("\(place).type", "\"\(type)\" is none of \(StyleSpecification.sources.keys.sorted().joined(separator: ", "))")
    }
    sourceTypes[name] = type
    for member in required.sorted() where source[member] == nil { report(place, "the member \"\(member)\" is missing") }
    if let url = source["url"], url.text == nil { report("\(place).url", "an address is needed, not \(url.typeName)") }
    if let collections = MapStyle.collections(of: source) { sourceLayers[name] = Set(collections) }
  }

  // MARK: - Layers

  private mutating func checkLayers(_ layers: JSONValue?) {
    guard let layers else { return }
    guard let all = layers.array else { return report("layers", "an array is needed, not \(layers.typeName)") }
    var seen: [String: Int] = [:]
    for (at, layer) in all.enumerated() {
      let place = "layers[\(at)]"
      guard let members = layer.object else {
        report(place, "a layer is an object, this is \(layer.typeName)")
        continue
      }
      if let id = layer["id"]?.text {
        if let first = seen[id] { report("\(place).id", "\"\(id)\" is the id of layers[\(first)] already; each is used once") }
        seen[id] = seen[id] ?? at
      } else {
        report(place, "the member \"id\" is missing")
      }
      for (name, _) in members where !StyleSpecification.layerMembers.contains(name) {
        report("\(place).\(name)", "layers have no such member")
      }
      check(layer, at: place)
    }
  }

  private mutating func check(_ layer: JSONValue, at place: String) {
    guard let type = layer["type"]?.text else { return report(place, "the member \"type\" is missing") }
    guard StyleSpecification.layerTypes.contains(type) else {
      return report("\(place).type", "\"\(type)\" is none of \(StyleSpecification.layerTypes.sorted().joined(separator: ", "))")
    }
    if let wanted = StyleSpecification.sourcesOfLayers[type] { checkSource(of: layer, type, wanted, at: place) }
    for member in ["minzoom", "maxzoom"] {
      guard let value = layer[member] else { continue }
      guard let zoom = value.number, (0...24).contains(zoom) else {
        report("\(place).\(member)", "a number from 0 to 24 is needed, not \(value.excerpt())")
        continue
      }
    }
    if let filter = layer["filter"] { report(StyleExpressions.faults(inFilter: filter, at: "\(place).filter")) }
    for part in StyleSpecification.Part.allCases {
      guard let value = layer[part.rawValue] else { continue }
      guard let members = value.object else {
        report("\(place).\(part.rawValue)", "an object is needed, not \(value.typeName)")
        continue
      }
      for (name, value) in members { check(value, of: name, part, type, at: "\(place).\(part.rawValue).\(name)") }
    }
  }

  private mutating func report(_ more: [StyleIssue]) { issues += more }

  private mutating func checkSource(of layer: JSONValue, _ type: String, _ wanted: Set<String>, at place: String) {
    guard let name = layer["source"]?.text else { return report(place, "the member \"source\" is missing") }
    guard let found = sourceTypes[name] else {
      return report(place, "there is no source \"\(name)\"; there are: \(sourceTypes.keys.sorted().joined(separator: ", "))")
    }
    guard wanted.contains(found) else {
      return report(place, "a layer of type \(type) does not draw from a source of type \(found)")
    }
    guard found == "vector" else { return }
    guard let sourceLayer = layer["source-layer"]?.text else {
      return report(place, "the member \"source-layer\" is missing: which layer of the vector source is drawn")
    }
    if let known = sourceLayers[name], !known.contains(sourceLayer) {
      report(
        "\(place).source-layer", "the source \"\(name)\" holds \(known.sorted().joined(separator: ", ")), not \"\(sourceLayer)\"")
    }
  }

  // MARK: - Properties

  private mutating func check(
    _ value: JSONValue, of name: String, _ part: StyleSpecification.Part, _ type: String, at place: String
  ) {
    guard let known = StyleSpecification.properties(part, of: type) else { return }
    if part == .paint, name.hasSuffix("-transition"), known[String(name.dropLast("-transition".count))] != nil {
      if value.object == nil { report(place, "an object with duration and delay is needed, not \(value.typeName)") }
      return
    }
    guard let kind = known[name] else {
      let other: StyleSpecification.Part = part == .paint ? .layout : .paint
      let isMisplaced = StyleSpecification.properties(other, of: type)?[name] != nil
      return report(
        place,
        isMisplaced ? "belongs under \(other.rawValue)" : "a layer of type \(type) has no such property under \(part.rawValue)")
    }
    report(StyleValues.faults(in: value, kind, at: place))
    if name == "icon-image", let icons, let icon = value.text, !icon.contains("{"), !icons.contains(icon) {
      report(place, "there is no icon \"\(icon)\"; lay \(icon).svg into Styles/icons, or name another")
    }
    if name == "text-font", let fonts {
      for case let font? in (value.array ?? []).map(\.text) where value[0]?.text != "literal" && !fonts.contains(font) {
        report(place, "there is no font \"\(font)\"; there are: \(fonts.sorted().joined(separator: ", "))")
      }
    }
  }
}
