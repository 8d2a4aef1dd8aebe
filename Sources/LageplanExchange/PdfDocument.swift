import CDeflate

/// A PDF document of pages in A4 (ISO 32000-1, PDF 1.7): fonts embedded, streams packed, bookmarks to pages, and tagged for who
/// reads by ear.
struct PdfDocument {
  private var objects: [[UInt8]] = []

  /// The document's bytes. Same pages, same bytes.
  ///
  /// - Parameters:
  ///   - pages: What they show.
  ///   - bookmarks: A title for a page, by its index.
  ///   - title: What windows and readers show.
  ///   - language: Of the text, as BCP 47 names it.
  ///   - typesetter: That of all pages.
  static func encode(
    pages: [PdfCanvas], bookmarks: [(title: String, page: Int)], title: String, language: String, typesetter: PdfTypesetter
  ) -> [UInt8] {
    var document = PdfDocument()
    let catalogue = document.reserve()
    let tree = document.reserve()
    let information = document.add("<< /Title \(text(title)) /Producer (Lageplan) >>")
    var fonts = ""
    for index in typesetter.subsets.indices where typesetter.subsets[index].glyphs.count > 1 {
      fonts += "/F\(index) \(document.font(typesetter, index)) 0 R "
    }
    let resources = document.add("<< /Font << \(fonts)>> >>")
    let sheets = pages.enumerated().map { index, page in
      let content = document.addStream("", page.bytes)
      return document.add(
        "<< /Type /Page /Parent \(tree) 0 R /MediaBox [0 0 \(PdfCanvas.width) \(PdfCanvas.height)] "
          + "/Resources \(resources) 0 R /Contents \(content) 0 R /StructParents \(index) /Tabs /S >>")
    }
    document.set(
      tree, "<< /Type /Pages /Count \(sheets.count) /Kids [\(sheets.map { "\($0) 0 R" }.joined(separator: " "))] >>")
    let outline = document.outline(bookmarks.filter { sheets.indices.contains($0.page) }.map { ($0.title, sheets[$0.page]) })
    let structure = document.structure(zip(sheets, pages.map(\.marks)).map { ($0, $1) })
    document.set(
      catalogue,
      "<< /Type /Catalog /Pages \(tree) 0 R /Outlines \(outline) 0 R /PageMode /UseNone /Lang \(text(language)) "
        + "/ViewerPreferences << /DisplayDocTitle true >> /MarkInfo << /Marked true >> /StructTreeRoot \(structure) 0 R >>")
    return document.file(catalogue, information)
  }

  private mutating func outline(_ bookmarks: [(title: String, sheet: Int)]) -> Int {
    let root = reserve()
    let entries = bookmarks.map { _ in reserve() }
    for (index, bookmark) in bookmarks.enumerated() {
      let before = index > 0 ? "/Prev \(entries[index - 1]) 0 R " : ""
      let after = index + 1 < entries.count ? "/Next \(entries[index + 1]) 0 R " : ""
      set(
        entries[index],
        "<< /Title \(Self.text(bookmark.title)) /Parent \(root) 0 R \(before)\(after)/Dest [\(bookmark.sheet) 0 R /Fit] >>")
    }
    let ends = entries.first.flatMap { first in entries.last.map { " /First \(first) 0 R /Last \($0) 0 R" } } ?? ""
    set(root, "<< /Type /Outlines /Count \(entries.count)\(ends) >>")
    return root
  }

  /// What is read in which order (section 14.7): all pieces of all pages, one after the other.
  private mutating func structure(_ pages: [(sheet: Int, marks: [PdfCanvas.Mark])]) -> Int {
    let root = reserve()
    let whole = reserve()
    var pieces: [[Int]] = []
    for page in pages {
      pieces.append(
        page.marks.enumerated().map { index, mark in
          let alternative = mark.description.map { "/Alt \(Self.text($0)) " } ?? ""
          return add(
            "<< /Type /StructElem /S /\(mark.role.rawValue) /P \(whole) 0 R /Pg \(page.sheet) 0 R \(alternative)/K \(index) >>")
        })
    }
    func list(_ numbers: [Int]) -> String { "[" + numbers.map { "\($0) 0 R" }.joined(separator: " ") + "]" }
    set(whole, "<< /Type /StructElem /S /Document /P \(root) 0 R /K \(list(pieces.flatMap { $0 })) >>")
    let parents = add("<< /Nums [\(pieces.enumerated().map { "\($0) \(list($1))" }.joined(separator: " "))] >>")
    set(root, "<< /Type /StructTreeRoot /K \(whole) 0 R /ParentTree \(parents) 0 R /ParentTreeNextKey \(pieces.count) >>")
    return root
  }

