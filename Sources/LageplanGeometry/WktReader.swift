/// Reads well-known text (OGC 06-103r4, section 7) and the `SRID=…;` prefix of PostGIS.
///
/// Lenient where files are: any letter case, `POINT(` and `POINT (`, `POINTZ`, `POINT Z`, heights without the word Z,
/// bare positions in a MULTIPOINT, numbers of any length. Strict where a geometry would change: every vertex has as many
/// numbers as the first, nothing follows the end, numbers are finite.
struct WktReader {
  private let text: UnsafeBufferPointer<UInt8>
  private var offset = 0
  private var depth = 0
  private let vertexLimit: Int
  private var vertices = 0

  /// The geometry and the SRID before it, if there is one.
  static func read(_ text: String) throws(WktError) -> (geometry: Geometry, srid: Int?) {
    var text = text
    text.makeContiguousUTF8()
    let result = text.utf8.withContiguousStorageIfAvailable { bytes -> Result<(geometry: Geometry, srid: Int?), WktError> in
      Result { () throws(WktError) in
        var reader = WktReader(text: bytes)
        return try reader.readAll()
      }
    }
    guard let result else { throw WktError(offset: 0, found: "", expected: "text in UTF-8") }
    return try result.get()
  }

  private init(text: UnsafeBufferPointer<UInt8>, offset: Int = 0, vertexLimit: Int = .max) {
    self.text = text
    self.offset = offset
    self.vertexLimit = vertexLimit
  }

  /// The geometry that starts at `offset`, and where it ends.
  static func read(
    _ text: UnsafeBufferPointer<UInt8>, from offset: Int, vertexLimit: Int
  ) throws(WktError) -> (geometry: Geometry, end: Int) {
    var reader = WktReader(text: text, offset: offset, vertexLimit: vertexLimit)
    let geometry = try reader.readGeometry()
    return (geometry, reader.offset)
  }

  private mutating func readAll() throws(WktError) -> (geometry: Geometry, srid: Int?) {
    var srid: Int?
    if readWord("SRID") {
      try expect("=")
      let digits = offset
      guard let number = Int(readNumberText()) else { throw fault(at: digits, "an SRID, as in SRID=25832;") }
      srid = number
      try expect(";")
    }
    let geometry = try readGeometry()
    skipSpace()
    guard offset == text.count else { throw fault("the end of the text") }
    return (geometry, srid)
  }

  // MARK: Geometries

  /// What the words say of the dimensions, until the first vertex fixes them.
  private struct Dimensions {
    var hasZ = false
    var hasM = false
    /// Said by a word, or taken from the first vertex; then every other has to agree.
    var isKnown = false

    var count: Int { 2 + (hasZ ? 1 : 0) + (hasM ? 1 : 0) }
  }

  private mutating func readGeometry() throws(WktError) -> Geometry {
    guard let kind = readKind() else {
      throw fault("POINT, LINESTRING, POLYGON, MULTIPOINT, MULTILINESTRING, MULTIPOLYGON or GEOMETRYCOLLECTION")
    }
    var dimensions = readDimensions()
    var geometry = Geometry(kind: kind)
    if readEmpty() { return geometry }
    switch kind {
    case .point:
      try expect("(")
      try readVertex(into: &geometry, &dimensions)
      try expect(")")
    case .lineString:
      try readVertices(into: &geometry, &dimensions)
    case .polygon:
      try readPolygon(into: &geometry, &dimensions)
    case .multiPoint, .multiLineString, .multiPolygon:
      try readParts(into: &geometry, &dimensions)
    case .geometryCollection:
      guard depth < GeometryDecoder.depthLimit else {
        throw fault("collections nested at most \(GeometryDecoder.depthLimit) deep")
      }
      depth += 1
      defer { depth -= 1 }
      try expect("(")
      repeat { geometry.members.append(try readGeometry()) } while readSeparator()
      try expect(")")
    }
    return geometry
  }

