/// How text is set: which fonts draw it, how wide it becomes, where lines break. Remembers the glyphs in use for the document.
final class PdfTypesetter {
  enum Face: Int, CaseIterable {
    case regular, bold
  }

  /// No font to write with.
  struct MissingFont: Error, CustomStringConvertible {
    var description: String {
      """
      no font was found to write the sheet in (\(PdfTypesetter.files[0][0])); install one: apt-get install fonts-noto-core \
      fonts-dejavu-core
      """
    }
  }

  /// For each face the first font that has a character draws it. Debian's packages fonts-noto-core and fonts-dejavu-core.
  static let files = [
    ["/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"],
    ["/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"],
  ]
  /// Read once, when the first sheet is written.
  private static let fonts = files.map { $0.compactMap { PdfFont(path: $0) } }

  /// A part of a text that one font draws.
  struct Run {
    /// Index into ``subsets``.
    var font: Int
    var glyphs: [Int]
  }

  private(set) var subsets: [PdfFontSubset] = []
  /// For each face its fonts, as indices into ``subsets``.
  private var faces: [[Int]] = []

  init() throws(MissingFont) {
    for fonts in Self.fonts {
      guard !fonts.isEmpty else { throw MissingFont() }
      faces.append(Array(subsets.count..<subsets.count + fonts.count))
      subsets += fonts.map { PdfFontSubset($0) }
    }
  }

  private func font(for character: Unicode.Scalar, _ face: Face) -> (font: Int, glyph: Int) {
    for index in faces[face.rawValue] {
      if let glyph = subsets[index].font.glyph(of: character) { return (index, glyph) }
    }
    return (faces[face.rawValue][0], 0)
  }

  /// In the unit of `size`.
  func width(of text: String, _ face: Face, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { sum, character in
      let (index, glyph) = font(for: character, face)
      let font = subsets[index].font
      return sum + size * Double(font.advance(of: glyph)) / Double(font.unitsPerEm)
    }
  }

  /// The text as glyphs of the document.
  func runs(of text: String, _ face: Face) -> [Run] {
    var runs: [Run] = []
    for character in text.unicodeScalars {
      let (index, glyph) = font(for: character, face)
      let number = subsets[index].use(glyph, for: character)
      if runs.last?.font == index {
        runs[runs.count - 1].glyphs.append(number)
      } else {
        runs.append(Run(font: index, glyphs: [number]))
      }
    }
    return runs
  }

  /// Lines of at most `width`, broken at blanks; a word that is wider is broken within.
  func lines(of text: String, _ face: Face, size: Double, width: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if self.width(of: longer, face, size: size) <= width {
        line = longer
        continue
      }
      if !line.isEmpty { lines.append(line) }
      line = ""
      for character in word {
        if !line.isEmpty, self.width(of: line + String(character), face, size: size) > width {
          lines.append(line)
          line = ""
        }
        line.append(character)
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// The text as far as it fits, an ellipsis where it goes on.
  func shortened(_ text: String, _ face: Face, size: Double, width: Double) -> String {
    guard self.width(of: text, face, size: size) > width else { return text }
    var text = text
    while !text.isEmpty, self.width(of: text + "…", face, size: size) > width { text.removeLast() }
    return text.trimmingSuffix(" ") + "…"
  }

  /// The file of a font, cut down to what was used.
  func file(of index: Int) -> [UInt8] { subsets[index].file() }
}

extension String {
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var text = self
    while text.last == character { text.removeLast() }
    return text
  }
}
