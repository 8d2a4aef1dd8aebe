public import LageplanGeometry

/// Reads what an editor sends as GeoJSON, checked whole against the collection that it is meant for.
///
/// All faults are told at once, each with its JSON path, so that whoever typed the values mends them in one go: properties that the
/// collection lacks, values of another type or outside the enumeration, geometries of another kind, broken ones with the place where,
/// places far outside the area of the collection's system (mostly two numbers in the wrong order).
///
/// What comes out stands in the collection's own system. Vertices are transformed; edges stay straight between them.
public struct FeatureDocumentReader: Sendable {
  public let descriptor: CollectionDescriptor
  public let frame: GeoJSONFrame
  private let limits: GeoJSONLimits
  private let toStorage: CoordinateTransform
  private let area: AreaOfUse

  /// A longer id is refused (bytes of UTF-8): ids stand in addresses, which proxies cut off somewhere.
  public static let longestId = 250

  /// Throws `CrsError` where the frame's system is unknown, or the collection's cannot be reached from it.
  public init(
    descriptor: CollectionDescriptor, frame: GeoJSONFrame = .crs84, limits: GeoJSONLimits = GeoJSONLimits()
  ) throws(CrsError) {
    self.descriptor = descriptor
    self.frame = frame
    self.limits = limits
    toStorage = try TransformCache.transform(from: frame.crs, to: descriptor.storageCrs)
    area = try AreaOfUse(of: descriptor.storageCrs, seenFrom: frame.crs)
  }

  /// A whole feature, with its id where it has one, else with an empty one; a property that is not named is null.
  ///
  /// `geometry` and `properties` must be there, if only as null: a document that forgets them would clear them.
  /// `nil` where there are faults.
  public func feature(_ node: JSONNode, _ faults: inout [JSONFault]) -> Feature? {
    let before = faults.count
    guard node.value["type"] == "Feature" else {
      faults.append(
        JSONFault(
          path: "\(node.path).type", value: node.value["type"]?.excerpt() ?? "", message: "this is no GeoJSON feature",
          remedy: "send an object with \"type\": \"Feature\", \"geometry\" and \"properties\""))
      return nil
    }
    refuseMisplaced(node, &faults)
    let id = id(node, &faults)
    var geometry: Geometry?
    if node.value["geometry"] == nil {
      faults.append(missing("geometry", of: node, remedy: "add it, or null for a feature without a place"))
    } else if let shape = node.optional("geometry") {
      geometry = self.geometry(shape, &faults)
    }
    var values = [PropertyValue](repeating: .null, count: descriptor.schema.properties.count)
    if node.value["properties"] == nil {
      faults.append(missing("properties", of: node, remedy: "add it, or null for a feature without any"))
    } else if let properties = node.optional("properties") {
      readMembers(of: properties, id: id, &faults) { index, member, faults in
        values[index] = value(member, of: descriptor.schema.properties[index], &faults) ?? .null
      }
    }
    return faults.count == before ? Feature(id: id, geometry: geometry, values: values) : nil
  }

  /// What a merge patch (RFC 7396) changes in `current`: its geometry or properties; what is not named stays as it is.
  ///
  /// Null clears a property, or takes the place away. A property of type JSON that is an object is merged into, and a geometry may come
  /// without its `type`. `nil` where there are faults.
  public func patch(_ node: JSONNode, of current: Feature, _ faults: inout [JSONFault]) -> FeaturePatch? {
    let before = faults.count
    node.refuseMembers(except: ["type", "id", "geometry", "properties", "bbox", "links", "crs"], &faults)
    guard node.value.object != nil else {
      faults.append(node.fault("\(node.value.typeName) where a patch should stand", remedy: "send an object"))
      return nil
    }
    if let type = node.value["type"], type != "Feature" {
      faults.append(JSONNode(type, path: "\(node.path).type").fault("a feature stays one", remedy: "leave it out"))
    }
    refuseMisplaced(node, &faults)
    let id = id(node, &faults)
    if !id.isEmpty, id != current.id {
      faults.append(
        JSONFault(
          path: "\(node.path).id", value: id, message: "a feature keeps its id", remedy: "leave it out, or send \(current.id)"))
    }
    var patch = FeaturePatch()
    switch node.value["geometry"] {
    case nil: break
    case .null?: patch.geometry = .some(nil)
    case let value?:
      var shape = value
      if case .object(let members) = value, value["type"] == nil, let kind = current.geometry?.kind {
        shape = .object([("type", .text(kind.geoJSONName))] + members)
      }
      patch.geometry = .some(geometry(JSONNode(shape, path: "\(node.path).geometry"), &faults))
    }
    if let value = node.value["properties"] {
      readMembers(of: JSONNode(value, path: "\(node.path).properties"), id: current.id, &faults) { index, member, faults in
        let property = descriptor.schema.properties[index]
        var member = member
        if property.kind == .json, case .json(let text) = current.values[index], let kept = try? JSONValue(parsing: text) {
          member = JSONNode(kept.merged(with: member.value), path: member.path)
        }
        patch.values[index] = self.value(member, of: property, &faults)
      }
    }
    return faults.count == before ? patch : nil
  }