  private static let names: [(StaticString, GeometryKind)] = [
    ("POINT", .point), ("LINESTRING", .lineString), ("POLYGON", .polygon), ("MULTIPOINT", .multiPoint),
    ("MULTILINESTRING", .multiLineString), ("MULTIPOLYGON", .multiPolygon), ("GEOMETRYCOLLECTION", .geometryCollection),
  ]

  /// The word of the kind; the dimensions may hang on it (`POINTZ`).
  private mutating func readKind() -> GeometryKind? {
    for (name, kind) in Self.names where readWord(name, allowingSuffix: true) {
      return kind
    }
    return nil
  }

  private mutating func readDimensions() -> Dimensions {
    if readWord("ZM") { return Dimensions(hasZ: true, hasM: true, isKnown: true) }
    if readWord("Z") { return Dimensions(hasZ: true, isKnown: true) }
    if readWord("M") { return Dimensions(hasM: true, isKnown: true) }
    return Dimensions()
  }

  private mutating func readParts(into geometry: inout Geometry, _ dimensions: inout Dimensions) throws(WktError) {
    try expect("(")
    repeat {
      switch geometry.kind {
      case .multiPoint:
        if readEmpty() { continue }
        let isWrapped = readIf("(")
        try readVertex(into: &geometry, &dimensions)
        if isWrapped { try expect(")") }
      case .multiLineString:
        if readEmpty() {
          geometry.partEnds.append(geometry.coordinates.count)
        } else {
          try readVertices(into: &geometry, &dimensions)
        }
      default:
        if readEmpty() {
          geometry.polygonEnds.append(geometry.partEnds.count)
        } else {
          try readPolygon(into: &geometry, &dimensions)
        }
      }
    } while readSeparator()
    try expect(")")
  }

  private mutating func readPolygon(into geometry: inout Geometry, _ dimensions: inout Dimensions) throws(WktError) {
    try expect("(")
    repeat {
      if readEmpty() {
        geometry.partEnds.append(geometry.coordinates.count)
      } else {
        try readVertices(into: &geometry, &dimensions)
      }
    } while readSeparator()
    try expect(")")
    geometry.polygonEnds.append(geometry.partEnds.count)
  }

  private mutating func readVertices(into geometry: inout Geometry, _ dimensions: inout Dimensions) throws(WktError) {
    try expect("(")
    repeat { try readVertex(into: &geometry, &dimensions) } while readSeparator()
    try expect(")")
    geometry.partEnds.append(geometry.coordinates.count)
  }

  private mutating func readVertex(into geometry: inout Geometry, _ dimensions: inout Dimensions) throws(WktError) {
    let x = try readNumber()
    let y = try readNumber()
    vertices += 1
    guard vertices <= vertexLimit else { throw fault("at most \(vertexLimit) positions") }
    geometry.coordinates.append(Coordinate(x: x, y: y))
    if !dimensions.isKnown {
      // Two to four numbers without a word: the third is a height, the fourth a measure, as PostGIS reads them.
      if beginsNumber() {
        geometry.z.append(try readNumber())
        dimensions.hasZ = true
        if beginsNumber() {
          geometry.m.append(try readNumber())
          dimensions.hasM = true
        }
      }
      dimensions.isKnown = true
      return
    }
    if dimensions.hasZ { geometry.z.append(try readNumber()) }
    if dimensions.hasM { geometry.m.append(try readNumber()) }
    if beginsNumber() { throw fault("\(dimensions.count) numbers in every vertex") }
  }

  // MARK: Words, marks and numbers

  private func fault(at place: Int? = nil, _ expected: String) -> WktError {
    let place = place ?? offset
    let rest = text[min(place, text.count)..<min(place + 24, text.count)]
    return WktError(offset: place, found: String(decoding: rest, as: UTF8.self), expected: expected)
  }

  private mutating func skipSpace() {
    while offset < text.count, text[offset] == 0x20 || (0x09...0x0D).contains(text[offset]) { offset += 1 }
  }

