import LageplanGeometry

/// Reads vector tiles by the letter of MVT 2.1 (https://github.com/mapbox/vector-tile-spec/tree/master/2.1).
///
/// Strict on purpose: it checks what we write and what archives bring in. Where the specification says MUST, a breach is
/// refused; in layers of version 1 rings may be wound either way, as that version leaves it open.
public struct MvtDecoder {
  private init() {}

  /// Reads a tile, not packed. No bytes are a tile without layers. Throws `MvtDecodingError`.
  public static func decode(_ bytes: [UInt8]) throws -> DecodedTile {
    try bytes.withUnsafeBytes { try decode($0) }
  }

  /// The same from lent bytes.
  public static func decode(_ bytes: UnsafeRawBufferPointer) throws(MvtDecodingError) -> DecodedTile {
    var cursor = ProtobufCursor(bytes)
    var tile = DecodedTile(layers: [])
    var names: Set<String> = []
    while !cursor.isAtEnd {
      let field = try cursor.readField(of: "Tile")
      switch field.number {
      case 3:
        guard field.type == .lengthDelimited else { throw cursor.fault(.wrongWireType(field: 3, in: "Tile")) }
        let layer = try LayerDecoder.decode(bytes, try cursor.readLengthDelimited())
        guard names.insert(layer.name).inserted else { throw cursor.fault(.repeatedLayerName(layer.name)) }
        tile.layers.append(layer)
      case 16...: try cursor.skip(field.type)  // extensions
      default: throw cursor.fault(.unknownField(field.number, in: "Tile"))
      }
    }
    return tile
  }
}

/// One layer: features refer to keys and values that may stand behind them, so their places are noted first.
private struct LayerDecoder {
  private var version: UInt64?
  private var name: String?
  private var extent: UInt64 = 4096
  private var features: [Range<Int>] = []
  private var keys: [String] = []
  private var values: [DecodedValue] = []

