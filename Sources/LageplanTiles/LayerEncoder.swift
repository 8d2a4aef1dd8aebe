import LageplanFeatures

/// The geometry types of MVT 2.1, section 4.3.4.
enum MvtGeometryType: UInt8 {
  case unknown = 0
  case point = 1
  case lineString = 2
  case polygon = 3
}

/// Writes one layer of a tile: features as they come, then keys and values.
///
/// Messages are never nested in buffers of their own: geometry and tags are written as finished bytes, so the length of a
/// feature is known when its first byte is written, and the length of the layer when its head is.
///
/// Values come in two ways, never mixed in one layer: as a row lends them (``setTags(id:_:)``), or as entries of a resident
/// collection's dictionary (``setTags(of:at:)``). Both give the same bytes for the same data.
struct LayerEncoder: ~Copyable {
  /// The current feature's geometry field, without tag and length.
  var geometry = CommandWriter()
  var features = ByteSink(capacity: 1 << 16)
  var tags = ByteSink(capacity: 1 << 10)
  private var values = ValueTable()
  var entries = EntryValues()
  /// Whether values are entries of a dictionary.
  private var isResident = false
  private var names: [String] = []
  private var kinds: [PropertyKind] = []
  /// Where the feature's id stands behind the properties; `nil` where a property of that name stands for it.
  private(set) var idAt: Int?
  /// By name: its key in the layer, or −1 while no feature had a value for it. Keys are numbered as they come.
  private var keys = FlatBuffer<Int32>(capacity: 32)
  private var keyOrder: [Int] = []
  /// What the keys take, at most.
  private var keyBytes = 0
  /// The names of counts, by what is counted; the key of `point_count` stands under ``ThinningGrid/noStatus``.
  private var countNames: [UInt32: Int] = [:]
  var featureCount = 0
  var representedCount = 0

  mutating func begin(_ properties: [PropertyDefinition]) {
    features.removeAll()
    values.removeAll()
    isResident = false
    names = properties.map(\.name)
    kinds = properties.map(\.kind)
    idAt = names.contains(TileLayer.idKey) ? nil : properties.count
    if idAt != nil {
      names.append(TileLayer.idKey)
      kinds.append(.text)
    }
    keys.removeAll()
    keys.append(repeating: -1, count: names.count)
    keyOrder.removeAll(keepingCapacity: true)
    keyBytes = 0
    countNames.removeAll(keepingCapacity: true)
    featureCount = 0
    representedCount = 0
  }

  /// The same for rows of a resident collection, which has all of the properties.
  mutating func begin(_ properties: [PropertyDefinition], of collection: ResidentCollection) {
    begin(properties)
    isResident = true
    entries.begin(collection)
    if let idAt { entries.append(column: 0, name: idAt) }
    for (place, property) in properties.enumerated() {
      if let column = collection.column(of: property.name) { entries.append(column: column, name: place) }
    }
  }

  /// What the message of a layer of this name takes beyond ``byteCount``, at most.
  static func frameLength(_ name: String) -> Int { name.utf8.count + 24 }

  /// What the layer's message takes so far, at most, its name and frame not counted.
  @inline(__always)
  var byteCount: Int { features.count &+ (isResident ? entries.tail.count : values.arena.count) &+ keyBytes }

  // MARK: Tags

  /// Interns the id and the values of a row; they stay the tags of the features written until the next call. Nulls are left out.
  /// Values beyond the layer's properties are not written.
  mutating func setTags(id: UnsafeRawBufferPointer, _ row: UnsafeBufferPointer<LentValue>) {
    tags.removeAll()
    let count = min(row.count, idAt ?? keys.count)
    tags.reserve((count &+ 1) &* 10)
    if let idAt { putTag(idAt, values.index(ofAnyText: id)) }
    for property in 0..<count {
      if let value = values.index(of: row[property], as: kinds[property]) { putTag(property, value) }
    }
  }

  /// The same for a row of a resident collection.
  mutating func setTags(of chunk: ResidentChunk, at row: Int, in dictionary: ValueDictionary) {
    tags.removeAll()
    tags.reserve(entries.columns.count &* 10)
    for place in 0..<entries.columns.count {
      let entry = chunk.values[entries.columns[place] &* chunk.count &+ row]
      if entry == ValueDictionary.null { continue }
      putTag(entries.names[place], entries.index(of: entry, in: dictionary))
    }
  }

  /// The tags of a feature that has no properties of its own.
  mutating func clearTags() { tags.removeAll() }

