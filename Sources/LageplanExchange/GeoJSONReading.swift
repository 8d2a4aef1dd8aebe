import Foundation
import LageplanFeatures
import LageplanGeometry

/// One pass through GeoJSON texts, feature by feature.
struct GeoJSONReading {
  private(set) var record = GeoJSONRecord()
  private(set) var table: GeoJSONColumns
  /// Features stand one behind the other, not in one collection.
  private(set) var isSequence = false
  /// The member `crs` of the first text that has one.
  private(set) var crs: JSONValue?
  /// Strings with bytes that are no UTF-8.
  private(set) var doubtfulTexts = 0

  private let name: String
  private let paths: [String]
  private var file = 0
  /// The text that is being read; mapped, not in memory as a whole.
  private var data = Data()
  private var position = 0
  private var isOpen = false
  /// Inside the array of features.
  private var isInside = false
  private var objects = 0

  static let types: Set<String> = [
    "FeatureCollection", "Feature", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
    "GeometryCollection",
  ]

  init(name: String, paths: [String], table: GeoJSONColumns) {
    self.name = name
    self.paths = paths
    self.table = table
  }

  /// Behind a byte order mark, blanks and the record separator of RFC 8142.
  static func start(of bytes: UnsafeRawBufferPointer, at position: Int = 0) -> Int {
    var start = position == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : position
    while start < bytes.count, bytes[start] <= 0x20 { start += 1 }
    return start
  }

  /// To the next feature; `false` at the end of the last file.
  mutating func next() throws(ExchangeError) -> Bool {
    while true {
      if !isOpen {
        guard file < paths.count else { return false }
        try open()
      }
      let data = self.data
      let reading = data.withUnsafeBytes { bytes in
        Result { () throws(JSONScanner.Fault) in try next(in: bytes) }
      }
      switch reading {
      case .success(true): return true
      case .success(false): break
      case .failure(let fault): throw broken(fault, in: data)
      }
      isOpen = false
      file += 1
    }
  }

  private mutating func open() throws(ExchangeError) {
    guard let mapped = try? Data(contentsOf: URL(fileURLWithPath: paths[file]), options: .mappedIfSafe) else {
      throw .unreadable(source: name, reason: "it may not be read")
    }
    data = mapped
    (position, isOpen, isInside, objects) = (0, true, false, 0)
  }

  private func broken(_ fault: JSONScanner.Fault, in data: Data) -> ExchangeError {
    let found = data[min(fault.position, data.count)...].prefix(12)
    let shown = found.isEmpty ? "the end of the text" : "\"\(String(decoding: found, as: UTF8.self))\""
    let line = data.prefix(fault.position).count { $0 == 0x0A } + 1
    return .unreadable(source: name, reason: "line \(line) (byte \(fault.position)): expected \(fault.expected), found \(shown)")
  }

  // MARK: Structure

  private mutating func next(in bytes: UnsafeRawBufferPointer) throws(JSONScanner.Fault) -> Bool {
    var scanner = JSONScanner(bytes, at: position)
    defer { position = scanner.position }
    while true {
      if isInside {
        if scanner.next() == UInt8(ascii: "{") {
          try feature(&scanner)
          if !scanner.take(UInt8(ascii: ",")) {
            guard scanner.next() == UInt8(ascii: "]") else { throw scanner.fault(", or ]") }
          }
          return true
        }
        try scanner.expect(UInt8(ascii: "]"))
        isInside = false
        // What stands behind the features was looked at when they were entered.
        scanner.position = end
        continue
      }
      scanner.position = Self.start(of: bytes, at: scanner.position)
      guard scanner.position < bytes.count else { return false }
      objects += 1
      if objects > 1 { isSequence = true }
      if try enter(&scanner) { return true }
    }
  }

  /// Where the object ends whose features are being read.
  private var end = 0