  /// Steps over `word` (capitals) in any letter case, if it stands here whole; a suffix that is allowed is Z, M or ZM, left to be read.
  private mutating func readWord(_ word: StaticString, allowingSuffix: Bool = false) -> Bool {
    skipSpace()
    let end = offset + word.utf8CodeUnitCount
    guard end <= text.count else { return false }
    let wanted = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    for (index, byte) in wanted.enumerated() where text[offset + index] & 0xDF != byte { return false }
    var next = end
    if allowingSuffix {
      if next < text.count, text[next] & 0xDF == UInt8(ascii: "Z") { next += 1 }
      if next < text.count, text[next] & 0xDF == UInt8(ascii: "M") { next += 1 }
    }
    if next < text.count, Self.isLetter(text[next]) { return false }
    offset = end
    return true
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

  private mutating func readEmpty() -> Bool { readWord("EMPTY") }

  private mutating func readIf(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard offset < text.count, text[offset] == UInt8(truncatingIfNeeded: mark.value) else { return false }
    offset += 1
    return true
  }

  private mutating func readSeparator() -> Bool { readIf(",") }

  private mutating func expect(_ mark: Unicode.Scalar) throws(WktError) {
    guard readIf(mark) else { throw fault("\"\(mark)\"") }
  }

  private mutating func beginsNumber() -> Bool {
    skipSpace()
    return offset < text.count && Self.isNumberByte(text[offset])
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    // 0–9 + - . e E
    (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E || byte & 0xDF == 0x45
  }

  private mutating func readNumberText() -> String {
    skipSpace()
    let start = offset
    while offset < text.count, Self.isNumberByte(text[offset]) { offset += 1 }
    return String(decoding: text[start..<offset], as: UTF8.self)
  }

  private mutating func readNumber() throws(WktError) -> Double {
    skipSpace()
    if let number = readShortNumber() { return number }
    let start = offset
    guard let number = Double(readNumberText()), number.isFinite else {
      offset = start
      throw fault("a finite number")
    }
    return number
  }

  private static let powersOfTen = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// Numbers of up to 15 digits without an exponent, as nearly all are: a whole number and a power of ten, both exact doubles,
  /// divide with one correct rounding (Clinger 1990, doi:10.1145/93542.93557). `nil`, and nothing read, for all others.
  private mutating func readShortNumber() -> Double? {
    var place = offset
    let isNegative = place < text.count && text[place] == UInt8(ascii: "-")
    if isNegative { place += 1 }
    var digits = 0
    var decimals = 0
    var isBehindPoint = false
    var mantissa: UInt64 = 0
    while place < text.count {
      let byte = text[place]
      if (0x30...0x39).contains(byte) {
        mantissa = mantissa * 10 + UInt64(byte & 0x0F)
        digits += 1
        if isBehindPoint { decimals += 1 }
        guard digits <= 15 else { return nil }
      } else if byte == UInt8(ascii: "."), !isBehindPoint {
        isBehindPoint = true
      } else if Self.isNumberByte(byte) {
        return nil
      } else {
        break
      }
      place += 1
    }
    guard digits > 0 else { return nil }
    offset = place
    let value = Double(mantissa) / Self.powersOfTen[decimals]
    return isNegative ? -value : value
  }
}

extension Geometry {
  /// Reads well-known text, with or without Z and M, and with or without `SRID=…;` before it, whose number is
  /// ``srid(inWkt:)``. Throws with the byte and what was expected there.
  public init(wkt: String) throws(WktError) {
    self = try WktReader.read(wkt).geometry
  }

  /// Reads the well-known text that starts at byte `offset` of a longer text in UTF-8, and tells the byte behind it.
  /// Throws as ``init(wkt:)`` does, also for more than `vertexLimit` positions.
  public static func read(
    wkt text: UnsafeBufferPointer<UInt8>, from offset: Int, vertexLimit: Int
  ) throws(WktError) -> (geometry: Geometry, end: Int) {
    try WktReader.read(text, from: offset, vertexLimit: vertexLimit)
  }

  /// The number of the `SRID=…;` prefix; `nil` where the text has none. Throws as ``init(wkt:)`` does.
  public static func srid(inWkt wkt: String) throws(WktError) -> Int? {
    try WktReader.read(wkt).srid
  }
}
