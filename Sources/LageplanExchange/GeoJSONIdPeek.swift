import LageplanFeatures

/// Where the feature ids of a GeoJSON file are. GDAL shows an id as a column `id` (text) or as its own number, does not tell it from a
/// property `id`, and drops it where there is one; the first feature, as it stands in the file, tells.
enum GeoJSONIdPeek {
  /// No ids, or no GeoJSON file.
  case none
  /// GDAL shows the ids.
  case plain
  /// A property `id` with other values hides them.
  case hidden

  /// How far into the file the first feature must end.
  private static let reach = 1 << 20

  init(_ path: String) {
    self = .none
    guard let file = try? FileReader(path), let head = try? file.next(Self.reach), let text = Self.firstFeature(head),
      let feature = try? JSONValue(parsing: text, limits: .trusted), let id = feature["id"].flatMap(Self.spelling)
    else { return }
    guard let property = feature["properties"]?["id"] else {
      self = .plain
      return
    }
    if Self.spelling(property) != id { self = .hidden }
  }

  /// The `id` member of a feature's JSON.
  static func id(_ feature: String) -> String? {
    (try? JSONValue(parsing: feature, limits: .trusted))?["id"].flatMap(spelling)
  }

  private static func spelling(_ value: JSONValue) -> String? { value.text ?? value.integer.map { String($0) } }

  /// The text of the first object behind `"features"`, or of the first of all in a sequence of features.
  private static func firstFeature(_ head: [UInt8]) -> [UInt8]? {
    // A byte order mark, or the record separator of RFC 8142, may come first.
    let start =
      head.prefix(4).firstIndex(of: UInt8(ascii: "{")) ?? head.firstIndex { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
    guard let start, head[start] == UInt8(ascii: "{") else { return nil }
    guard let list = head.firstRange(of: Array("\"features\"".utf8)) else { return object(in: head[start...]) }
    guard let first = head[list.upperBound...].firstIndex(of: UInt8(ascii: "{")) else { return nil }
    return object(in: head[first...])
  }

  /// From the opening brace to the one that closes it; `nil` where it is not closed.
  private static func object(in bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var depth = 0
    var isText = false
    var isEscaped = false
    for (index, byte) in zip(bytes.indices, bytes) {
      if isEscaped {
        isEscaped = false
      } else if isText {
        if byte == UInt8(ascii: "\\") { isEscaped = true }
        if byte == UInt8(ascii: "\"") { isText = false }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isText = true
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "}"):
          depth -= 1
          if depth == 0 { return Array(bytes[...index]) }
        default: continue
        }
      }
    }
    return nil
  }
}
