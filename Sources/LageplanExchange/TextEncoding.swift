import CGDAL
import LageplanFeatures

/// A spelling of text as bytes, as far as municipal files use them.
enum TextEncoding: Hashable, Sendable {
  case utf8
  case utf16(littleEndian: Bool)
  /// One byte a character: the name as people write it.
  case singleByte(String)

  var name: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf16(let littleEndian): littleEndian ? "UTF-16LE" : "UTF-16BE"
    case .singleByte(let name): name
    }
  }

  static let windows1252 = TextEncoding.singleByte("Windows-1252")
  static let latin1 = TextEncoding.singleByte("ISO-8859-1")

  /// `nil`: not a name we know at once; GDAL may know it as a single-byte encoding.
  init(named name: String) {
    switch name.uppercased().filter({ $0.isLetter || $0.isNumber }) {
    case "UTF8", "UTF8SIG": self = .utf8
    case "UTF16", "UTF16LE": self = .utf16(littleEndian: true)
    case "UTF16BE": self = .utf16(littleEndian: false)
    case "WINDOWS1252", "CP1252", "ANSI": self = .windows1252
    case "ISO88591", "LATIN1": self = .latin1
    default: self = .singleByte(name)
    }
  }
}

/// What was found out about the encoding of a text file.
public struct EncodingFinding: Hashable, Sendable {
  /// `UTF-8`, `Windows-1252`, `ISO-8859-1`, `UTF-16LE`, or what the caller said.
  public var name: String
  /// The caller said so; nothing was guessed.
  public var isGiven: Bool
  /// Bytes that have no meaning in the encoding; each was read as U+FFFD (�).
  public var doubtfulBytes: Int
  /// The first of them, at most ``DoubtfulByte/limit``.
  public var examples: [DoubtfulByte]
}

/// A byte that has no meaning in the encoding taken.
public struct DoubtfulByte: Hashable, Sendable {
  /// How many are named one by one; beyond that they are only counted.
  public static let limit = 100

  public var position: SourcePosition
  public var byte: UInt8
  /// The text around it, with � in its place.
  public var context: String
}

/// The character of each byte of a single-byte encoding; `nil`: the byte has none.
struct ByteTable {
  /// UTF-8 of each byte.
  private(set) var characters: [[UInt8]]
  private(set) var isDefined: [Bool]

  static let replacement = Array("\u{FFFD}".utf8)

  /// Windows-1252 at 0x80 to 0x9F; the rest is ISO 8859-1. Five bytes are not assigned.
  private static let windows: [UInt32?] = [
    0x20AC, nil, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, nil, 0x017D, nil,
    nil, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, nil, 0x017E, 0x0178,
  ]

  /// Throws ``ExchangeError/unknownEncoding(_:)``.
  init(_ name: String) throws(ExchangeError) {
    characters = []
    isDefined = []
    let encoding = TextEncoding(named: name)
    let isOwn = encoding == .windows1252 || encoding == .latin1
    let gdal = isOwn ? nil : try GDAL.load()
    for byte in UInt8.min ... .max {
      var character: [UInt8]?
      if byte < 0x80 {
        character = [byte]
      } else if let gdal {
        character = Self.recode(byte, from: name, gdal)
      } else if byte < 0xA0 {
        // Control codes 0x80 to 0x9F are never meant in a register: what stands there is Windows-1252.
        character = Self.windows[Int(byte) - 0x80].flatMap(Unicode.Scalar.init).map { Array(String(Character($0)).utf8) }
      } else {
        character = Array(String(Character(Unicode.Scalar(byte))).utf8)
      }
      isDefined.append(character != nil)
      characters.append(character ?? Self.replacement)
    }
    guard isDefined[0x80...].contains(true) else { throw .unknownEncoding(name) }
  }

  private static func recode(_ byte: UInt8, from name: String, _ gdal: GDAL) -> [UInt8]? {
    gdal.functions.pointee.CPLErrorReset()
    let text: [CChar] = [CChar(bitPattern: byte), 0]
    guard let result = gdal.functions.pointee.CPLRecode(text, name, "UTF-8") else { return nil }
    defer { gdal.functions.pointee.VSIFree(result) }
    guard gdal.functions.pointee.CPLGetLastErrorType() == 0 else { return nil }
    let bytes = Array(String(cString: result).utf8)
    return bytes.isEmpty ? nil : bytes
  }
}

/// Counts what speaks for UTF-8 and what against it; fed with pieces of the text in order.
struct EncodingDetector {
  private(set) var sequences = 0
  private(set) var strayBytes = 0
  private(set) var windowsBytes = 0
  private(set) var undefinedWindowsBytes = 0
  /// Bytes of an open UTF-8 sequence still to come, and those of it seen.
  private var expected = 0
  private var seen = 0
  private var lower: UInt8 = 0x80
  private var upper: UInt8 = 0xBF

  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes where byte >= 0x80 || expected > 0 { take(byte) }
  }

  private mutating func take(_ byte: UInt8) {
    if byte >= 0x80, byte < 0xA0 {
      switch byte {
      case 0x81, 0x8D, 0x8F, 0x90, 0x9D: undefinedWindowsBytes += 1
      default: windowsBytes += 1
      }
    }
    if expected > 0 {
      if (lower...upper).contains(byte) {
        expected -= 1
        seen += 1
        (lower, upper) = (0x80, 0xBF)
        if expected == 0 { sequences += 1 }
        return
      }
      strayBytes += seen
      expected = 0
    }
    start(byte)
  }

  /// The first byte of a sequence and the bounds of the second: Unicode 15, table 3-7.
  private mutating func start(_ byte: UInt8) {
    seen = 1
    (lower, upper) = (0x80, 0xBF)
    switch byte {
    case 0x00...0x7F: seen = 0
    case 0xC2...0xDF: expected = 1
    case 0xE0: (expected, lower) = (2, 0xA0)
    case 0xED: (expected, upper) = (2, 0x9F)
    case 0xE1...0xEF: expected = 2
    case 0xF0: (expected, lower) = (3, 0x90)
    case 0xF1...0xF3: expected = 3
    case 0xF4: (expected, upper) = (3, 0x8F)
    default: strayBytes += 1
    }
  }

  /// UTF-8 where nothing contradicts it, or where well-formed sequences outnumber the stray bytes; else the likelier of the
  /// two western single-byte encodings: Windows-1252 where its own characters („ “ – €) occur.
  var verdict: TextEncoding {
    let open = expected > 0 ? seen : 0
    if strayBytes + open == 0 || sequences > strayBytes + open { return .utf8 }
    return windowsBytes > 0 ? .windows1252 : .latin1
  }

  /// There is a byte beyond ASCII.
  var isDecisive: Bool { sequences + strayBytes > 0 }
}
