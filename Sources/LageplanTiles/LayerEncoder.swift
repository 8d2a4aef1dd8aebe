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
struct LayerEncoder: ~Copyable {
  /// The current feature's geometry field, without tag and length.
  var geometry = CommandWriter()
  private var features = ByteSink(capacity: 1 << 16)
  private var tags = ByteSink(capacity: 1 << 10)
  private var values = ValueTable()
  private var names: [String] = []
  private var kinds: [PropertyKind] = []
  /// Where the feature's id stands behind the properties; `nil` where a property of that name stands for it.
  private var idAt: Int?
  /// By property: its key in the layer, or −1 while no feature had a value for it. Keys are numbered as they come.
  private var keys: [Int32] = []
  private var keyOrder: [Int] = []
  private(set) var featureCount = 0

  mutating func begin(_ properties: [PropertyDefinition]) {
    features.removeAll()
    values.removeAll()
    names = properties.map(\.name)
    kinds = properties.map(\.kind)
    idAt = names.contains(TileLayer.idKey) ? nil : properties.count
    if idAt != nil {
      names.append(TileLayer.idKey)
      kinds.append(.text)
    }
    keys = Array(repeating: -1, count: names.count)
    keyOrder.removeAll(keepingCapacity: true)
    featureCount = 0
  }

  // MARK: Features

  /// Interns the id and the values of a row; they stay the tags of the features written until the next call. Nulls are left out.
  mutating func setTags(id: UnsafeRawBufferPointer, _ row: UnsafeBufferPointer<LentValue>) {
    tags.removeAll()
    let count = min(row.count, keys.count)
    tags.reserve((count &+ 1) &* 10)
    if let idAt { putTag(idAt, index(ofText: id)) }
    for property in 0..<count {
      let value: UInt32
      switch row[property] {
      case .null: continue
      case .integer(let number):
        // A reader may lend a whole real, or a truth value, as an integer: the schema decides, so that equal data give equal bytes.
        switch kinds[property] {
        case .real: value = values.index(of: Double(number))
        case .boolean: value = values.index(of: number != 0)
        case .integer, .text, .date, .dateTime, .json: value = values.index(of: number)
        }
      case .real(let number): value = values.index(of: number)
      case .boolean(let flag): value = values.index(of: flag)
      case .text(let text): value = index(ofText: text)
      }
      putTag(property, value)
    }
  }

  private mutating func putTag(_ property: Int, _ value: UInt32) {
    if keys[property] < 0 {
      keys[property] = Int32(truncatingIfNeeded: keyOrder.count)
      keyOrder.append(property)
    }
    tags.put(varint: UInt64(truncatingIfNeeded: keys[property]))
    tags.put(varint: UInt64(value))
  }

  private mutating func index(ofText text: UnsafeRawBufferPointer) -> UInt32 {
    let known = values.count
    let index = values.index(ofText: text)
    // Protocol buffers demand UTF-8. Only what is new needs the look; foreign editors may have left other bytes in the file.
    guard values.count > known, !isUtf8(text) else { return index }
    values.removeLast()
    var repaired = String(decoding: text, as: UTF8.self)
    return repaired.withUTF8 { values.index(ofText: UnsafeRawBufferPointer($0)) }
  }

  /// Writes a feature of the geometry collected in `geometry` and the tags set last (vector_tile.proto, message Feature).
  ///
  /// A negative number is no uint64: such a feature has no id.
  mutating func appendFeature(number: Int64, type: MvtGeometryType) {
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
  }

  // MARK: The layer

  /// Writes the layer behind what `tile` holds (vector_tile.proto, message Layer); nothing for a layer without features.
  mutating func finish(name: String, extent: Int32, into tile: inout ByteSink) {
    guard featureCount > 0 else { return }
    let nameLength = name.utf8.count
    var length = 2 + 1 + varintLength(UInt64(nameLength)) + nameLength + features.count + values.arena.count
    for property in keyOrder {
      let key = names[property].utf8.count
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
    for property in keyOrder { tile.put(text: names[property], field: 0x1A) }
    tile.put(values.arena.bytes)
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

/// Whether the bytes are well-formed UTF-8. ASCII is told eight bytes at a time, without a look at the standard library.
private func isUtf8(_ bytes: UnsafeRawBufferPointer) -> Bool {
  var at = 0
  while at &+ 8 <= bytes.count, bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 { at &+= 8 }
  while at < bytes.count, bytes[at] < 0x80 { at &+= 1 }
  return at == bytes.count || String(validating: bytes[at...], as: UTF8.self) != nil
}