  /// How many features the current one stands for, and how many of them have each status. `status` tells the value of a
  /// tally's status.
  mutating func putCounts(
    of cell: ThinningGrid.Cell, in grid: borrowing ThinningGrid, status: (UInt32) -> LentValue
  ) {
    tags.reserve(20)
    putCount(cell.count, at: countName(ThinningGrid.noStatus) { TileSettings.countKey })
    var at = cell.firstTally
    while at >= 0 {
      let tally = grid.tally(at)
      tags.reserve(20)
      putCount(tally.count, at: countName(tally.status) { TileSettings.statusKey(Self.spelling(of: tally.status, status)) })
      at = tally.next
    }
  }

  private static func spelling(of status: UInt32, _ value: (UInt32) -> LentValue) -> String {
    if status == ThinningGrid.otherStatus { return "other" }
    return switch value(status) {
    case .null: ""
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    case .text(let text): String(decoding: text, as: UTF8.self)
    }
  }

  private mutating func countName(_ status: UInt32, _ name: () -> String) -> Int {
    if let known = countNames[status] { return known }
    names.append(name())
    keys.append(-1)
    countNames[status] = names.count - 1
    return names.count - 1
  }

  private mutating func putCount(_ count: UInt32, at name: Int) {
    putTag(name, isResident ? entries.index(ofCount: count) : values.index(ofCount: count))
  }

  private mutating func putTag(_ name: Int, _ value: UInt32) {
    tags.put(varint: UInt64(truncatingIfNeeded: key(of: name)))
    tags.put(varint: UInt64(value))
  }

  /// The key of a name, which gets the next one where it has none yet.
  @inline(__always)
  mutating func key(of name: Int) -> Int32 {
    let key = keys[name]
    return key >= 0 ? key : newKey(of: name)
  }

  @inline(never)
  private mutating func newKey(of name: Int) -> Int32 {
    keys[name] = Int32(truncatingIfNeeded: keyOrder.count)
    keyOrder.append(name)
    keyBytes += names[name].utf8.count + 4
    return keys[name]
  }

  // MARK: Features

  /// Writes a feature of the geometry collected in `geometry` and the tags set last (vector_tile.proto, message Feature),
  /// which stands for `represented` features of the data.
  ///
  /// A negative number is no uint64: such a feature has no id.
  mutating func appendFeature(number: Int64, type: MvtGeometryType, represented: Int) {
    let idLength = number < 0 ? 0 : 1 &+ varintLength(UInt64(bitPattern: number))
    let shapeLength = geometry.bytes.count
    let tagLength = tags.count
    var length = idLength &+ 2 &+ 1 &+ varintLength(UInt64(truncatingIfNeeded: shapeLength)) &+ shapeLength
    if tagLength > 0 { length &+= 1 &+ varintLength(UInt64(truncatingIfNeeded: tagLength)) &+ tagLength }

    features.reserve(length &+ 11)
    features.put(byte: 0x12)
    features.put(varint: UInt64(truncatingIfNeeded: length))
    if number >= 0 {
      features.put(byte: 0x08)
      features.put(varint: UInt64(bitPattern: number))
    }
    if tagLength > 0 {
      features.put(byte: 0x12)
      features.put(varint: UInt64(truncatingIfNeeded: tagLength))
      features.put(tags.bytes)
    }
    features.put(byte: 0x18)
    features.put(byte: type.rawValue)
    features.put(byte: 0x22)
    features.put(varint: UInt64(truncatingIfNeeded: shapeLength))
    features.put(geometry.bytes)
    featureCount &+= 1
    representedCount &+= represented
  }

  // MARK: The layer

  /// Writes the layer behind what `tile` holds (vector_tile.proto, message Layer); nothing for a layer without features.
  mutating func finish(name: String, extent: Int32, into tile: inout ByteSink) {
    guard featureCount > 0 else { return }
    let nameLength = name.utf8.count
    var length = 2 + 1 + varintLength(UInt64(nameLength)) + nameLength + features.count
    length += isResident ? entries.tail.count : values.arena.count
    for place in keyOrder {
      let key = names[place].utf8.count
      length += 1 + varintLength(UInt64(key)) + key
    }
    length += 1 + varintLength(UInt64(extent))

    tile.reserve(length + 11)
    tile.put(byte: 0x1A)
    tile.put(varint: UInt64(length))
    tile.put(byte: 0x78)  // version
    tile.put(byte: 2)
    tile.put(text: name, field: 0x0A)
    tile.put(features.bytes)
    for place in keyOrder { tile.put(text: names[place], field: 0x1A) }
    tile.put(isResident ? entries.tail.bytes : values.arena.bytes)
    tile.put(byte: 0x28)  // extent
    tile.put(varint: UInt64(extent))
  }
}

extension ByteSink {
  fileprivate mutating func put(text: String, field: UInt8) {
    var text = text
    text.withUTF8 {
      put(byte: field)
      put(varint: UInt64($0.count))
      put(UnsafeRawBufferPointer($0))
    }
  }
}
