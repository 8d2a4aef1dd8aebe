import Foundation
import LageplanFeatures
import LageplanGeometry

/// GeoJSON (RFC 7946) in one file or in the pages of one answer: a collection, a sequence of features (RFC 8142, or one on each line),
/// or a single feature or geometry.
///
/// Each file is read once from its start to its end, before anything is asked; the records are kept, up to ``standardKept`` of them, and what
/// lies beyond is read again when its turn comes.
final class GeoJSONSource: FeatureSource {
  let name: String
  let format: String
  let columns: [SourceColumn]
  let hasGeometry = true
  let declaredCrs: DeclaredCrs
  let idRule: String?
  let encoding: EncodingFinding?
  var count: Int? { total }

  /// A bound on memory: as many as the store sorts at once.
  static let standardKept = 250_000

  private let total: Int
  private var records: [GeoJSONRecord]
  private let paths: [String]
  private let swapsAxes: Bool
  private let table: GeoJSONColumns
  /// The record at hand, counted from 0.
  private var index = -1
  /// Reads what is not kept.
  private var tail: GeoJSONReading?
  private var current = GeoJSONRecord()
  /// Of a kept column `id`, whether it only repeats the feature's id.
  private let hiddenColumn: Int?
  private var lent = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 1)

  /// Reads everything once. `crs`: the system of an answer of OGC API – Features, in its own order of axes; `nil`: what the text says.
  /// `kept`: so many records stay in memory.
  /// Throws ``ExchangeError``.
  init(
    name: String, paths: [String], crs: CoordinateReferenceSystem? = nil, keeping kept: Int = standardKept
  ) throws(ExchangeError) {
    self.name = name
    self.paths = paths
    var reading = GeoJSONReading(name: name, paths: paths, table: GeoJSONColumns())
    var records: [GeoJSONRecord] = []
    var total = 0
    var hasIds = false
    while try reading.next() {
      if reading.record.id != nil { hasIds = true }
      if total < kept { records.append(reading.record) }
      total += 1
    }
    self.records = records
    self.total = total
    table = reading.table
    format = reading.isSequence ? "GeoJSONSeq" : "GeoJSON"
    encoding =
      reading.doubtfulTexts == 0
      ? nil : EncodingFinding(name: "UTF-8", isGiven: false, doubtfulBytes: reading.doubtfulTexts, examples: [])
    let hidden = hasIds && !table.idDiffers ? table.index(of: "id") : nil
    hiddenColumn = hidden
    columns = table.columns(without: hidden)
    idRule = hasIds ? "the feature ids of the file" : nil
    if let crs {
      declaredCrs = crs.isWgs84Degrees ? .byFormat(.crs84) : .named(crs)
      swapsAxes = (try? crs.info().latitudeFirst) ?? false
    } else {
      declaredCrs = Self.declared(reading.crs)
      swapsAxes = false
    }
  }

  deinit { lent.deallocate() }

  /// The text is GeoJSON, not another kind of JSON with places (TopoJSON, Esri's).
  static func recognises(_ path: String) -> Bool {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else { return false }
    return data.withUnsafeBytes { bytes in
      var reading = JSONScanner(bytes, at: GeoJSONReading.start(of: bytes))
      var verdict: Bool?
      // Ends at the first member that tells, by a fault that nobody sees.
      try? reading.members { (scanner, key) throws(JSONScanner.Fault) in
        if scanner.equals(key, "type"), scanner.next() == UInt8(ascii: "\"") {
          let type = try scanner.string().range
          verdict = GeoJSONReading.types.contains(String(decoding: scanner.bytes[type], as: UTF8.self))
          throw scanner.fault("")
        }
        if scanner.equals(key, "features"), scanner.next() == UInt8(ascii: "[") {
          scanner.position += 1
          try scanner.members { (scanner, key) throws(JSONScanner.Fault) in
            if scanner.equals(key, "type") { verdict = true }
            try scanner.skipValue()
          }
          throw scanner.fault("")
        }
        try scanner.skipValue()
      }
      return verdict ?? false
    }
  }

  /// GeoJSON 2008, section 3, which knew a member `crs`; RFC 7946 knows one system only.
  private static func declared(_ crs: JSONValue?) -> DeclaredCrs {
    guard let crs else { return .byFormat(.crs84) }
    guard !crs.isNull else { return .none }
    let properties = crs["properties"]
    let text = properties?["name"]?.text ?? properties?["code"]?.integer.map { "EPSG:\($0)" } ?? properties?["code"]?.text
    guard let text, let named = CoordinateReferenceSystem(parsing: text), (try? named.info()) != nil else {
      return .unidentified(name: text ?? crs.excerpt())
    }
    // Positions have x before y whatever the system says; degrees of WGS 84 are those of RFC 7946.
    return named.isWgs84Degrees ? .byFormat(.crs84) : .named(named)
  }

  // MARK: The cursor

  func rewind() {
    index = -1
    tail = nil
  }

  func advance() throws(ExchangeError) -> Bool {
    index += 1
    if index < records.count {
      current = records[index]
      return true
    }
    guard index < total else { return false }
    if tail == nil {
      tail = GeoJSONReading(name: name, paths: paths, table: table)
      for _ in 0..<records.count { _ = try tail?.next() }
    }
    guard try tail?.next() == true, let record = tail?.record else {
      throw .unreadable(source: name, reason: "it became shorter while it was read")
    }
    current = record
    return true
  }

  var position: SourcePosition { .feature(index + 1) }
  var featureId: String? { current.id }

  private func stored(_ column: Int) -> PropertyValue {
    let place = hiddenColumn.map { column >= $0 ? column + 1 : column } ?? column
    return place < current.values.count ? current.values[place] : .null
  }

  func value(of column: Int) -> PropertyValue { stored(column).widened(to: columns[column].kind ?? .text) }

  func text(of column: Int) -> UnsafeRawBufferPointer? {
    guard case .text(var text) = value(of: column) else { return nil }
    return text.withUTF8 { utf8 in
      if lent.count < utf8.count {
        lent.deallocate()
        lent = .allocate(byteCount: 2 * utf8.count, alignment: 1)
      }
      lent.copyMemory(from: UnsafeRawBufferPointer(utf8))
      return UnsafeRawBufferPointer(rebasing: lent[..<utf8.count])
    }
  }

  func geometry() throws -> Geometry? {
    if let fault = current.fault { throw fault }
    guard swapsAxes, var geometry = current.geometry else { return current.geometry }
    geometry.swapAxes()
    return geometry
  }
}

