import CFreeType

/// A glyph as maps without hinting draw it: a distance field with the measures that set it into a line.
///
/// Measures are whole pixels at ``GlyphFont/size``; `top` counts from the ascender upwards, as MapLibre expects it.
struct Glyph: Hashable, Sendable {
  var scalar: UInt32
  /// Of the drawing without its border of ``GlyphFont/border``.
  var width = 0
  var height = 0
  var left = 0
  var top = 0
  var advance = 0
  /// (width + 2 · border) · (height + 2 · border) bytes, or none where nothing is to be seen.
  var field: [UInt8] = []
}

/// One font file, opened by FreeType. Not for several threads at once: its owner sees to that.
final class GlyphFont {
  /// Pixels of an em, and of the border around each drawing: what MapLibre's shaders are made for.
  static let size = 24
  static let border = 3

  /// Family and style as the file tells them: `Noto Sans Bold`.
  let name: String
  private let face: FT_Face
  private let ascender: Int
  /// Outlives the face.
  private let library: FreeTypeLibrary

  /// `nil`: FreeType reads no scalable font with a Unicode map from the file.
  init?(path: String, library: FreeTypeLibrary) {
    var opened: FT_Face?
    guard FT_New_Face(library.handle, path, 0, &opened) == 0, let face = opened else { return nil }
    guard let family = face.pointee.family_name, let style = face.pointee.style_name,
      FT_Set_Char_Size(face, 0, FT_F26Dot6(Self.size << 6), 0, 0) == 0
    else {
      FT_Done_Face(face)
      return nil
    }
    self.face = face
    self.library = library
    name = "\(String(cString: family)) \(String(cString: style))"
    ascender = Int(face.pointee.size.pointee.metrics.ascender) >> 6
  }

  deinit { FT_Done_Face(face) }

  /// `nil`: the font has none for this scalar.
  func glyph(of scalar: UInt32) -> Glyph? {
    let index = FT_Get_Char_Index(face, FT_ULong(scalar))
    guard index != 0, FT_Load_Glyph(face, index, lageplan_load_rendered) == 0, let slot = face.pointee.glyph else { return nil }
    let bitmap = slot.pointee.bitmap
    var glyph = Glyph(scalar: scalar, advance: Int(slot.pointee.metrics.horiAdvance) >> 6)
    guard bitmap.width > 0, bitmap.rows > 0, let buffer = bitmap.buffer, bitmap.pixel_mode == UInt8(FT_PIXEL_MODE_GRAY.rawValue)
    else { return glyph }
    glyph.width = Int(bitmap.width)
    glyph.height = Int(bitmap.rows)
    glyph.left = Int(slot.pointee.bitmap_left)
    glyph.top = Int(slot.pointee.bitmap_top) - ascender
    var coverage: [UInt8] = []
    coverage.reserveCapacity(glyph.width * glyph.height)
    for row in 0..<glyph.height {
      coverage += UnsafeBufferPointer(start: buffer + row * Int(bitmap.pitch), count: glyph.width)
    }
    glyph.field = DistanceField.bytes(coverage: coverage, width: glyph.width, height: glyph.height, border: Self.border)
    return glyph
  }
}
