public import LageplanGeometry

/// Which elements of OpenStreetMap somebody is after, by their tags: `leisure=playground`, or `amenity` with whatever value.
public struct OsmTagFilter: Hashable, Sendable {
  public var key: String
  /// `nil`: whatever the value is.
  public var value: String?

  public init(key: String, value: String?) {
    self.key = key
    self.value = value
  }

  /// Reads `key=value`, `key=*` or `key`; `nil` for anything else.
  public init?(parsing text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let key = parts.first, !key.isEmpty, parts.count == 1 || !parts[1].isEmpty else { return nil }
    self.init(key: key, value: parts.count == 1 || parts[1] == "*" ? nil : parts[1])
  }

  func matches(_ tags: OsmTags) -> Bool { tags[key].map { value == nil || $0 == value } ?? false }
}

/// An object of OpenStreetMap with a shape: what a node, a way or a relation means.
public struct OsmObject: Hashable, Sendable {
  /// Its element: `node/1`, `way/2`, `relation/3`. Unique in a source.
  public var id: String
  /// All of them.
  public var tags: OsmTags
  /// In degrees (CRS84): a point, a line, or a valid polygon or multipolygon. `nil`: it cannot be put together.
  public var geometry: Geometry?
  /// Why there is no geometry, or what of it is missing.
  public var fault: OsmObjectFault?
}

/// What is wrong with the shape of an object.
public enum OsmObjectFault: String, Hashable, Sendable, CaseIterable {
  /// None of its points is in the source, as beyond the border of an extract.
  case noPlace
  /// Some of its points or ways are not in the source; its shape is what is there.
  case cut
  /// Its rings do not close, or nothing remains of its area.
  case openRings
  /// A relation that is no area.
  case noShape
}

/// All elements of a source that a filter lets through, put together.
public struct OsmObjects: Sendable {
  /// Nodes, then ways, then relations, each in the order of the source.
  public var objects: [OsmObject]
  /// When the data were true, as ISO 8601 writes it; `nil` where the source does not say.
  public var date: String?
}

/// What elements of a source matter to a reading: their own tags, or that others are made of them.
struct OsmElementSelection: Sendable {
  /// An element with any of these tags; none: no element by its tags.
  var filters: [OsmTagFilter] = []
  /// Also these, whatever their tags; they rise strictly.
  var ways: [Int64] = []

  func isWanted(_ tags: OsmTags) -> Bool { filters.contains { $0.matches(tags) } }
}

/// Elements as they stand in one part of a source.
struct OsmElementBatch: Sendable {
  var nodes: [OsmNode] = []
  var ways: [OsmWay] = []
  var relations: [OsmRelation] = []
}

extension OsmFile {
  /// The elements that a filter lets through, as objects with a shape.
  ///
  /// A node is a point. A way that closes is a polygon, unless its tags say that it is a line: `area=no`, or a street, a railway, a barrier, a river or a power
  /// line without `area=yes`. Some values of these keys name areas all the same, as `power=substation`. Every other way is a line. A relation of type `multipolygon` or `boundary` is put together of its
  /// ways (`OsmRings`). Reads the file up to three times, since its elements may stand in any order: what is wanted, the ways of
  /// relations, the places of points. Throws ``OsmError``.
  public func objects(
    _ filters: [OsmTagFilter], progress: OsmProgress = { _, _ in }
  ) throws(OsmError) -> OsmObjects {
    let found = try elements(OsmElementSelection(filters: filters), "looking for objects", progress)
    let areas = found.relations.filter(\.isArea)
    let known = Set(found.ways.map(\.id))
    let missing = Set(areas.flatMap { $0.members.filter { $0.kind == .way }.map(\.id) }).subtracting(known)
    let parts =
      missing.isEmpty
      ? [] : try elements(OsmElementSelection(ways: missing.sorted()), "reading the ways of areas", progress).ways
    let ids = Set((found.ways + parts).flatMap(\.nodes)).sorted()
    let places = try self.places(of: ids, OsmSelection(wayKeys: [], nodeKeys: []), progress: progress)
    var shapes = OsmShapes(ids: ids, positions: places.positions)
    var objects = found.nodes.map { OsmObject(id: "node/\($0.id)", tags: $0.tags, geometry: .point($0.position.degrees)) }
    objects += found.ways.map { shapes.object(of: $0) }
    for way in found.ways + parts { shapes.ways[way.id] = way }
    objects += found.relations.map { shapes.object(of: $0) }
    return OsmObjects(objects: objects, date: date)
  }
}

