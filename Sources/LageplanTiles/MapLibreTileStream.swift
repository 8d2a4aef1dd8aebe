/// The streams of a MapLibre Tile: values of one type behind their description (specification, "Stream Metadata").
///
///     u8 what it is        u8 how it is written        varint values        varint bytes        bytes
///
/// Runs tell two numbers more: how many runs, and how many values they are.
enum MapLibreTileStream {
  /// What a stream of whole numbers is: the physical type in the upper half, the logical one in the lower.
  enum Meaning: UInt8 {
    case data = 0x10
    case stringOffsets = 0x22
    case textLengths = 0x30
    case geometryLengths = 0x31
    case partLengths = 0x32
    case ringLengths = 0x33
    case dictionaryLengths = 0x36
  }

  private static let present: UInt8 = 0x00
  private static let dictionary: UInt8 = 0x11
  private static let vertexBuffer: UInt8 = 0x13

  /// How values are written: two logical techniques of three bits each, and the physical one.
  private enum Technique {
    static let plain: UInt8 = 0x00
    static let varint: UInt8 = 0x02
    static let differences: UInt8 = 0x22
    static let differencesByComponent: UInt8 = 0x42
    static let runsOfBytes: UInt8 = 0x60
    static let runs: UInt8 = 0x62
  }

  // MARK: Whole numbers

  /// `isLong`: of a column of 64 bits; all other streams are read into 32.
  static func integers(_ values: [UInt64], _ meaning: Meaning, isLong: Bool = false) -> [UInt8] {
    shortest(values, differences: differences(values, isLong: isLong), meaning)
  }

  /// `isLong`: of a column of 64 bits; others are read into 32.
  static func signedIntegers(_ values: [Int64], isLong: Bool) -> [UInt8] {
    shortest(
      values.map(zigzag), differences: differences(values.map { UInt64(bitPattern: $0) }, isLong: isLong), .data)
  }

  /// Plain, as differences, or as runs, whichever takes the fewest bytes. One value alone is plain: readers take it for a constant.
  private static func shortest(_ values: [UInt64], differences: [UInt64]?, _ meaning: Meaning) -> [UInt8] {
    let plain = varints(values)
    guard values.count > 1 else { return stream(meaning.rawValue, Technique.varint, count: values.count, plain) }
    let (lengths, heads) = runs(values)
    let asRuns = varints(lengths) + varints(heads)
    let asDifferences = differences.map(varints)
    if asRuns.count < min(plain.count, asDifferences?.count ?? .max) {
      var extra: [UInt8] = []
      extra.append(varint: UInt64(lengths.count))
      extra.append(varint: UInt64(values.count))
      return stream(meaning.rawValue, Technique.runs, count: lengths.count * 2, extra: extra, asRuns)
    }
    if let asDifferences, asDifferences.count < plain.count {
      return stream(meaning.rawValue, Technique.differences, count: values.count, asDifferences)
    }
    return stream(meaning.rawValue, Technique.varint, count: values.count, plain)
  }

  /// Each minus the one before, with its sign in the lowest bit. `nil` where one does not fit the 32 bits into which a short
  /// column is read.
  private static func differences(_ values: [UInt64], isLong: Bool) -> [UInt64]? {
    var last: UInt64 = 0
    var result: [UInt64] = []
    result.reserveCapacity(values.count)
    for value in values {
      let difference = Int64(bitPattern: value &- last)
      guard isLong || Int32(exactly: difference) != nil else { return nil }
      result.append(zigzag(difference))
      last = value
    }
    return result
  }

  private static func runs(_ values: [UInt64]) -> (lengths: [UInt64], heads: [UInt64]) {
    var lengths: [UInt64] = []
    var heads: [UInt64] = []
    for value in values {
      if heads.last == value {
        lengths[lengths.count - 1] += 1
      } else {
        heads.append(value)
        lengths.append(1)
      }
    }
    return (lengths, heads)
  }

  /// x and y in turn, each already the difference to the one before, its sign in the lowest bit.
  static func vertices(_ differences: [UInt64]) -> [UInt8] {
    stream(vertexBuffer, Technique.differencesByComponent, count: differences.count, varints(differences))
  }

  // MARK: Other values

  static func floats(_ values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
    return stream(Meaning.data.rawValue, Technique.plain, count: values.count, bytes)
  }

  static func doubles(_ values: [Double]) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
    return stream(Meaning.data.rawValue, Technique.plain, count: values.count, bytes)
  }

  static func booleans(_ flags: [Bool]) -> [UInt8] {
    stream(Meaning.data.rawValue, Technique.runsOfBytes, count: flags.count, runsOfBytes(bits(flags)))
  }

  /// Which features have a value.
  static func presence(_ flags: [Bool]) -> [UInt8] {
    stream(present, Technique.runsOfBytes, count: flags.count, runsOfBytes(bits(flags)))
  }

  /// Lengths and bytes; where texts come again, lengths and bytes of the different ones and for each feature its place among them.
  static func texts(_ texts: [String]) -> [[UInt8]] {
    var places: [String: UInt64] = [:]
    var different: [String] = []
    let offsets = texts.map { text in
      if let known = places[text] { return known }
      places[text] = UInt64(different.count)
      different.append(text)
      return UInt64(different.count - 1)
    }
    let isPlain = different.count == texts.count
    let lengths = different.map { UInt64($0.utf8.count) }
    let bytes = different.flatMap(\.utf8)
    let content = stream(
      isPlain ? Meaning.data.rawValue : dictionary, Technique.plain, count: different.count, bytes)
    return isPlain
      ? [integers(lengths, .textLengths), content]
      : [integers(lengths, .dictionaryLengths), content, integers(offsets, .stringOffsets)]
  }

  // MARK: Bytes

  private static func stream(
    _ what: UInt8, _ technique: UInt8, count: Int, extra: [UInt8] = [], _ content: [UInt8]
  ) -> [UInt8] {
    var bytes = [what, technique]
    bytes.append(varint: UInt64(count))
    bytes.append(varint: UInt64(content.count))
    return bytes + extra + content
  }

  private static func varints(_ values: [UInt64]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 2)
    for value in values { bytes.append(varint: value) }
    return bytes
  }

  /// Eight flags a byte, the first in the lowest bit.
  private static func bits(_ flags: [Bool]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
    for (index, flag) in flags.enumerated() where flag { bytes[index / 8] |= 1 << UInt8(index % 8) }
    return bytes
  }

  /// Byte runs of ORC (https://orc.apache.org/specification/ORCv1/, "Byte Run Length Encoding"): 3 to 130 equal bytes behind their number
  /// less 3, or 1 to 128 bytes as they are behind their number as a negative one.
  private static func runsOfBytes(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var literals: [UInt8] = []
    func endLiterals() {
      guard !literals.isEmpty else { return }
      result.append(UInt8(256 - literals.count))
      result += literals
      literals.removeAll()
    }
    var at = 0
    while at < bytes.count {
      let run = bytes[at...].prefix(130).prefix { $0 == bytes[at] }.count
      if run >= 3 {
        endLiterals()
        result += [UInt8(run - 3), bytes[at]]
        at += run
      } else {
        literals.append(bytes[at])
        if literals.count == 128 { endLiterals() }
        at += 1
      }
    }
    endLiterals()
    return result
  }
}

extension [UInt8] {
  /// A base-128 varint (Protocol Buffers encoding).
  mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// UTF-8 behind its length.
  mutating func append(text: String) {
    append(varint: UInt64(text.utf8.count))
    self += Array(text.utf8)
  }
}