  /// At the start of an object: a collection is entered, a feature or a geometry read (`true`).
  private mutating func enter(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) -> Bool {
    let start = scanner.position
    // A sequence has features only, whose size a look ahead would double; the first object decides.
    if isSequence, let type = try Self.type(&scanner), type == "Feature" {
      scanner.position = start
      try feature(&scanner)
      return true
    }
    scanner.position = start
    let frame = try GeoJSONFrame(reading: &scanner)
    end = scanner.position
    if crs == nil { crs = frame.members["crs"] }
    switch frame.members["type"]?.text {
    case "FeatureCollection"?:
      guard let array = frame.arrays.last else { return false }
      scanner.position = array + 1
      isInside = true
      return false
    case "Feature"?:
      scanner.position = start
      try feature(&scanner)
      return true
    case let type? where Self.types.contains(type):
      scanner.position = start
      record = GeoJSONRecord()
      readGeometry(&scanner)
      scanner.position = end
      return true
    default:
      scanner.position = start
      throw scanner.fault("a FeatureCollection, a Feature or a geometry")
    }
  }

  /// The `type` of an object where it stands first.
  private static func type(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) -> String? {
    try scanner.expect(UInt8(ascii: "{"))
    guard scanner.next() == UInt8(ascii: "\""), case let key = try scanner.string().range, scanner.equals(key, "type") else {
      return nil
    }
    try scanner.expect(UInt8(ascii: ":"))
    guard scanner.next() == UInt8(ascii: "\"") else { return nil }
    return String(decoding: scanner.bytes[try scanner.string().range], as: UTF8.self)
  }

  // MARK: A feature

  private mutating func feature(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
    record = GeoJSONRecord()
    record.values = [PropertyValue](repeating: .null, count: table.count)
    try scanner.members { (scanner, key) throws(JSONScanner.Fault) in
      if scanner.equals(key, "properties"), scanner.next() == UInt8(ascii: "{") {
        try readProperties(&scanner)
      } else if scanner.equals(key, "geometry") {
        guard scanner.next() == UInt8(ascii: "{") else {
          try scanner.skipValue()
          return
        }
        let start = scanner.position
        let end = try scanner.skipValue().upperBound
        scanner.position = start
        readGeometry(&scanner)
        scanner.position = end
      } else if scanner.equals(key, "id") {
        record.id = try value(&scanner).spelling
      } else {
        try scanner.skipValue()
      }
    }
    if let column = table.index(of: "id"), let id = record.id, column < record.values.count, record.values[column].spelling != id
    {
      table.idDiffers = true
    }
  }

  private mutating func readProperties(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) {
    var guess = 0
    try scanner.members { (scanner, key) throws(JSONScanner.Fault) in
      let column = table.column(key, in: scanner.bytes, guess: guess)
      guess = column + 1
      let value = try value(&scanner)
      while record.values.count <= column { record.values.append(.null) }
      record.values[column] = value
      table.note(value, in: column)
    }
  }

  private mutating func value(_ scanner: inout JSONScanner) throws(JSONScanner.Fault) -> PropertyValue {
    switch scanner.next() {
    case UInt8(ascii: "\"")?:
      let (range, hasEscapes) = try scanner.string()
      if hasEscapes {
        let quoted = UnsafeRawBufferPointer(rebasing: scanner.bytes[range.lowerBound - 1..<range.upperBound + 1])
        if let text = (try? JSONValue(parsing: quoted, limits: .trusted))?.text { return .text(text) }
      } else if let text = String(validating: scanner.bytes[range], as: UTF8.self) {
        return .text(text)
      }
      doubtfulTexts += 1
      return .text(String(decoding: scanner.bytes[range], as: UTF8.self))
    case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
      let range = try scanner.skipValue()
      guard let value = try? JSONValue(parsing: UnsafeRawBufferPointer(rebasing: scanner.bytes[range]), limits: .trusted) else {
        scanner.position = range.lowerBound
        throw scanner.fault("a value that is JSON")
      }
      return .json(value.json)
    case UInt8(ascii: "t")?:
      try scanner.word("true")
      return .boolean(true)
    case UInt8(ascii: "f")?:
      try scanner.word("false")
      return .boolean(false)
    case UInt8(ascii: "n")?:
      try scanner.word("null")
      return .null
    default:
      switch try scanner.number() {
      case .integer(let number): return .integer(number)
      case let number: return number.number.map(PropertyValue.real) ?? .null
      }
    }
  }

  /// A faulty geometry is the record's fault, not the file's.
  private mutating func readGeometry(_ scanner: inout JSONScanner) {
    do throws(GeoJSONShape.Fault) {
      record.geometry = try GeoJSONShape.read(&scanner)
    } catch {
      record.fault = RowFault(error.reason, remedy: error.remedy)
    }
  }
}