  static func decode(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(MvtDecodingError) -> DecodedLayer {
    var decoder = LayerDecoder()
    var cursor = ProtobufCursor(bytes, range)
    do throws(MvtDecodingError) {
      while !cursor.isAtEnd { try decoder.readField(&cursor) }
      return try decoder.finish(cursor)
    } catch {
      var named = error
      named.layer = decoder.name
      throw named
    }
  }

  private mutating func readField(_ cursor: inout ProtobufCursor) throws(MvtDecodingError) {
    let field = try cursor.readField(of: "Layer")
    let expected: ProtobufCursor.WireType
    switch field.number {
    case 1, 2, 3, 4: expected = .lengthDelimited
    case 5, 15: expected = .varint
    case 16...:
      try cursor.skip(field.type)  // extensions
      return
    default: throw cursor.fault(.unknownField(field.number, in: "Layer"))
    }
    guard field.type == expected else { throw cursor.fault(.wrongWireType(field: field.number, in: "Layer")) }
    switch field.number {
    case 1:
      if name != nil { throw cursor.fault(.repeatedField("name")) }
      name = try cursor.readText()
    case 2: features.append(try cursor.readLengthDelimited())
    case 3: keys.append(try cursor.readText())
    case 4: values.append(try Self.readValue(cursor.bytes, try cursor.readLengthDelimited()))
    case 5: extent = try cursor.readVarint()
    default: version = try cursor.readVarint()
    }
  }

  private func finish(_ cursor: ProtobufCursor) throws(MvtDecodingError) -> DecodedLayer {
    guard let version else { throw cursor.fault(.missingField("version")) }
    guard version == 1 || version == 2 else { throw cursor.fault(.unsupportedVersion(version)) }
    guard let name else { throw cursor.fault(.missingField("name")) }
    guard !name.isEmpty else { throw cursor.fault(.emptyLayerName) }
    guard (1...UInt64(UInt32.max)).contains(extent) else { throw cursor.fault(.extentOutOfRange(extent)) }
    var layer = DecodedLayer(name: name, version: Int(version), extent: Int(extent), features: [])
    layer.features.reserveCapacity(features.count)
    for range in features { layer.features.append(try readFeature(cursor.bytes, range, version: version)) }
    return layer
  }

  private static func readValue(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(MvtDecodingError) -> DecodedValue {
    var cursor = ProtobufCursor(bytes, range)
    guard !cursor.isAtEnd else { throw cursor.fault(.valueWithoutOneField) }
    let field = try cursor.readField(of: "Value")
    let value: DecodedValue
    switch (field.number, field.type) {
    case (1, .lengthDelimited): value = .text(try cursor.readText())
    case (2, .fourBytes): value = .float(Float(bitPattern: try cursor.readFourBytes()))
    case (3, .eightBytes): value = .double(Double(bitPattern: try cursor.readEightBytes()))
    case (4, .varint): value = .integer(Int64(bitPattern: try cursor.readVarint()))
    case (5, .varint):
      let number = try cursor.readVarint()
      value = Int64(exactly: number).map { .integer($0) } ?? .unsigned(number)
    case (6, .varint):
      let number = try cursor.readVarint()
      value = .integer(Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1))
    case (7, .varint): value = .boolean(try cursor.readVarint() != 0)
    case (1...7, _): throw cursor.fault(.wrongWireType(field: field.number, in: "Value"))
    default: throw cursor.fault(.unknownField(field.number, in: "Value"))
    }
    guard cursor.isAtEnd else { throw cursor.fault(.valueWithoutOneField) }
    return value
  }

  private func readFeature(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, version: UInt64
  ) throws(MvtDecodingError) -> DecodedFeature {
    var cursor = ProtobufCursor(bytes, range)
    var id: UInt64?
    var type: UInt64?
    var tags: Range<Int>?
    var shape: Range<Int>?
    while !cursor.isAtEnd {
      let field = try cursor.readField(of: "Feature")
      switch (field.number, field.type) {
      case (1, .varint):
        if id != nil { throw cursor.fault(.repeatedField("id")) }
        id = try cursor.readVarint()
      case (2, .lengthDelimited):
        if tags != nil { throw cursor.fault(.repeatedField("tags")) }
        tags = try cursor.readLengthDelimited()
      case (3, .varint):
        if type != nil { throw cursor.fault(.repeatedField("type")) }
        type = try cursor.readVarint()
      case (4, .lengthDelimited):
        if shape != nil { throw cursor.fault(.repeatedField("geometry")) }
        shape = try cursor.readLengthDelimited()
      case (1...4, _): throw cursor.fault(.wrongWireType(field: field.number, in: "Feature"))
      default: throw cursor.fault(.unknownField(field.number, in: "Feature"))
      }
    }
    guard let type else { throw cursor.fault(.missingField("type")) }
    guard let shape else { throw cursor.fault(.missingField("geometry")) }
    guard let kind = UInt8(exactly: type).flatMap(MvtGeometryType.init) else { throw cursor.fault(.unknownGeometryType(type)) }
    var geometry = GeometryCommandDecoder(bytes, shape, version: version)
    return DecodedFeature(
      id: id, properties: try tags.map { (range) throws(MvtDecodingError) in try readTags(bytes, range) } ?? [],
      geometry: try geometry.decode(kind))
  }

  private func readTags(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(MvtDecodingError) -> [DecodedProperty] {
    var cursor = ProtobufCursor(bytes, range)
    var properties: [DecodedProperty] = []
    var seen: Set<UInt64> = []
    while !cursor.isAtEnd {
      let key = try cursor.readVarint()
      guard !cursor.isAtEnd else { throw cursor.fault(.oddTagCount(properties.count * 2 + 1)) }
      let value = try cursor.readVarint()
      guard key < UInt64(keys.count) else { throw cursor.fault(.keyOutOfRange(key, count: keys.count)) }
      guard value < UInt64(values.count) else { throw cursor.fault(.valueOutOfRange(value, count: values.count)) }
      guard seen.insert(key).inserted else { throw cursor.fault(.repeatedKey(keys[Int(key)])) }
      properties.append(DecodedProperty(name: keys[Int(key)], value: values[Int(value)]))
    }
    return properties
  }
}

/// The commands of one feature (MVT 2.1, section 4.3).
private struct GeometryCommandDecoder {
  private var cursor: ProtobufCursor
  private let isVersion1: Bool
  private var x: Int64 = 0
  private var y: Int64 = 0

  private static let moveTo: UInt32 = 1
  private static let lineTo: UInt32 = 2
  private static let closePath: UInt32 = 7

  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, version: UInt64) {
    cursor = ProtobufCursor(bytes, range)
    isVersion1 = version == 1
  }

  mutating func decode(_ type: MvtGeometryType) throws(MvtDecodingError) -> Geometry? {
    switch type {
    case .unknown: return nil
    case .point, .lineString, .polygon:
      guard !cursor.isAtEnd else { throw cursor.fault(.emptyGeometry) }
    }
    switch type {
    case .unknown: return nil
    case .point: return try decodePoints()
    case .lineString: return try decodeLines()
    case .polygon: return try decodePolygons()
    }
  }

  private mutating func decodePoints() throws(MvtDecodingError) -> Geometry {
    let count = try readCommand(Self.moveTo, minimum: 1)
    var geometry = Geometry(kind: count == 1 ? .point : .multiPoint)
    for _ in 0..<count { geometry.coordinates.append(try step()) }
    guard cursor.isAtEnd else { throw unexpected(try readParameter()) }
    return geometry
  }

  private mutating func decodeLines() throws(MvtDecodingError) -> Geometry {
    var geometry = Geometry(kind: .lineString)
    while !cursor.isAtEnd {
      _ = try readCommand(Self.moveTo, minimum: 1, maximum: 1)
      geometry.coordinates.append(try step())
      for _ in 0..<(try readCommand(Self.lineTo, minimum: 1)) { geometry.coordinates.append(try stepOn()) }
      geometry.partEnds.append(geometry.coordinates.count)
    }
    if geometry.partEnds.count > 1 { geometry.kind = .multiLineString }
    return geometry
  }

  private mutating func decodePolygons() throws(MvtDecodingError) -> Geometry {
    var geometry = Geometry(kind: .polygon)
    // Version 1 leaves the winding open; which one shells have is told by the first ring.
    var shellSign = 1
    while !cursor.isAtEnd {
      let start = geometry.coordinates.count
      _ = try readCommand(Self.moveTo, minimum: 1, maximum: 1)
      geometry.coordinates.append(try step())
      for _ in 0..<(try readCommand(Self.lineTo, minimum: 2)) { geometry.coordinates.append(try stepOn()) }
      _ = try readCommand(Self.closePath, minimum: 1, maximum: 1)
      geometry.coordinates.append(geometry.coordinates[start])
      geometry.partEnds.append(geometry.coordinates.count)

      let sign = areaSign(of: geometry.coordinates[start...])
      if geometry.partEnds.count == 1 {
        if isVersion1 { shellSign = sign } else if sign <= 0 { throw cursor.fault(.firstRingNotExterior) }
      }
      if sign == 0, !isVersion1 { throw cursor.fault(.ringWithoutArea) }
      if sign == shellSign || geometry.partEnds.count == 1 {
        geometry.polygonEnds.append(geometry.partEnds.count)
      } else {
        geometry.polygonEnds[geometry.polygonEnds.count - 1] = geometry.partEnds.count
      }
    }
    if geometry.polygonEnds.count > 1 { geometry.kind = .multiPolygon }
    return geometry
  }

  /// The sign of the surveyor's formula, y being downwards.
  private func areaSign(of ring: ArraySlice<Coordinate>) -> Int {
    var sum = 0.0
    for (a, b) in zip(ring, ring.dropFirst()) { sum += a.x * b.y - b.x * a.y }
    return sum > 0 ? 1 : sum < 0 ? -1 : 0
  }

  // MARK: Commands and parameters

  private mutating func readCommand(
    _ expected: UInt32, minimum: UInt32, maximum: UInt32 = (1 << 29) - 1
  ) throws(MvtDecodingError) -> UInt32 {
    guard !cursor.isAtEnd else { throw cursor.fault(.endsEarly) }
    let word = try readParameter()
    let count = word >> 3
    guard word & 7 == expected, (minimum...maximum).contains(count) else { throw unexpected(word) }
    // Each parameter takes a byte at least: a count that cannot be is found before anything is allocated for it.
    if expected != Self.closePath, UInt64(count) * 2 > UInt64(cursor.left) { throw cursor.fault(.countTooLarge(count)) }
    return count
  }

  private func unexpected(_ word: UInt32) -> MvtDecodingError {
    cursor.fault(.unexpectedCommand(word & 7, count: word >> 3))
  }

  private mutating func readParameter() throws(MvtDecodingError) -> UInt32 {
    let value = try cursor.readVarint()
    guard let parameter = UInt32(exactly: value) else { throw cursor.fault(.parameterTooLarge(value)) }
    return parameter
  }

  /// A move of the cursor, which starts at the origin and runs through all parts.
  private mutating func step() throws(MvtDecodingError) -> Coordinate {
    x += try readOffset()
    y += try readOffset()
    return Coordinate(x: Double(x), y: Double(y))
  }

  private mutating func readOffset() throws(MvtDecodingError) -> Int64 {
    let parameter = try readParameter()
    return Int64(parameter >> 1) ^ -Int64(parameter & 1)
  }

  /// A move that may not be none (section 4.3.3.2).
  private mutating func stepOn() throws(MvtDecodingError) -> Coordinate {
    let (oldX, oldY) = (x, y)
    let position = try step()
    guard x != oldX || y != oldY else { throw cursor.fault(.repeatedPoint) }
    return position
  }
}