  // MARK: - Members

  private func id(_ node: JSONNode, _ faults: inout [JSONFault]) -> String {
    let id: String
    switch node.value["id"] {
    case nil, .null?: return ""
    case .text(let text)?: id = text
    case .integer(let number)?: id = String(number)
    case let other?:
      faults.append(
        JSONNode(other, path: "\(node.path).id").fault("\(other.typeName) as an id", remedy: "send a string or a whole number"))
      return ""
    }
    if id.isEmpty || id.utf8.count > Self.longestId || id.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
    {
      faults.append(
        JSONNode(.text(id), path: "\(node.path).id").fault(
          "this is no id",
          remedy: "send 1 to \(Self.longestId) bytes of text without control characters, or leave it out to have one made"))
    }
    return id
  }

  /// Foreign members are passed over (RFC 7946, section 6.1), but not those by which something else was meant.
  private func refuseMisplaced(_ node: JSONNode, _ faults: inout [JSONFault]) {
    do throws(JSONFault) { try frame.refuseOther(declaredBy: node) } catch { faults.append(error) }
    if node.optional("place") != nil {
      faults.append(
        JSONFault(
          path: "\(node.path).place", value: "", message: "geometries are read from \"geometry\" only",
          remedy: "send the place there, in the system that the header Content-Crs names"))
    }
    for (key, value) in node.value.object ?? [] where key != "id" && key != "type" && descriptor.schema[key] != nil {
      if key == "geometry" || key == "properties" || key == "links" || key == "bbox" { continue }
      let member = JSONNode(value, path: JSONNode.path(node.path, key))
      faults.append(member.fault("a property beside \"properties\"", remedy: "put it inside"))
    }
  }

  /// Calls `read` for each known property, with its index in the schema.
  private func readMembers(
    of node: JSONNode, id: String, _ faults: inout [JSONFault], _ read: (Int, JSONNode, inout [JSONFault]) -> Void
  ) {
    for (key, member) in node.members(&faults) ?? [] {
      if let index = descriptor.schema.index(of: key) {
        read(index, member, &faults)
      } else if key == "id", member.value.isNull || member.value.text == id || member.value.integer.map(String.init) == id {
        // GDAL and QGIS show the id as a field, and send it back as one.
        continue
      } else {
        let names = descriptor.schema.properties.prefix(50).map(\.name).joined(separator: ", ")
        faults.append(
          member.fault("the collection has no property \"\(key)\"", remedy: "leave it out, or use one of \(names)"))
      }
    }
  }

  private func value(_ node: JSONNode, of property: PropertyDefinition, _ faults: inout [JSONFault]) -> PropertyValue? {
    guard let value = PropertyValue(json: node.value, as: property.kind) else {
      faults.append(node.fault("\"\(property.name)\" is of type \(property.kind.rawValue)", remedy: property.kind.example))
      return nil
    }
    if let values = property.enumeration, let spelling = value.spelling, !values.contains(spelling) {
      faults.append(
        node.fault(
          "\"\(property.name)\" has no such value", remedy: "send one of \(values.prefix(50).joined(separator: ", "))"))
      return nil
    }
    return value
  }

