import LageplanFeatures
import LageplanGeometry

/// A Web Feature Service (OGC 09-025r2, WFS 2.0; 04-094, WFS 1.1) as its capabilities describe it, and one of its layers.
struct WfsService {
  /// `2.0.0` or `1.1.0`.
  let version: String
  let layer: Layer
  /// The service hands an answer out in pages.
  let hasPages: Bool
  /// So many features come at most where nothing is asked; `nil`: it does not say.
  let standardCount: Int?
  private let address: ServiceAddress

  struct Layer {
    /// With its prefix, as it is asked for.
    var name: String
    /// The namespace of the prefix.
    var namespace: String?
    /// As the service spells them; the first is what it uses unless asked.
    var systems: [String]
  }

  var isVersion2: Bool { version.hasPrefix("2") }

  /// Asks the service what it has. Throws ``FetchError``.
  init(_ location: String, layer wanted: String?, by client: HttpClient) throws(FetchError) {
    var address = ServiceAddress(location)
    let wanted = wanted ?? address.value(of: "typeNames") ?? address.value(of: "typeName")
    address.remove([
      "service", "version", "acceptversions", "request", "typename", "typenames", "count", "maxfeatures", "startindex",
      "resulttype",
      "namespaces", "namespace",
    ])
    self.address = address
    let question = address.with("service", "WFS").with("request", "GetCapabilities").with("acceptVersions", "2.0.0,1.1.0")
    let document = try Self.xml(question.text, by: client)
    guard document.name == "WFS_Capabilities", let version = document.attributes["version"],
      version.hasPrefix("2.") || version.hasPrefix("1.1")
    else {
      throw .notUnderstood(
        address: shown(question.text),
        reason: "\(document.name) \(document.attributes["version"] ?? "") came, no capabilities of WFS 2.0 or 1.1",
        remedy: "Give the address of the service as its description names it")
    }
    self.version = version
    layer = try Self.choose(wanted, of: document, address: location)
    var constraints: [String: String] = [:]
    document["OperationsMetadata"]?.forEach { element in
      guard element.name == "Constraint", let name = element.attributes["name"] else { return }
      constraints[name] = element["DefaultValue"]?.trimmedText ?? element["AllowedValues"]?["Value"]?.trimmedText
    }
    hasPages = version.hasPrefix("2.") && constraints["ImplementsResultPaging"]?.uppercased() != "FALSE"
    standardCount = constraints["CountDefault"].flatMap { Int($0) }
  }

  private static func choose(_ wanted: String?, of document: XmlElement, address: String) throws(FetchError) -> Layer {
    let types = document["FeatureTypeList"]?.all("FeatureType") ?? []
    let names = types.map { $0["Name"]?.trimmedText ?? "" }
    func local(_ name: String) -> String { name.split(separator: ":").last.map { String($0) } ?? name }
    var matches: [Int]
    if let wanted {
      matches = names.indices.filter { names[$0] == wanted }
      if matches.isEmpty { matches = names.indices.filter { local(names[$0]) == local(wanted) } }
    } else {
      matches = Array(names.indices)
    }
    guard matches.count == 1, let index = matches.first else {
      throw .layerNeeded(address: shown(address), wanted: matches.isEmpty ? wanted : nil, layers: names)
    }
    let type = types[index]
    let tags = ["DefaultCRS", "DefaultSRS", "OtherCRS", "OtherSRS"]
    let systems = tags.flatMap { type.all($0).map(\.trimmedText) }
    let prefix = names[index].split(separator: ":").count == 2 ? String(names[index].prefix { $0 != ":" }) : ""
    let declaration = "xmlns:\(prefix)"
    let namespace = type["Name"]?.attributes[declaration] ?? type.attributes[declaration] ?? document.attributes[declaration]
    return Layer(name: names[index], namespace: namespace, systems: systems)
  }

  // MARK: Addresses

