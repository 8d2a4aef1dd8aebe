public import LageplanFeatures

/// A tag that features of a layer carry in tiles: its name, its type there, and what people need to read it.
public struct TileField: Hashable, Sendable {
  public var name: String
  /// The kind of the property that it shows.
  public var kind: PropertyKind
  public var title: String?
  public var description: String?
  /// A UCUM code.
  public var unit: String?
  /// The texts that it may have, where they are few and known.
  public var values: [String]?

  /// All tags that a layer of the collection can have: the id, the properties in their order, and the counts of what stands for several.
  public static func all(of collection: CollectionDescriptor) -> [TileField] {
    var fields = collection.schema.properties.map { property in
      TileField(
        name: property.name, kind: property.kind, title: property.title, description: property.description, unit: property.unit,
        values: property.kind == .text ? property.enumeration : nil)
    }
    if collection.schema[TileLayer.idKey] == nil {
      fields.insert(TileField(name: TileLayer.idKey, kind: .text, title: "Id"), at: 0)
    }
    func count(_ name: String, _ title: String) {
      guard collection.schema[name] == nil else { return }
      fields.append(TileField(name: name, kind: .integer, title: title))
    }
    count(TileSettings.countKey, "How many features it stands for, where they are more than one")
    if let status = collection.tiles.statusProperty {
      for value in collection.schema[status]?.enumeration ?? [] {
        count(TileSettings.statusKey(value), "How many of them have \(status) \(value)")
      }
    }
    return fields
  }

  /// Its type in JSON Schema. Dates and JSON are texts in a tile.
  public var jsonType: String {
    switch kind {
    case .text, .date, .dateTime, .json: "string"
    case .integer: "integer"
    case .real: "number"
    case .boolean: "boolean"
    }
  }

  /// How its text is to be read, in the words of JSON Schema.
  public var format: String? {
    switch kind {
    case .date: "date"
    case .dateTime: "date-time"
    case .text, .integer, .real, .boolean, .json: nil
    }
  }

  /// What TileJSON tells of it: the type by the words that map clients know, then what it is.
  public var summary: String {
    let type =
      switch kind {
      case .text, .date, .dateTime, .json: "String"
      case .integer, .real: "Number"
      case .boolean: "Boolean"
      }
    let meaning = [title, description].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ". ")
    let measured = [meaning, unit.map { "[\($0)]" } ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    return measured.isEmpty ? type : "\(type): \(measured)"
  }
}
