import LageplanFeatures

/// What a collection's features are made of, as JSON Schema 2020-12 (OGC 23-058r1, Features Part 5; OGC 19-079r2, Features Part 3):
/// the schema of the features, what they can be filtered by, what they can be sorted by.
enum SchemaDocuments {
  static func schema(of descriptor: CollectionDescriptor, _ links: Links, linkable: Set<String>) -> JSONValue {
    document(
      "schema", of: descriptor, links, title: descriptor.title, properties: properties(of: descriptor, linkable, receivable: true)
    )
  }

  /// Names in a filter, and parameters of the items. Other names are refused, which `additionalProperties` says.
  static func queryables(of descriptor: CollectionDescriptor, _ links: Links, linkable: Set<String>) -> JSONValue {
    document(
      "queryables", of: descriptor, links, title: "\(descriptor.title): queryables",
      properties: properties(of: descriptor, linkable))
  }

  static func sortables(of descriptor: CollectionDescriptor, _ links: Links, linkable: Set<String>) -> JSONValue {
    let names = SortParameter.sortables(of: descriptor)
    return document(
      "sortables", of: descriptor, links, title: "\(descriptor.title): sortables",
      properties: properties(of: descriptor, linkable).filter { names.contains($0.key) })
  }

  private static func document(
    _ name: String, of descriptor: CollectionDescriptor, _ links: Links, title: String,
    properties: [(key: String, value: JSONValue)]
  ) -> JSONValue {
    var numbered = properties
    for at in numbered.indices {
      guard case .object(var members) = numbered[at].value else { continue }
      members.append(("x-ogc-propertySeq", .integer(Int64(at + 1))))
      numbered[at].value = .object(members)
    }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": .text(links("/collections/\(descriptor.id)/\(name)")), "type": "object", "title": .text(title),
      "properties": .object(numbered), "additionalProperties": false,
    ]
  }

  /// The id, the properties in their order, the geometry. A property of the collection goes before ours of the same name.
  private static func properties(
    of descriptor: CollectionDescriptor, _ linkable: Set<String>, receivable: Bool = false
  ) -> [(key: String, value: JSONValue)] {
    var result: [(key: String, value: JSONValue)] = []
    if descriptor.schema["id"] == nil {
      var id: [(key: String, value: JSONValue)] = [("type", "string"), ("title", "Id"), ("x-ogc-role", "id")]
      // Ids may be given when a feature is created and stay from then on.
      if receivable { id.append(("readOnly", true)) }
      result.append(("id", .object(id)))
    }
    let times = descriptor.schema.properties.filter { $0.kind == .date || $0.kind == .dateTime }
    for property in descriptor.schema.properties {
      // Which of several times tells when the feature was, nobody has said.
      let isWhen = times.count == 1 && times[0].name == property.name
      result.append((property.name, schema(of: property, linkable, role: isWhen ? "primary-instant" : nil)))
    }
    if descriptor.schema["geometry"] == nil {
      let format = descriptor.geometryKind.map { "geometry-\($0.geoJSONName.lowercased())" } ?? "geometry-any"
      result.append(("geometry", ["title": "Geometry", "format": .text(format), "x-ogc-role": "primary-geometry"]))
    }
    return result
  }

  /// A reference to a collection outside `linkable` is not told: nobody learns of what is not public.
  private static func schema(of property: PropertyDefinition, _ linkable: Set<String>, role: String?) -> JSONValue {
    var members = typeMembers(of: property.kind)
    members.append(("title", .text(property.title ?? property.name)))
    if let description = property.description { members.append(("description", .text(description))) }
    if let unit = property.unit {
      members.append(("x-ogc-unit", .text(unit)))
      members.append(("x-ogc-unitLang", "UCUM"))
    }
    if let values = property.enumeration {
      members.append(("enum", .array(values.map { PropertyValue.parsed($0, as: property.kind) })))
    }
    if let reference = property.reference, linkable.contains(reference) {
      members.append(("x-ogc-role", "reference"))
      members.append(("x-ogc-collectionId", .text(reference)))
    } else if let role {
      members.append(("x-ogc-role", .text(role)))
    }
    return .object(members)
  }

  static func typeMembers(of kind: PropertyKind) -> [(key: String, value: JSONValue)] {
    switch kind {
    case .text: [("type", "string")]
    case .integer: [("type", "integer")]
    case .real: [("type", "number")]
    case .boolean: [("type", "boolean")]
    case .date: [("type", "string"), ("format", "date")]
    case .dateTime: [("type", "string"), ("format", "date-time")]
    // Whatever JSON has: the array functions of CQL2 ask for arrays.
    case .json: [("type", ["array", "object", "string", "number", "boolean"])]
    }
  }
}

extension PropertyValue {
  /// An enumerated value as JSON of its property's type; text where it cannot be read as such.
  fileprivate static func parsed(_ text: String, as kind: PropertyKind) -> JSONValue {
    switch kind {
    case .integer: Int64(text).map { .integer($0) } ?? .text(text)
    case .real: Double(text).map { .real($0) } ?? .text(text)
    case .boolean: text == "true" ? true : text == "false" ? false : .text(text)
    case .text, .date, .dateTime, .json: .text(text)
    }
  }
}
