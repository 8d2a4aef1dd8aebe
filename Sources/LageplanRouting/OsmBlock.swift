/// One unpacked block of a PBF file: a table of strings, and groups of nodes, ways and relations that speak of strings by number.
struct OsmBlock {
  private let path: String
  private let place: OsmBlockPlace
  private let bytes: UnsafeRawBufferPointer
  /// Where each string lies in the block.
  private var strings: [UnsafeRawBufferPointer] = []
  private(set) var groups: [UnsafeRawBufferPointer] = []
  /// A position is `offset + granularity · number` in units of 10⁻⁹ degrees.
  private var granularity: Int64 = 100
  private var latitudeOffset: Int64 = 0
  private var longitudeOffset: Int64 = 0

  init(_ bytes: UnsafeRawBufferPointer, at place: OsmBlockPlace, in path: String) throws(OsmError) {
    self.bytes = bytes
    self.place = place
    self.path = path
    var reader = OsmWireReader(bytes)
    while let field = reader.next() {
      switch field {
      case .bytes(1, let table):
        var entries = OsmWireReader(table)
        while let entry = entries.next() { if case .bytes(1, let text) = entry { strings.append(text) } }
        try check(entries)
      case .bytes(2, let group): groups.append(group)
      case .number(17, let value): granularity = Int64(bitPattern: value)
      case .number(19, let value): latitudeOffset = Int64(bitPattern: value)
      case .number(20, let value): longitudeOffset = Int64(bitPattern: value)
      default: break
      }
    }
    try check(reader)
    guard (1...1_000_000_000).contains(granularity) else { throw broken("its granularity is \(granularity)") }
  }

  func broken(_ reason: String) -> OsmError { .broken(path: path, offset: place.offset, reason: reason) }

  func check(_ reader: OsmWireReader) throws(OsmError) {
    if reader.isBroken { throw broken("a field in it does not end where it should") }
  }

  func text(_ index: UInt64) throws(OsmError) -> String {
    guard index < strings.count else { throw broken("it speaks of string \(index) and has \(strings.count)") }
    return String(decoding: strings[Int(index)], as: UTF8.self)
  }

  // MARK: Streets

  mutating func streets(_ selection: OsmSelection) throws(OsmError) -> OsmStreetBatch {
    var batch = OsmStreetBatch()
    var tags = TagTable(wanted: selection.wayKeys)
    for group in groups {
      var reader = OsmWireReader(group)
      while let field = reader.next() {
        switch field {
        case .bytes(3, let way): try readWay(way, selection, &tags, &batch)
        case .bytes(4, let relation): try readRelation(relation, selection, &batch)
        default: break
        }
      }
      try check(reader)
    }
    batch.tagSets = tags.sets
    return batch
  }

  private func readWay(
    _ way: UnsafeRawBufferPointer, _ selection: OsmSelection, _ tags: inout TagTable, _ batch: inout OsmStreetBatch
  ) throws(OsmError) {
    var id: Int64 = 0
    var keys = UnsafeRawBufferPointer(start: nil, count: 0)
    var values = keys
    var refs = keys
    var reader = OsmWireReader(way)
    while let field = reader.next() {
      switch field {
      case .number(1, let value): id = Int64(bitPattern: value)
      case .bytes(2, let packed): keys = packed
      case .bytes(3, let packed): values = packed
      case .bytes(8, let packed): refs = packed
      default: break
      }
    }
    try check(reader)
    batch.wayCount += 1
    guard let found = try tags.read(keys, values, in: self) else { return }
    batch.wayIds.append(id)
    batch.wayTags.append(found.tags)
    batch.wayNames.append(try nameIndex(found, &batch))
    var node: Int64 = 0
    var list = OsmWireReader(refs)
    while !list.isAtEnd, !list.isBroken {
      node &+= list.signed()
      batch.refs.append(node)
    }
    try check(list)
    batch.firstRef.append(Int32(clamping: batch.refs.count))
  }

  private func nameIndex(_ found: TagTable.Found, _ batch: inout OsmStreetBatch) throws(OsmError) -> Int32 {
    let name = OsmStreetName(
      name: try found.name.map { index throws(OsmError) in try text(index) } ?? "",
      reference: try found.reference.map { index throws(OsmError) in try text(index) } ?? "")
    // Ways of one street mostly follow one another.
    if let last = batch.names.last, last == name { return Int32(batch.names.count - 1) }
    batch.names.append(name)
    return Int32(batch.names.count - 1)
  }

