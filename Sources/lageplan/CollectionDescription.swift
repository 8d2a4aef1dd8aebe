import LageplanFeatures
import LageplanGeometry

extension CollectionDescriptor {
  /// One object with all that is known, for machines.
  var document: JSONValue {
    var members: [(key: String, value: JSONValue)] = [("id", .text(id)), ("title", .text(title))]
    if let description { members.append(("description", .text(description))) }
    members.append(("keywords", .array(keywords.map { .text($0) })))
    if let licence { members.append(("licence", .text(licence))) }
    if let attribution { members.append(("attribution", .text(attribution))) }
    members += [
      ("geometryKind", .text(geometryKind.map { "\($0)" } ?? "mixed")), ("storageCrs", .text(storageCrs.uri)),
      ("featureCount", .integer(Int64(featureCount))), ("dataVersion", .integer(dataVersion)),
    ]
    if let extent {
      members.append(("extent", .array([extent.minX, extent.minY, extent.maxX, extent.maxY].map { .real($0) })))
    }
    if let temporalExtent {
      members.append(("temporalExtent", [.text(temporalExtent.start), .text(temporalExtent.end)]))
    }
    members += [
      ("minZoom", .integer(Int64(minZoom))), ("maxZoom", .integer(Int64(maxZoom))), ("tiles", tiles.document),
      ("public", .boolean(isPublic)), ("properties", .array(schema.properties.map(\.document))),
    ]
    return .object(members)
  }

  /// The same for people, a line each.
  var lines: String {
    var lines = ["\(id): \(title)"]
    func tell(_ name: String, _ value: String?) {
      if let value { lines.append("  \(name): \(value)") }
    }
    tell("description", description)
    tell("keywords", keywords.isEmpty ? nil : keywords.joined(separator: ", "))
    tell("licence", licence)
    tell("attribution", attribution)
    tell("shown to", isPublic ? "everybody" : "holders of a token")
    tell("features", "\(featureCount), \(geometryKind.map { "\($0)" } ?? "mixed"), stored in \(storageCrs.name)")
    tell("properties", schema.properties.isEmpty ? "none" : schema.properties.map(\.name).joined(separator: ", "))
    tell("tiles", "zooms \(minZoom) to \(maxZoom)")
    let thinned = tiles.thinBelow.map { "below zoom \($0)" } ?? "only where a tile outgrows its budget"
    tell("thinned", "\(thinned), by \(tiles.grouping.rawValue)")
    tell("counted by", tiles.statusProperty)
    for (name, zoom) in tiles.propertyMinZooms.sorted(by: { $0.key < $1.key }) { tell("from zoom \(zoom) on", name) }
    tell("byte budget of a tile", "\(tiles.byteBudget)")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension PropertyDefinition {
  fileprivate var document: JSONValue {
    var members: [(key: String, value: JSONValue)] = [("name", .text(name)), ("type", .text(kind.rawValue))]
    if let title { members.append(("title", .text(title))) }
    if let unit { members.append(("unit", .text(unit))) }
    if let reference { members.append(("reference", .text(reference))) }
    return .object(members)
  }
}

extension JSONValue {
  /// Compact JSON as a line of its own.
  var jsonLine: [UInt8] { Array("\(json)\n".utf8) }
}