  /// A font by the numbers of its glyphs (section 9.7), with the way back to characters for search and copying (section 9.10.3).
  private mutating func font(_ typesetter: PdfTypesetter, _ index: Int) -> Int {
    let packed = typesetter.file(of: index)
    let subset = typesetter.subsets[index]
    let font = subset.font
    func perMille(_ units: Int) -> Int { units * 1000 / font.unitsPerEm }
    let name = Self.tag(of: subset.glyphs) + "+" + font.name
    let file = addStream("/Length1 \(packed.count)", packed)
    let box = font.box.map { "\(perMille($0))" }.joined(separator: " ")
    let descriptor = add(
      "<< /Type /FontDescriptor /FontName /\(name) /Flags 4 /FontBBox [\(box)] /ItalicAngle 0 /Ascent \(perMille(font.ascent)) "
        + "/Descent \(perMille(font.descent)) /CapHeight \(perMille(font.ascent) * 2 / 3) /StemV 80 /FontFile2 \(file) 0 R >>")
    let widths = subset.glyphs.map { "\(perMille(font.advance(of: $0)))" }.joined(separator: " ")
    let glyphs = add(
      "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /\(name) /CIDToGIDMap /Identity /FontDescriptor \(descriptor) 0 R "
        + "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 /W [0 [\(widths)]] >>")
    let characters = addStream("", Self.characters(of: subset))
    return add(
      "<< /Type /Font /Subtype /Type0 /BaseFont /\(name) /Encoding /Identity-H /DescendantFonts [\(glyphs) 0 R] "
        + "/ToUnicode \(characters) 0 R >>")
  }

  private static func characters(of subset: PdfFontSubset) -> [UInt8] {
    var lines = [
      "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
      "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
      "/CMapName /Adobe-Identity-UCS def /CMapType 2 def", "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    let known = subset.characters.enumerated().compactMap { index, character in character.map { (index, $0) } }
    for start in stride(from: 0, to: known.count, by: 100) {
      let part = known[start..<min(start + 100, known.count)]
      lines.append("\(part.count) beginbfchar")
      for (index, character) in part {
        var line: [UInt8] = Array("<".utf8)
        line.append(hex: index)
        line.append("> <")
        for unit in String(character).utf16 { line.append(hex: Int(unit)) }
        line.append(">")
        lines.append(String(decoding: line, as: UTF8.self))
      }
      lines.append("endbfchar")
    }
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return Array(lines.joined(separator: "\n").utf8)
  }

  /// Six letters that tell one subset of a font from another (section 9.6.4), by FNV-1a over its glyphs.
  private static func tag(of glyphs: [Int]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for glyph in glyphs { hash = (hash ^ UInt64(glyph)) &* 0x100_0000_01b3 }
    return String(
      (0..<6).map { place in
        Character(UnicodeScalar(UInt8(ascii: "A") + UInt8((hash >> (8 * UInt64(place))) % 26)))
      })
  }

  /// A text string in UTF-16 (section 7.9.2).
  private static func text(_ text: String) -> String {
    var bytes: [UInt8] = Array("<FEFF".utf8)
    for unit in text.utf16 { bytes.append(hex: Int(unit)) }
    return String(decoding: bytes, as: UTF8.self) + ">"
  }

  // MARK: Objects

  private mutating func reserve() -> Int {
    objects.append([])
    return objects.count
  }

  private mutating func set(_ number: Int, _ body: String) { objects[number - 1] = Array(body.utf8) }

  private mutating func add(_ body: String) -> Int {
    objects.append(Array(body.utf8))
    return objects.count
  }

  private mutating func addStream(_ members: String, _ content: [UInt8]) -> Int {
    let packed = Self.packed(content)
    var body: [UInt8] = []
    let filter = packed == nil ? "" : " /Filter /FlateDecode"
    body.append("<< /Length \((packed ?? content).count)\(filter) \(members) >>\nstream\n")
    body += packed ?? content
    body.append("\nendstream")
    objects.append(body)
    return objects.count
  }

  /// By zlib; `nil` where there is no memory for it.
  private static func packed(_ content: [UInt8]) -> [UInt8]? {
    guard let compressor = libdeflate_alloc_compressor(6) else { return nil }
    defer { libdeflate_free_compressor(compressor) }
    let room = libdeflate_zlib_compress_bound(compressor, content.count)
    let packed = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      count = libdeflate_zlib_compress(compressor, content, content.count, buffer.baseAddress, room)
    }
    return packed.isEmpty ? nil : packed
  }

  private func file(_ catalogue: Int, _ information: Int) -> [UInt8] {
    var file: [UInt8] = Array("%PDF-1.7\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3, 0x0A]
    var offsets: [Int] = []
    for (index, object) in objects.enumerated() {
      offsets.append(file.count)
      file.append("\(index + 1) 0 obj\n")
      file += object
      file.append("\nendobj\n")
    }
    let start = file.count
    file.append("xref\n0 \(objects.count + 1)\n0000000000 65535 f \n")
    for offset in offsets {
      let digits = String(offset)
      file.append(String(repeating: "0", count: max(0, 10 - digits.count)) + digits + " 00000 n \n")
    }
    file.append(
      "trailer\n<< /Size \(objects.count + 1) /Root \(catalogue) 0 R /Info \(information) 0 R >>\nstartxref\n\(start)\n%%EOF\n")
    return file
  }
}
