import Foundation

/// A TrueType font file (ISO/IEC 14496-22): which glyph draws a character, how wide it is, and the bytes of its outlines.
///
/// Every place in the file is checked against its end: a broken file yields empty glyphs, not the end of the process.
final class PdfFont: Sendable {
  /// The name under which documents know it: `NotoSans-Regular`.
  let name: String
  let unitsPerEm: Int
  let ascent: Int
  let descent: Int
  /// xMin, yMin, xMax, yMax.
  let box: [Int]
  let glyphCount: Int

  private let bytes: [UInt8]
  private let tables: [String: Range<Int>]
  private let glyphs: [UInt32: Int]
  private let hasLongOffsets: Bool
  private let metricCount: Int

  /// `nil`: the file is not there, or is no TrueType font.
  init?(path: String) {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    bytes = Array(data)
    let file = BigEndianBytes(bytes)
    var tables: [String: Range<Int>] = [:]
    for index in 0..<file.u16(4) {
      let record = 12 + 16 * index
      guard record + 16 <= bytes.count else { return nil }
      let (start, count) = (file.u32(record + 8), file.u32(record + 12))
      guard start + count <= bytes.count else { return nil }
      tables[String(decoding: bytes[record..<record + 4], as: UTF8.self)] = start..<start + count
    }
    self.tables = tables
    guard let head = tables["head"]?.lowerBound, let hhea = tables["hhea"]?.lowerBound, let maxp = tables["maxp"]?.lowerBound,
      let cmap = tables["cmap"]?.lowerBound, tables["glyf"] != nil, tables["loca"] != nil, tables["hmtx"] != nil
    else { return nil }
    name = (path as NSString).lastPathComponent.split(separator: ".").first.map(String.init) ?? "Font"
    unitsPerEm = max(1, file.u16(head + 18))
    box = (0..<4).map { file.i16(head + 36 + 2 * $0) }
    hasLongOffsets = file.u16(head + 50) == 1
    ascent = file.i16(hhea + 4)
    descent = file.i16(hhea + 6)
    metricCount = max(1, file.u16(hhea + 34))
    glyphCount = file.u16(maxp + 4)
    glyphs = Self.characters(file, cmap)
  }

  /// The map from characters of the Basic Multilingual Plane to glyphs: a subtable of format 4, which every font has.
  private static func characters(_ file: BigEndianBytes, _ cmap: Int) -> [UInt32: Int] {
    var map: [UInt32: Int] = [:]
    for index in 0..<file.u16(cmap + 2) {
      let table = cmap + file.u32(cmap + 8 + 8 * index)
      guard file.u16(table) == 4 else { continue }
      let segments = file.u16(table + 6) / 2
      let (ends, starts) = (table + 14, table + 16 + 2 * segments)
      let (deltas, offsets) = (starts + 2 * segments, starts + 4 * segments)
      for segment in 0..<segments {
        let (first, last) = (file.u16(starts + 2 * segment), file.u16(ends + 2 * segment))
        guard first <= last, first < 0xFFFF else { continue }
        let (delta, offset) = (file.u16(deltas + 2 * segment), file.u16(offsets + 2 * segment))
        for code in first...min(last, 0xFFFE) {
          var glyph = code
          if offset != 0 {
            glyph = file.u16(offsets + 2 * segment + offset + 2 * (code - first))
            if glyph == 0 { continue }
          }
          map[UInt32(code)] = (glyph + delta) & 0xFFFF
        }
      }
      break
    }
    return map
  }

  /// `nil`: the font lacks the character.
  func glyph(of character: Unicode.Scalar) -> Int? { glyphs[character.value].flatMap { $0 == 0 ? nil : $0 } }

  /// In units of the em.
  func advance(of glyph: Int) -> Int {
    BigEndianBytes(bytes).u16((tables["hmtx"]?.lowerBound ?? 0) + 4 * min(glyph, metricCount - 1))
  }

  func leftBearing(of glyph: Int) -> Int {
    let start = tables["hmtx"]?.lowerBound ?? 0
    let place = glyph < metricCount ? 4 * glyph + 2 : 4 * metricCount + 2 * (glyph - metricCount)
    return BigEndianBytes(bytes).i16(start + place)
  }

  /// The outline's bytes; empty for a blank.
  func outline(of glyph: Int) -> ArraySlice<UInt8> {
    guard let glyf = tables["glyf"], let loca = tables["loca"]?.lowerBound, glyph < glyphCount else { return [] }
    let file = BigEndianBytes(bytes)
    let (start, end) =
      hasLongOffsets
      ? (file.u32(loca + 4 * glyph), file.u32(loca + 4 * glyph + 4))
      : (2 * file.u16(loca + 2 * glyph), 2 * file.u16(loca + 2 * glyph + 2))
    guard start < end, glyf.lowerBound + end <= glyf.upperBound else { return [] }
    return bytes[glyf.lowerBound + start..<glyf.lowerBound + end]
  }

  func table(_ tag: String) -> ArraySlice<UInt8> { tables[tag].map { bytes[$0] } ?? [] }
}

/// Numbers in a font file, most significant byte first; what lies beyond the end is 0.
struct BigEndianBytes {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func u16(_ place: Int) -> Int {
    place >= 0 && place + 2 <= bytes.count ? Int(bytes[place]) << 8 | Int(bytes[place + 1]) : 0
  }

  func i16(_ place: Int) -> Int { Int(Int16(truncatingIfNeeded: u16(place))) }

  func u32(_ place: Int) -> Int { u16(place) << 16 | u16(place + 2) }
}

extension [UInt8] {
  mutating func append(u16 number: Int) {
    append(UInt8(truncatingIfNeeded: number >> 8))
    append(UInt8(truncatingIfNeeded: number))
  }

  mutating func append(u32 number: Int) {
    append(u16: number >> 16)
    append(u16: number)
  }
}
