import LageplanFeatures

/// What of each feature is given: `properties`, `exclude-properties` (OGC 24-019, Features Part 6) and `skipGeometry`, which
/// Masterportal sends; `skip-geometry` is the standard's spelling of the latter.
struct FeatureSelection {
  static let parameters = ["properties", "exclude-properties", "skipGeometry", "skip-geometry"]

  var properties: PropertySelection = .all
  var geometry = true

  init(_ query: RequestQuery, of descriptor: CollectionDescriptor) throws(Problem) {
    let known = descriptor.schema.properties.map(\.name)
    let wanted = try Self.names("properties", query, known: known)
    let unwanted = try Self.names("exclude-properties", query, known: known)
    switch (wanted, unwanted) {
    case (nil, nil): break
    case (let names?, nil): properties = .named(names)
    case (nil, let names?): properties = .named(known.filter { !names.contains($0) })
    case (_?, _?):
      throw Problem.badParameter(
        "exclude-properties", value: query["exclude-properties"] ?? "", "Give properties or exclude-properties, not both.")
    }
    for name in ["skipGeometry", "skip-geometry"] where try Self.flag(name, query) { geometry = false }
  }

  /// Names separated by commas. The geometry and the id may be named, and are governed by other means.
  private static func names(_ parameter: String, _ query: RequestQuery, known: [String]) throws(Problem) -> [String]? {
    guard let text = query[parameter] else { return nil }
    var result: [String] = []
    for piece in text.split(separator: ",") {
      let name = piece.trimmed
      if known.contains(name) {
        if !result.contains(name) { result.append(name) }
      } else if name != "geometry", name != "id" {
        throw Problem.badParameter(
          parameter, value: text, "There is no property \"\(name)\". There are: \(known.joined(separator: ", ")).")
      }
    }
    return result
  }

  /// `false` where the parameter is absent.
  private static func flag(_ name: String, _ query: RequestQuery) throws(Problem) -> Bool {
    switch query[name]?.lowercased() {
    case "true"?: return true
    case "false"?, nil: return false
    case let other?: throw Problem.badParameter(name, value: other, "true or false is needed.")
    }
  }
}

/// The parameter `sortby`: names separated by commas, each with `+` (rising, the default) or `-` before it.
enum SortParameter {
  /// More keys than anybody sorts by.
  private static let mostKeys = 8

  static func keys(_ query: RequestQuery, of descriptor: CollectionDescriptor) throws(Problem) -> [SortKey] {
    guard let text = query["sortby"] else { return [] }
    let known = sortables(of: descriptor)
    var result: [SortKey] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      // A plus that was not percent-encoded has become a space.
      var name = piece.drop { $0 == " " }
      let isDescending = name.first == "-"
      if isDescending || name.first == "+" { name = name.dropFirst() }
      guard known.contains(String(name)) else {
        throw Problem.badParameter(
          "sortby", value: text, "\"\(name)\" cannot be sorted by. These can: \(known.joined(separator: ", ")).")
      }
      let key = Self.key(String(name), ascending: !isDescending, in: descriptor)
      guard !result.contains(where: { $0.value == key.value }) else {
        throw Problem.badParameter("sortby", value: text, "\"\(name)\" stands there twice.")
      }
      result.append(key)
    }
    guard result.count <= mostKeys else {
      throw Problem.badParameter("sortby", value: text, "At most \(mostKeys) keys are read.")
    }
    return result
  }

  /// A property named `id` goes before the feature's own.
  private static func key(_ name: String, ascending: Bool, in descriptor: CollectionDescriptor) -> SortKey {
    name == "id" && descriptor.schema["id"] == nil ? .id(ascending: ascending) : SortKey(property: name, ascending: ascending)
  }

  /// Every property with an order, and the id.
  static func sortables(of descriptor: CollectionDescriptor) -> [String] {
    let properties = descriptor.schema.properties.filter { $0.kind != .json }.map(\.name)
    return properties.contains("id") ? properties : ["id"] + properties
  }
}
