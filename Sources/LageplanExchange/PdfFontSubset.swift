/// The glyphs of a font that a document uses, numbered anew from 0 in the order of their use, as a font file of their own.
///
/// Hints are left out: they are for screens of few pixels.
struct PdfFontSubset {
  let font: PdfFont
  /// The font's own numbers; glyph 0, the sign for what is missing, is always there.
  private(set) var glyphs = [0]
  /// What each glyph was first used for: text that is copied out of the document.
  private(set) var characters: [Unicode.Scalar?] = [nil]
  private var numbers = [0: 0]

  init(_ font: PdfFont) { self.font = font }

  /// The number here of the glyph of a character.
  mutating func use(_ glyph: Int, for character: Unicode.Scalar?) -> Int {
    if let number = numbers[glyph] { return number }
    numbers[glyph] = glyphs.count
    glyphs.append(glyph)
    characters.append(character)
    return glyphs.count - 1
  }

  /// The font file. Outlines that are put together of others bring these along.
  mutating func file() -> [UInt8] {
    var outlines: [UInt8] = []
    var offsets: [Int] = []
    var index = 0
    while index < glyphs.count {
      offsets.append(outlines.count)
      outlines += outline(of: glyphs[index])
      while !outlines.count.isMultiple(of: 4) { outlines.append(0) }
      index += 1
    }
    offsets.append(outlines.count)

    var metrics: [UInt8] = []
    for glyph in glyphs {
      metrics.append(u16: font.advance(of: glyph))
      metrics.append(u16: font.leftBearing(of: glyph))
    }
    var head = Array(font.table("head"))
    Self.set(u16: 0, at: 8, in: &head)
    Self.set(u16: 0, at: 10, in: &head)
    Self.set(u16: 1, at: 50, in: &head)
    var lines = Array(font.table("hhea"))
    Self.set(u16: glyphs.count, at: 34, in: &lines)
    var profile = Array(font.table("maxp"))
    Self.set(u16: glyphs.count, at: 4, in: &profile)
    return Self.file([
      ("glyf", outlines), ("head", head), ("hhea", lines), ("hmtx", metrics),
      ("loca", offsets.reduce(into: []) { $0.append(u32: $1) }), ("maxp", profile),
    ])
  }

  private mutating func outline(of glyph: Int) -> [UInt8] {
    var outline = Array(font.outline(of: glyph))
    guard outline.count >= 10 else { return [] }
    let file = BigEndianBytes(outline)
    let contours = file.i16(0)
    if contours >= 0 {
      let place = 10 + 2 * contours
      let hints = file.u16(place)
      guard place + 2 + hints <= outline.count else { return [] }
      outline.removeSubrange(place + 2..<place + 2 + hints)
      Self.set(u16: 0, at: place, in: &outline)
      return outline
    }
    var place = 10
    var hasMore = true
    while hasMore, place + 4 <= outline.count {
      let flags = file.u16(place)
      Self.set(u16: flags & ~Self.hasHints, at: place, in: &outline)
      Self.set(u16: use(file.u16(place + 2), for: nil), at: place + 2, in: &outline)
      place += 4 + (flags & 1 != 0 ? 4 : 2)
      place += flags & 0x8 != 0 ? 2 : flags & 0x40 != 0 ? 4 : flags & 0x80 != 0 ? 8 : 0
      hasMore = flags & 0x20 != 0
    }
    return Array(outline.prefix(place))
  }

  private static let hasHints = 0x100

  private static func set(u16 number: Int, at place: Int, in bytes: inout [UInt8]) {
    guard place + 2 <= bytes.count else { return }
    bytes[place] = UInt8(truncatingIfNeeded: number >> 8)
    bytes[place + 1] = UInt8(truncatingIfNeeded: number)
  }

  private static func file(_ tables: [(tag: String, bytes: [UInt8])]) -> [UInt8] {
    var file: [UInt8] = [0, 1, 0, 0]
    var power = 1
    while power * 2 <= tables.count { power *= 2 }
    file.append(u16: tables.count)
    file.append(u16: 16 * power)
    file.append(u16: power.trailingZeroBitCount)
    file.append(u16: 16 * (tables.count - power))
    var offset = 12 + 16 * tables.count
    for (tag, bytes) in tables {
      file += Array(tag.utf8)
      file.append(u32: checksum(bytes))
      file.append(u32: offset)
      file.append(u32: bytes.count)
      offset += (bytes.count + 3) / 4 * 4
    }
    for (_, bytes) in tables {
      file += bytes
      while !file.count.isMultiple(of: 4) { file.append(0) }
    }
    return file
  }

  private static func checksum(_ bytes: [UInt8]) -> Int {
    let file = BigEndianBytes(bytes + [0, 0, 0])
    return stride(from: 0, to: bytes.count, by: 4).reduce(0) { ($0 + file.u32($1)) & 0xFFFF_FFFF }
  }
}