  private func readRelation(
    _ relation: UnsafeRawBufferPointer, _ selection: OsmSelection, _ batch: inout OsmStreetBatch
  ) throws(OsmError) {
    batch.relationCount += 1
    var id: Int64 = 0
    var keys = UnsafeRawBufferPointer(start: nil, count: 0)
    var (values, roles, ids, kinds) = (keys, keys, keys, keys)
    var reader = OsmWireReader(relation)
    while let field = reader.next() {
      switch field {
      case .number(1, let value): id = Int64(bitPattern: value)
      case .bytes(2, let packed): keys = packed
      case .bytes(3, let packed): values = packed
      case .bytes(8, let packed): roles = packed
      case .bytes(9, let packed): ids = packed
      case .bytes(10, let packed): kinds = packed
      default: break
      }
    }
    try check(reader)
    var pairs: [(key: String, value: String)] = []
    var (keyList, valueList) = (OsmWireReader(keys), OsmWireReader(values))
    while !keyList.isAtEnd, !valueList.isAtEnd, !keyList.isBroken, !valueList.isBroken {
      pairs.append((try text(keyList.varint()), try text(valueList.varint())))
    }
    var result = OsmRelation(id: id, members: [], tags: OsmTags(pairs))
    guard selection.isRestriction(result) else { return }
    var (roleList, idList, kindList) = (OsmWireReader(roles), OsmWireReader(ids), OsmWireReader(kinds))
    var member: Int64 = 0
    while !idList.isAtEnd, !idList.isBroken {
      member &+= idList.signed()
      let role = try text(roleList.varint())
      guard let kind = OsmRelation.Kind(rawValue: Int32(truncatingIfNeeded: kindList.varint())) else {
        throw broken("relation \(id) has a member of no known kind")
      }
      result.members.append(OsmRelation.Member(kind, member, role: role))
    }
    for list in [keyList, valueList, roleList, idList, kindList] { try check(list) }
    batch.restrictions.append(result)
  }

  // MARK: Places

  mutating func places(of ids: [Int64], _ selection: OsmSelection) throws(OsmError) -> OsmPlaceBatch {
    var batch = OsmPlaceBatch()
    var tags = TagTable(wanted: selection.nodeKeys)
    for group in groups {
      var reader = OsmWireReader(group)
      while let field = reader.next() {
        switch field {
        case .bytes(1, let node): try readNode(node, ids, &tags, &batch)
        case .bytes(2, let nodes): try readDenseNodes(nodes, ids, &tags, &batch)
        default: break
        }
      }
      try check(reader)
    }
    batch.tagSets = tags.sets
    return batch
  }

  private func readNode(
    _ node: UnsafeRawBufferPointer, _ ids: [Int64], _ tags: inout TagTable, _ batch: inout OsmPlaceBatch
  ) throws(OsmError) {
    batch.nodeCount += 1
    var (id, latitude, longitude): (Int64, Int64, Int64) = (0, 0, 0)
    var keys = UnsafeRawBufferPointer(start: nil, count: 0)
    var values = keys
    var reader = OsmWireReader(node)
    while let field = reader.next() {
      switch field {
      case .number(1, let value): id = Self.signed(value)
      case .bytes(2, let packed): keys = packed
      case .bytes(3, let packed): values = packed
      case .number(8, let value): latitude = Self.signed(value)
      case .number(9, let value): longitude = Self.signed(value)
      default: break
      }
    }
    try check(reader)
    guard let index = SortedIds.index(of: id, in: ids, near: Int(batch.indices.last ?? 0)) else { return }
    batch.indices.append(Int32(index))
    batch.positions.append(position(longitude, latitude))
    guard !keys.isEmpty, let found = try tags.read(keys, values, in: self, isStreetOnly: false) else { return }
    batch.tagged.append((Int32(index), found.tags))
  }

  /// Four lists side by side, each number as its difference to the one before; the tags in one row, each node's ended by a 0.
  private func readDenseNodes(
    _ nodes: UnsafeRawBufferPointer, _ ids: [Int64], _ tags: inout TagTable, _ batch: inout OsmPlaceBatch
  ) throws(OsmError) {
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    var lists = (ids: OsmWireReader(nothing), latitudes: OsmWireReader(nothing), longitudes: OsmWireReader(nothing))
    var tagList = OsmWireReader(nothing)
    var reader = OsmWireReader(nodes)
    while let field = reader.next() {
      switch field {
      case .bytes(1, let packed): lists.ids = OsmWireReader(packed)
      case .bytes(8, let packed): lists.latitudes = OsmWireReader(packed)
      case .bytes(9, let packed): lists.longitudes = OsmWireReader(packed)
      case .bytes(10, let packed): tagList = OsmWireReader(packed)
      default: break
      }
    }
    try check(reader)
    var (id, latitude, longitude): (Int64, Int64, Int64) = (0, 0, 0)
    var guess = 0
    var pairs: [UInt64] = []
    while !lists.ids.isAtEnd, !lists.ids.isBroken {
      id &+= lists.ids.signed()
      latitude &+= lists.latitudes.signed()
      longitude &+= lists.longitudes.signed()
      batch.nodeCount += 1
      pairs.removeAll(keepingCapacity: true)
      while !tagList.isAtEnd, !tagList.isBroken {
        let key = tagList.varint()
        if key == 0 { break }
        pairs.append(key)
        pairs.append(tagList.varint())
      }
      guard let index = SortedIds.index(of: id, in: ids, near: guess) else { continue }
      guess = index
      batch.indices.append(Int32(index))
      batch.positions.append(position(longitude, latitude))
      guard !pairs.isEmpty, let found = try tags.find(pairs, in: self, isStreetOnly: false) else { continue }
      batch.tagged.append((Int32(index), found.tags))
    }
    for list in [lists.ids, lists.latitudes, lists.longitudes, tagList] { try check(list) }
  }