extension OsmRelation {
  /// Its ways are the border of an area.
  var isArea: Bool { ["multipolygon", "boundary"].contains(tags["type"] ?? "") }
}

extension OsmWay {
  /// A closed way with one of these keys is a line, but for the values that name what has a ground: OSM wiki, the pages of the keys.
  private static let lineKeys: [(key: String, areas: Set<String>)] = [
    ("highway", ["services", "rest_area", "platform"]),
    ("railway", ["station", "platform", "turntable", "roundhouse", "traverser"]),
    ("barrier", []), ("waterway", ["riverbank", "dock", "boatyard", "dam", "fuel"]),
    ("power", ["plant", "substation", "generator", "transformer", "switchgear", "compensator", "converter"]), ("route", []),
  ]

  var isArea: Bool {
    guard nodes.count > 3, nodes.first == nodes.last else { return false }
    if let area = tags["area"] { return area != "no" }
    let isLine = Self.lineKeys.contains { key, _ in tags[key] != nil && tags[key] != "no" }
    let hasGround = Self.lineKeys.contains { key, areas in tags[key].map(areas.contains) ?? false }
    return !isLine || hasGround || tags["leisure"] != nil || tags["building"] != nil
  }
}

extension RoadPosition {
  /// CRS84.
  var degrees: Coordinate { Coordinate(x: Double(longitude) / 1e7, y: Double(latitude) / 1e7) }
}

/// Puts elements together to shapes.
struct OsmShapes {
  /// The nodes whose places are known, rising.
  let ids: [Int64]
  let positions: [RoadPosition]
  var ways: [Int64: OsmWay] = [:]

  init(ids: [Int64], positions: [RoadPosition]) {
    self.ids = ids
    self.positions = positions
  }

  private func place(of node: Int64) -> Coordinate? {
    guard let index = SortedIds.index(of: node, in: ids, near: 0), positions[index] != OsmPlaces.missing else { return nil }
    return positions[index].degrees
  }

  func object(of way: OsmWay) -> OsmObject {
    var object = OsmObject(id: "way/\(way.id)", tags: way.tags)
    let line = way.nodes.compactMap(place(of:))
    let isWhole = line.count == way.nodes.count
    if way.isArea, isWhole {
      object.geometry = Self.repaired(.polygon([line]))
      if object.geometry == nil { object.fault = .openRings }
    } else if line.count > 1 {
      object.geometry = .lineString(line)
      if !isWhole { object.fault = .cut }
    } else {
      object.fault = line.isEmpty ? .noPlace : .cut
    }
    return object
  }

  func object(of relation: OsmRelation) -> OsmObject {
    var object = OsmObject(id: "relation/\(relation.id)", tags: relation.tags)
    guard relation.isArea else {
      object.fault = .noShape
      return object
    }
    let members = relation.members.filter { $0.kind == .way }
    var lines: [[Int64]] = []
    var isCut = false
    for member in members {
      if let way = ways[member.id] { lines.append(way.nodes) } else { isCut = true }
    }
    let rings = OsmRings(of: lines)
    let closed = rings.closed.compactMap { ring -> [Coordinate]? in
      let places = ring.compactMap(place(of:))
      if places.count < ring.count { isCut = true }
      return places.count == ring.count ? places : nil
    }
    object.geometry = OsmRings.area(of: closed)
    object.fault = object.geometry == nil ? (lines.isEmpty ? .noPlace : .openRings) : isCut || rings.openCount > 0 ? .cut : nil
    return object
  }

  /// GEOS itself fails only where it has no memory: then there is no area either.
  static func repaired(_ geometry: Geometry) -> Geometry? { try? geometry.repaired() }
}