/// One feature as the text has it.
struct GeoJSONRecord {
  var id: String?
  /// By column; may be shorter than the columns that are known at the end.
  var values: [PropertyValue] = []
  var geometry: Geometry?
  /// What is wrong with the geometry.
  var fault: RowFault?
}

/// The properties of all features so far, in the order in which they first came.
struct GeoJSONColumns {
  private var names: [String] = []
  private var keys: [[UInt8]] = []
  private var kinds: [PropertyKind?] = []
  private var places: [String: Int] = [:]
  /// A property `id` has another value than the feature's id.
  var idDiffers = false

  var count: Int { names.count }

  func index(of name: String) -> Int? { places[name] }

  /// The column of a key, which usually stands where it stood in the feature before.
  mutating func column(_ key: Range<Int>, in bytes: UnsafeRawBufferPointer, guess: Int) -> Int {
    if guess < keys.count, keys[guess].count == key.count,
      keys[guess].withUnsafeBytes({ $0.elementsEqual(UnsafeRawBufferPointer(rebasing: bytes[key])) })
    {
      return guess
    }
    let spelled = UnsafeRawBufferPointer(rebasing: bytes[key.lowerBound - 1..<key.upperBound + 1])
    let raw = (try? JSONValue(parsing: spelled, limits: .trusted))?.text ?? String(decoding: bytes[key], as: UTF8.self)
    if let known = places[raw] { return known }
    places[raw] = names.count
    names.append(raw)
    keys.append(Array(bytes[key]))
    kinds.append(nil)
    return names.count - 1
  }

  mutating func note(_ value: PropertyValue, in column: Int) {
    guard let kind = value.kind, kinds[column] != kind else { return }
    kinds[column] = kinds[column]?.widened(for: kind) ?? kind
  }

  /// As a source shows them: without blanks around their names, each name once.
  func columns(without hidden: Int?) -> [SourceColumn] {
    var result: [SourceColumn] = []
    for index in names.indices where index != hidden {
      let name = GDALSource.unique(String(Substring(names[index]).trimmingBlanks), in: result)
      result.append(SourceColumn(name: name, kind: kinds[index] ?? .text))
    }
    return result
  }
}
