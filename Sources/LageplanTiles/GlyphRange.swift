/// 256 characters of a stack of fonts as MapLibre fetches them: the message `glyphs` of Mapbox's glyph format
/// (https://github.com/mapbox/node-fontnik/blob/master/proto/glyphs.proto).
enum GlyphRange {
  /// The numbers of the fields in the three nested messages.
  private enum Field {
    static let stack: UInt64 = 1
    static let name: UInt64 = 1
    static let range: UInt64 = 2
    static let glyph: UInt64 = 3
    static let scalar: UInt64 = 1
    static let bitmap: UInt64 = 2
    static let width: UInt64 = 3
    static let height: UInt64 = 4
    static let left: UInt64 = 5
    static let top: UInt64 = 6
    static let advance: UInt64 = 7
  }

  static func encoded(_ glyphs: [Glyph], name: String, first: UInt32) -> [UInt8] {
    var stack = ByteSink(capacity: 1 << 14)
    put(Array(name.utf8), as: Field.name, into: &stack)
    put(Array("\(first)-\(first + 255)".utf8), as: Field.range, into: &stack)
    for glyph in glyphs { put(message(glyph), as: Field.glyph, into: &stack) }
    var whole = ByteSink(capacity: stack.count + 16)
    put(Array(stack.bytes), as: Field.stack, into: &whole)
    return Array(whole.bytes)
  }

  private static func message(_ glyph: Glyph) -> [UInt8] {
    var sink = ByteSink(capacity: glyph.field.count + 64)
    put(UInt64(glyph.scalar), as: Field.scalar, into: &sink)
    if !glyph.field.isEmpty { put(glyph.field, as: Field.bitmap, into: &sink) }
    put(UInt64(glyph.width), as: Field.width, into: &sink)
    put(UInt64(glyph.height), as: Field.height, into: &sink)
    put(zigzag(Int64(glyph.left)), as: Field.left, into: &sink)
    put(zigzag(Int64(glyph.top)), as: Field.top, into: &sink)
    put(UInt64(glyph.advance), as: Field.advance, into: &sink)
    return Array(sink.bytes)
  }

  private static func put(_ number: UInt64, as field: UInt64, into sink: inout ByteSink) {
    sink.reserve(20)
    sink.put(varint: field << 3)
    sink.put(varint: number)
  }

  private static func put(_ bytes: [UInt8], as field: UInt64, into sink: inout ByteSink) {
    sink.reserve(20 + bytes.count)
    sink.put(varint: field << 3 | 2)
    sink.put(varint: UInt64(bytes.count))
    bytes.withUnsafeBytes { sink.put($0) }
  }
}
