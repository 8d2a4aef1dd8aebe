/// Whole elements of a block, with all their tags: for those few that somebody is after.
extension OsmBlock {
  func elements(_ selection: OsmElementSelection) throws(OsmError) -> OsmElementBatch {
    var batch = OsmElementBatch()
    for group in groups {
      var reader = OsmWireReader(group)
      while let field = reader.next() {
        switch field {
        case .bytes(1, let node) where !selection.filters.isEmpty: try readNode(node, selection, &batch)
        case .bytes(2, let nodes) where !selection.filters.isEmpty: try readDenseNodes(nodes, selection, &batch)
        case .bytes(3, let way): try readWay(way, selection, &batch)
        case .bytes(4, let relation) where !selection.filters.isEmpty: try readRelation(relation, selection, &batch)
        default: break
        }
      }
      try check(reader)
    }
    return batch
  }

  /// The number of an element and the bytes of its lists, by the numbers of their fields.
  private struct Parts {
    var id: UInt64 = 0
    var latitude: UInt64 = 0
    var longitude: UInt64 = 0
    var lists: [Int: UnsafeRawBufferPointer] = [:]

    func list(_ field: Int) -> OsmWireReader {
      OsmWireReader(lists[field] ?? UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  private func parts(of element: UnsafeRawBufferPointer) throws(OsmError) -> Parts {
    var parts = Parts()
    var reader = OsmWireReader(element)
    while let field = reader.next() {
      switch field {
      case .number(1, let value): parts.id = value
      case .number(8, let value): parts.latitude = value
      case .number(9, let value): parts.longitude = value
      case .bytes(let number, let list): parts.lists[number] = list
      default: break
      }
    }
    try check(reader)
    return parts
  }

  private func tags(_ parts: Parts) throws(OsmError) -> OsmTags {
    var pairs: [(key: String, value: String)] = []
    var (keys, values) = (parts.list(2), parts.list(3))
    while !keys.isAtEnd, !values.isAtEnd, !keys.isBroken, !values.isBroken {
      pairs.append((try text(keys.varint()), try text(values.varint())))
    }
    try check(keys)
    try check(values)
    return OsmTags(pairs)
  }

  private func readNode(
    _ node: UnsafeRawBufferPointer, _ selection: OsmElementSelection, _ batch: inout OsmElementBatch
  ) throws(OsmError) {
    let parts = try parts(of: node)
    let tags = try tags(parts)
    guard selection.isWanted(tags) else { return }
    batch.nodes.append(
      OsmNode(
        id: Self.signed(parts.id), position: position(Self.signed(parts.longitude), Self.signed(parts.latitude)), tags: tags))
  }

  /// Most nodes have no tags: their zero is passed over without a look at any text.
  private func readDenseNodes(
    _ nodes: UnsafeRawBufferPointer, _ selection: OsmElementSelection, _ batch: inout OsmElementBatch
  ) throws(OsmError) {
    let parts = try parts(of: nodes)
    var (ids, latitudes, longitudes) = (parts.list(1), parts.list(8), parts.list(9))
    var keysAndValues = parts.list(10)
    var (id, latitude, longitude): (Int64, Int64, Int64) = (0, 0, 0)
    while !ids.isAtEnd, !ids.isBroken {
      id &+= ids.signed()
      latitude &+= latitudes.signed()
      longitude &+= longitudes.signed()
      var pairs: [(key: String, value: String)] = []
      while !keysAndValues.isAtEnd, !keysAndValues.isBroken {
        let key = keysAndValues.varint()
        if key == 0 { break }
        pairs.append((try text(key), try text(keysAndValues.varint())))
      }
      guard !pairs.isEmpty else { continue }
      let tags = OsmTags(pairs)
      if selection.isWanted(tags) {
        batch.nodes.append(OsmNode(id: id, position: position(longitude, latitude), tags: tags))
      }
    }
    for list in [ids, latitudes, longitudes, keysAndValues] { try check(list) }
  }

  private func readWay(
    _ way: UnsafeRawBufferPointer, _ selection: OsmElementSelection, _ batch: inout OsmElementBatch
  ) throws(OsmError) {
    let parts = try parts(of: way)
    let id = Int64(bitPattern: parts.id)
    let isPart = SortedIds.index(of: id, in: selection.ways, near: 0) != nil
    guard isPart || !selection.filters.isEmpty else { return }
    let tags = try tags(parts)
    guard isPart || selection.isWanted(tags) else { return }
    var refs = parts.list(8)
    var nodes: [Int64] = []
    var node: Int64 = 0
    while !refs.isAtEnd, !refs.isBroken {
      node &+= refs.signed()
      nodes.append(node)
    }
    try check(refs)
    batch.ways.append(OsmWay(id: id, nodes: nodes, tags: tags))
  }

  private func readRelation(
    _ relation: UnsafeRawBufferPointer, _ selection: OsmElementSelection, _ batch: inout OsmElementBatch
  ) throws(OsmError) {
    let parts = try parts(of: relation)
    let tags = try tags(parts)
    guard selection.isWanted(tags) else { return }
    let id = Int64(bitPattern: parts.id)
    var found = OsmRelation(id: id, members: [], tags: tags)
    var (roles, ids, kinds) = (parts.list(8), parts.list(9), parts.list(10))
    var member: Int64 = 0
    while !ids.isAtEnd, !ids.isBroken {
      member &+= ids.signed()
      let role = try text(roles.varint())
      guard let kind = OsmRelation.Kind(rawValue: Int32(truncatingIfNeeded: kinds.varint())) else {
        throw broken("relation \(id) has a member of no known kind")
      }
      found.members.append(OsmRelation.Member(kind, member, role: role))
    }
    for list in [roles, ids, kinds] { try check(list) }
    batch.relations.append(found)
  }
}
