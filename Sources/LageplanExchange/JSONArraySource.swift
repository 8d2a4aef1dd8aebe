import Foundation
import LageplanFeatures
import LageplanGeometry

/// A plain JSON array of objects, which GDAL does not read: `[{"general": {"latitude": 51.3, "name": "…"}, …}, …]`.
///
/// Nested keys are joined by a dot; arrays stay as JSON. The file is held in memory as a whole.
final class JSONArraySource: FeatureSource {
  let name: String
  let format = "JSON"
  let columns: [SourceColumn]
  let hasGeometry = false
  let declaredCrs = DeclaredCrs.none
  let idRule: String? = nil
  let encoding: EncodingFinding? = nil
  var count: Int? { records.count }

  private let records: [[PropertyValue]]
  private var index = -1
  /// The UTF-8 of the text last lent.
  private var lent = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 1)

  /// Throws ``ExchangeError/unreadable(source:reason:)`` with line and column.
  init(path: String, named name: String) throws(ExchangeError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .fileMissing(path: path) }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: [UInt8](data), limits: .trusted)
    } catch {
      throw .unreadable(source: name, reason: "\(error)")
    }
    guard case .array(let elements) = value else {
      throw .unreadable(source: name, reason: "an array of objects was expected, there is \(value.typeName)")
    }
    var names: [String] = []
    var places: [String: Int] = [:]
    var kinds: [PropertyKind?] = []
    var records: [[PropertyValue]] = []
    records.reserveCapacity(elements.count)
    for (number, element) in elements.enumerated() {
      guard case .object(let members) = element else {
        throw .unreadable(source: name, reason: "element \(number + 1) is \(element.typeName), not an object")
      }
      var record = [PropertyValue](repeating: .null, count: names.count)
      Self.flatten(members, prefix: "") { key, value in
        if let place = places[key] {
          record[place] = value
          kinds[place] = kinds[place].map { $0.widened(for: value.kind) } ?? value.kind
        } else {
          places[key] = names.count
          names.append(key)
          kinds.append(value.kind)
          record.append(value)
        }
      }
      records.append(record)
    }
    self.name = name
    self.records = records
    columns = zip(names, kinds).map { SourceColumn(name: $0, kind: $1 ?? .text) }
  }

  deinit { lent.deallocate() }

  private static func flatten(
    _ members: [(key: String, value: JSONValue)], prefix: String, _ body: (String, PropertyValue) -> Void
  ) {
    for (key, value) in members {
      let path = prefix + key
      switch value {
      case .object(let inner): flatten(inner, prefix: path + ".", body)
      case .array: body(path, .json(value.json))
      case .null: body(path, .null)
      case .boolean(let value): body(path, .boolean(value))
      case .integer(let value): body(path, .integer(value))
      case .real(let value): body(path, .real(value))
      case .text(let value): body(path, .text(value))
      }
    }
  }

  func rewind() { index = -1 }

  func advance() -> Bool {
    index += 1
    return index < records.count
  }

  var position: SourcePosition { .feature(index + 1) }
  var featureId: String? { nil }
  func geometry() -> Geometry? { nil }

  func value(of column: Int) -> PropertyValue {
    let record = records[index]
    guard column < record.count else { return .null }
    return record[column].widened(to: columns[column].kind ?? .text)
  }

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
}

extension PropertyKind {
  /// The narrowest type that holds both; text holds everything.
  func widened(for other: PropertyKind?) -> PropertyKind {
    guard let other, other != self else { return self }
    switch (self, other) {
    case (.integer, .real), (.real, .integer): return .real
    case (.json, _), (_, .json): return .json
    case (.text, _), (.integer, _), (.real, _), (.boolean, _), (.date, _), (.dateTime, _): return .text
    }
  }
}

extension PropertyValue {
  /// The value in a type that holds it; see ``PropertyKind/widened(for:)``.
  func widened(to kind: PropertyKind) -> PropertyValue {
    guard let own = self.kind, own != kind else { return self }
    switch (self, kind) {
    case (.integer(let value), .real): return .real(Double(value))
    case (.text(let value), .json): return .json(JSONValue.text(value).json)
    case (.date(let value), .json): return .json(JSONValue.text(value.iso).json)
    case (.dateTime(let value), .json): return .json(JSONValue.text(value.iso).json)
    case (_, .json): return spelling.map(PropertyValue.json) ?? .null
    case (_, .text): return spelling.map(PropertyValue.text) ?? .null
    case (_, .integer), (_, .real), (_, .boolean), (_, .date), (_, .dateTime): return self
    }
  }
}