  private func question(_ request: String) -> ServiceAddress {
    var question = address.with("service", "WFS").with("version", version).with("request", request)
    question = question.with(isVersion2 && request == "GetFeature" ? "typeNames" : "typeName", layer.name)
    if isVersion2, let namespace = layer.namespace {
      question = question.with("namespaces", "xmlns(\(layer.name.prefix { $0 != ":" }),\(namespace))")
    }
    return question
  }

  /// What to ask for features; `nil` for a page: all at once.
  func features(system: String?, sortedBy property: String?, page: (start: Int, count: Int)?) -> String {
    var question = question("GetFeature")
    if let system { question = question.with("srsName", system) }
    if let property { question = question.with("sortBy", property) }
    if let page {
      question = question.with("count", String(page.count)).with("startIndex", String(page.start))
    }
    return question.text
  }

  /// How many features there are, without the features.
  var hits: String { question("GetFeature").with("resultType", "hits").text }

  /// The spelling under which the service offers the system. Throws ``FetchError`` with those that it has.
  func system(_ crs: CoordinateReferenceSystem) throws(FetchError) -> String {
    if let offered = layer.systems.first(where: { CoordinateReferenceSystem(parsing: $0)?.srid == crs.srid }) { return offered }
    throw .notUnderstood(
      address: shown(address.text), reason: "the layer \(layer.name) is not offered in \(crs)",
      remedy: "It has \(layer.systems.joined(separator: ", "))")
  }

  // MARK: Types

  /// The types of the properties, as the service describes its layer (`DescribeFeatureType`); those of other kinds are left out.
  func propertyKinds(by client: HttpClient) throws(FetchError) -> [String: PropertyKind] {
    let schema = try Self.xml(question("DescribeFeatureType").text, by: client)
    guard schema.name == "schema" else {
      throw .notUnderstood(
        address: shown(address.text), reason: "\(schema.name) came where a schema was asked for",
        remedy: "Ask the operator of the service")
    }
    var kinds: [String: PropertyKind] = [:]
    schema.forEach { element in
      guard element.name == "element", let name = element.attributes["name"] else { return }
      let type = element.attributes["type"] ?? element["simpleType"]?["restriction"]?.attributes["base"]
      if let type, let kind = Self.kind(ofXmlType: type) { kinds[name] = kind }
    }
    return kinds
  }

  /// XML Schema Part 2: Datatypes, section 3.
  private static func kind(ofXmlType type: String) -> PropertyKind? {
    guard !type.hasPrefix("gml:") else { return nil }
    switch type.split(separator: ":").last.map({ String($0) }) ?? type {
    case "string", "normalizedString", "token", "anyURI", "Name", "NCName", "NMTOKEN", "language", "time": return .text
    case "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt", "unsignedLong",
      "unsignedShort", "unsignedByte", "negativeInteger", "nonPositiveInteger":
      return .integer
    case "double", "float", "decimal": return .real
    case "boolean": return .boolean
    case "date": return .date
    case "dateTime": return .dateTime
    default: return nil
    }
  }

  // MARK: Documents

  private static func xml(_ address: String, by client: HttpClient) throws(FetchError) -> XmlElement {
    let (answer, bytes) = try client.document(address, accepting: "application/xml, text/xml, */*;q=0.5")
    let element: XmlElement
    do {
      element = try XmlElement(parsing: bytes)
    } catch {
      throw .notUnderstood(
        address: shown(address),
        reason: "no XML came, but \(answer.mediaType.isEmpty ? "something else" : answer.mediaType) (\(error))",
        remedy: "Check the address in a browser")
    }
    if let text = element.exceptionText { throw .refused(address: shown(address), status: answer.status, answer: excerpt(text)) }
    return element
  }

  /// The number that the answer to ``hits`` names.
  func count(by client: HttpClient) throws(FetchError) -> Int? {
    let collection = try Self.xml(hits, by: client)
    return (collection.attributes["numberMatched"] ?? collection.attributes["numberOfFeatures"]).flatMap { Int($0) }
  }
}