  private func missing(_ key: String, of node: JSONNode, remedy: String) -> JSONFault {
    JSONFault(path: "\(node.path).\(key)", value: "", message: "the member \"\(key)\" is missing", remedy: remedy)
  }

  // MARK: - Geometry

  private func geometry(_ node: JSONNode, _ faults: inout [JSONFault]) -> Geometry? {
    do throws(JSONFault) {
      return try geometry(node)
    } catch {
      faults.append(error)
      return nil
    }
  }

  /// In the storage system.
  private func geometry(_ node: JSONNode) throws(JSONFault) -> Geometry {
    var shape = try Geometry(geoJSON: node.value, in: frame, limits: limits, path: node.path)
    if shape.isEmpty { throw node.fault("an empty geometry", remedy: "send null for a feature without a place") }
    if let kind = descriptor.geometryKind, shape.kind != kind {
      guard let fitting = shape.lossless(as: kind) else {
        throw JSONNode(.text(shape.kind.geoJSONName), path: "\(node.path).type").fault(
          "the collection holds geometries of the kind \(kind.geoJSONName)", remedy: "send one of that kind")
      }
      shape = fitting
    }
    try refuseBroken(shape, node)
    let outside: Coordinate?
    do throws(CrsError) {
      outside = try area.firstOutside(shape)
      try toStorage.transform(&shape)
    } catch {
      throw node.fault("the geometry has no place in \(descriptor.storageCrs): \(error)", remedy: remedyForPlaces)
    }
    if let outside {
      throw node.fault(
        "\(frame.spelling(of: outside)) lies far outside the area where \(descriptor.storageCrs) is used",
        remedy: remedyForPlaces)
    }
    return shape
  }

  private var remedyForPlaces: String {
    "check the order of the two numbers, which is \(frame.order), and the system that Content-Crs names"
  }

  private func refuseBroken(_ shape: Geometry, _ node: JSONNode) throws(JSONFault) {
    let validity: Validity
    do throws(GeosError) { validity = try shape.validity() } catch {
      throw node.fault("the geometry cannot be judged: \(error)", remedy: "draw it again")
    }
    guard case .invalid(let reason, let place) = validity else { return }
    let near = place.map { " near \(frame.spelling(of: $0))" } ?? ""
    throw node.fault("the geometry is not valid: \(reason)\(near)", remedy: "draw it without crossing itself")
  }
}

/// Where a system is meant to be used, in degrees, with a margin: towns near the edge of a zone use the neighbour's.
private struct AreaOfUse {
  private let box: Envelope?
  private let toDegrees: CoordinateTransform

  private static let margin = 4.0

  init(of crs: CoordinateReferenceSystem, seenFrom source: CoordinateReferenceSystem) throws(CrsError) {
    toDegrees = try TransformCache.transform(from: source, to: .crs84)
    let info = try crs.info()
    // Across the antimeridian, and in degrees, everything is inside.
    box = info.isGeographic ? nil : info.areaOfUse.flatMap { $0.isEmpty ? nil : $0.expanded(by: Self.margin) }
  }

  /// In the frame of the geometry; `nil` where all lies inside.
  func firstOutside(_ geometry: Geometry) throws(CrsError) -> Coordinate? {
    guard let box else { return nil }
    for place in geometry.coordinates where !box.contains(try toDegrees.transform(place)) { return place }
    for member in geometry.members {
      if let place = try firstOutside(member) { return place }
    }
    return nil
  }
}

extension Geometry {
  /// The same places as another kind: a single shape as a multi one, or a multi one of one part as a single; `nil` for all else.
  func lossless(as kind: GeometryKind) -> Geometry? {
    guard kind.single == self.kind.single, kind != .geometryCollection else { return nil }
    var result = self
    result.kind = kind
    if kind == kind.multi { return result }
    let parts =
      switch kind {
      case .point: coordinates.count
      case .lineString: partEnds.count
      case .polygon, .multiPoint, .multiLineString, .multiPolygon, .geometryCollection: polygonEnds.count
      }
    return parts == 1 ? result : nil
  }
}