  @inline(__always)
  static func signed(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }

  /// From 10⁻⁹ to 10⁻⁷ degrees, to the nearest.
  @inline(__always)
  func position(_ longitude: Int64, _ latitude: Int64) -> RoadPosition {
    if granularity == 100, longitudeOffset == 0, latitudeOffset == 0 {
      return RoadPosition(longitude: Int32(clamping: longitude), latitude: Int32(clamping: latitude))
    }
    func rounded(_ offset: Int64, _ number: Int64) -> Int32 {
      let nanodegrees = offset &+ granularity &* number
      return Int32(clamping: (nanodegrees &+ (nanodegrees < 0 ? -50 : 50)) / 100)
    }
    return RoadPosition(longitude: rounded(longitudeOffset, longitude), latitude: rounded(latitudeOffset, latitude))
  }

  // MARK: Tags

  /// The different sets of wanted tags in a block: strings are looked at once, whatever number of elements speaks of them.
  private struct TagTable {
    struct Found {
      /// Index into ``sets``.
      var tags: Int32
      /// Numbers of strings.
      var name: UInt64?
      var reference: UInt64?
    }

    private enum Meaning: UInt8 {
      case notYetLookedAt, unwanted, wanted, name, reference
    }

    private(set) var sets: [OsmTags] = []
    private let wanted: Set<String>
    private var meanings: [Meaning] = []
    /// From the numbers of a set's strings to its index; -1: no street.
    private var known: [[UInt64]: Int32] = [:]
    private var pairs: [UInt64] = []
    private var relevant: [UInt64] = []

    init(wanted: Set<String>) { self.wanted = wanted }

    mutating func read(
      _ keys: UnsafeRawBufferPointer, _ values: UnsafeRawBufferPointer, in block: OsmBlock, isStreetOnly: Bool = true
    ) throws(OsmError) -> Found? {
      pairs.removeAll(keepingCapacity: true)
      var (keyList, valueList) = (OsmWireReader(keys), OsmWireReader(values))
      while !keyList.isAtEnd, !valueList.isAtEnd, !keyList.isBroken, !valueList.isBroken {
        pairs.append(keyList.varint())
        pairs.append(valueList.varint())
      }
      try block.check(keyList)
      try block.check(valueList)
      return try find(pairs, in: block, isStreetOnly: isStreetOnly)
    }

    /// The wanted tags among pairs of strings' numbers; `nil` where there are none, or where streets are wanted and it is none.
    mutating func find(_ pairs: [UInt64], in block: OsmBlock, isStreetOnly: Bool) throws(OsmError) -> Found? {
      if meanings.isEmpty { meanings = Array(repeating: .notYetLookedAt, count: block.strings.count) }
      var found = Found(tags: -1)
      relevant.removeAll(keepingCapacity: true)
      for index in stride(from: 0, to: pairs.count, by: 2) {
        let (key, value) = (pairs[index], pairs[index + 1])
        guard key < meanings.count else { throw block.broken("it speaks of string \(key) and has \(meanings.count)") }
        if meanings[Int(key)] == .notYetLookedAt { meanings[Int(key)] = meaning(of: try block.text(key)) }
        switch meanings[Int(key)] {
        case .wanted:
          relevant.append(key)
          relevant.append(value)
        case .name: found.name = value
        case .reference: found.reference = value
        case .unwanted, .notYetLookedAt: break
        }
      }
      if relevant.isEmpty { return nil }
      if let index = known[relevant] {
        found.tags = index
        return index >= 0 ? found : nil
      }
      var texts: [(key: String, value: String)] = []
      for index in stride(from: 0, to: relevant.count, by: 2) {
        texts.append((try block.text(relevant[index]), try block.text(relevant[index + 1])))
      }
      let tags = OsmTags(texts)
      if !isStreetOnly || OsmSelection.isStreet(tags) {
        found.tags = Int32(sets.count)
        sets.append(tags)
      }
      known[relevant] = found.tags
      return found.tags >= 0 ? found : nil
    }

    private func meaning(of key: String) -> Meaning {
      if wanted.contains(key) { return .wanted }
      return key == "name" ? .name : key == "ref" ? .reference : .unwanted
    }
  }
}
