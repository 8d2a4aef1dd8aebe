/// A point of OpenStreetMap.
public struct OsmNode: Hashable, Sendable {
  public var id: Int64
  public var position: RoadPosition
  public var tags: OsmTags

  public init(id: Int64, position: RoadPosition, tags: OsmTags = [:]) {
    self.id = id
    self.position = position
    self.tags = tags
  }
}

/// A line of OpenStreetMap: its points by their ids, in the order in which they are drawn.
public struct OsmWay: Hashable, Sendable {
  public var id: Int64
  public var nodes: [Int64]
  public var tags: OsmTags

  public init(id: Int64, nodes: [Int64], tags: OsmTags) {
    self.id = id
    self.nodes = nodes
    self.tags = tags
  }
}

/// Elements that belong together, each in a role: here a turn restriction.
public struct OsmRelation: Hashable, Sendable {
  public enum Kind: Int32, Hashable, Sendable {
    case node, way, relation
  }

  public struct Member: Hashable, Sendable {
    public var kind: Kind
    public var id: Int64
    public var role: String

    public init(_ kind: Kind, _ id: Int64, role: String) {
      self.kind = kind
      self.id = id
      self.role = role
    }
  }

  public var id: Int64
  public var members: [Member]
  public var tags: OsmTags

  public init(id: Int64, members: [Member], tags: OsmTags) {
    self.id = id
    self.members = members
    self.tags = tags
  }
}

/// OpenStreetMap elements in memory: the sample town's streets, and the small drawings of the tests.
public struct OsmElements: OsmSource {
  public var name: String
  /// When the data were true, as ISO 8601 writes it; `nil` where nobody knows.
  public var date: String?
  public var nodes: [OsmNode]
  public var ways: [OsmWay]
  public var relations: [OsmRelation]

  public init(name: String, date: String? = nil, nodes: [OsmNode], ways: [OsmWay], relations: [OsmRelation] = []) {
    self.name = name
    self.date = date
    self.nodes = nodes
    self.ways = ways
    self.relations = relations
  }

  public func streets(_ selection: OsmSelection, progress: OsmProgress) throws(OsmError) -> OsmStreets {
    var streets = OsmStreets()
    var batch = OsmStreetBatch()
    for way in ways where OsmSelection.isStreet(way.tags) {
      batch.tagSets.append(way.tags.filter(selection.wayKeys.contains))
      batch.names.append(OsmStreetName(name: way.tags["name"] ?? "", reference: way.tags["ref"] ?? ""))
      batch.wayTags.append(Int32(batch.tagSets.count - 1))
      batch.wayNames.append(Int32(batch.names.count - 1))
      batch.wayIds.append(way.id)
      batch.refs.append(contentsOf: way.nodes)
      batch.firstRef.append(Int32(batch.refs.count))
    }
    batch.restrictions = relations.filter(selection.isRestriction)
    batch.wayCount = ways.count
    batch.relationCount = relations.count
    try streets.append(batch)
    streets.date = date
    return streets
  }

  public func places(of ids: [Int64], _ selection: OsmSelection, progress: OsmProgress) throws(OsmError) -> OsmPlaces {
    var places = OsmPlaces(count: ids.count)
    var batch = OsmPlaceBatch()
    for node in nodes {
      guard let index = SortedIds.index(of: node.id, in: ids, near: 0) else { continue }
      batch.indices.append(Int32(index))
      batch.positions.append(node.position)
      let tags = node.tags.filter(selection.nodeKeys.contains)
      guard !tags.isEmpty else { continue }
      batch.tagged.append((Int32(index), Int32(batch.tagSets.count)))
      batch.tagSets.append(tags)
    }
    batch.nodeCount = nodes.count
    places.append(batch)
    return places
  }
}
