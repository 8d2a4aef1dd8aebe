import Foundation
import Testing

@testable import LageplanTiles

/// Letters and icons. What foreign programs make of them is tested in `Tests/Browser/test_styles.py`.
@Suite struct DrawingTests {
  // MARK: - Icons

  private static func svg(_ content: String, size: Int = 20) -> String {
    "<svg xmlns='http://www.w3.org/2000/svg' width='\(size)' height='\(size)'>\(content)</svg>"
  }

  /// The area that is covered, in pixels.
  private static func area(_ content: String, ratio: Int = 1) throws -> Double {
    let painter = try #require(SvgPainter())
    let image = painter.image(of: try SvgDrawing(parsing: svg(content)), ratio: ratio)
    return stride(from: 3, to: image.bytes.count, by: 4).reduce(0) { $0 + Double(image.bytes[$1]) / 255 }
  }

  /// Areas from the school book.
  private static let areas: [(content: String, area: Double)] = [
    ("<rect x='2' y='3' width='5.5' height='4'/>", 22), ("<circle cx='10' cy='10' r='6'/>", 36 * Double.pi),
    ("<ellipse cx='10' cy='10' rx='8' ry='3'/>", 24 * Double.pi), ("<polygon points='2,2 18,2 10,18'/>", 128),
    ("<rect x='2' y='2' width='16' height='16' rx='4'/>", 256 - (64 - 16 * Double.pi)),
    ("<path d='M4 10a6 6 0 0 1 12 0z'/>", 18 * Double.pi), ("<path d='M4 10a6 6 0 1 0 12 0z'/>", 18 * Double.pi),
    ("<path d='M2 2h16v16h-16zM6 6h8v8h-8z' fill-rule='evenodd'/>", 192), ("<path d='M2 2h16v16h-16zM6 6h8v8h-8z'/>", 256),
    ("<line x1='2' y1='10' x2='18' y2='10' stroke='#000' stroke-width='3'/>", 48),
    ("<line x1='5' y1='10' x2='15' y2='10' stroke='#000' stroke-width='4' stroke-linecap='round'/>", 40 + 4 * Double.pi),
    ("<circle cx='10' cy='10' r='6' fill='none' stroke='#000' stroke-width='2'/>", 24 * Double.pi),
    ("<g transform='translate(10 10) rotate(30) scale(2)'><rect x='-2' y='-2' width='4' height='4'/></g>", 64),
    ("<path d='M10 2q8 8 0 16q-8-8 0-16'/>", 2.0 * 2 / 3 * 16 * 4),
    ("<polygon points='2,2\r\n18,2\r\n10,18'/>", 128), ("<rect transform='scale(0)' width='9' height='9' stroke='#000'/>", 0),
    ("<rect x='-99999' y='-99999' width='199998' height='199998'/>", 400),
    ("<line x1='-9e4' y1='10' x2='9e4' y2='10' stroke='#000' stroke-width='9e4'/>", 400),
    // Radii whose squares are 0 make a line, as radii of 0 do.
    ("<path d='M2 2A1e-200 1e-200 0 0 1 18 2L10 18'/>", 128),
    ("<rect width='9' height='9' style='display:none'/>", 0),
  ]

  @Test(arguments: areas)
  func shapesCoverTheirArea(content: String, area: Double) throws {
    // FreeType makes curves of short straight pieces, which cut off a few hundredths of a pixel along the edge.
    for ratio in [1, 2] {
      let expected = area * Double(ratio * ratio)
      let covered = try Self.area(content, ratio: ratio)
      #expect(abs(covered - expected) < 0.02 * expected + 0.6, "\(covered), not \(expected)")
    }
  }

  @Test(arguments: [
    ("<text x='1' y='1'>P</text>", "<text>"), ("<path d='M1 1L'/>", "path data"), ("<path d='L1 1'/>", "path data"),
    ("<rect width='x' height='2'/>", "width"), ("<rect width='2' height='2' fill='url(#a)'/>", "url(#a)"),
    ("<rect width='2' height='2' filter='url(#a)'/>", "filter"), ("<g opacity='.5'/>", "opacity"),
    ("<g><rect/>", "</g>"), ("<rect a='1' a='2'/>", "twice"), ("<!DOCTYPE svg>", "document type"),
    ("<image href='x'/>", "<image>"),
    ("<polygon points='1,2 3'/>", "points"),
  ])
  func whatCannotBeDrawnIsNamed(content: String, word: String) {
    let error = #expect(throws: SvgError.self) { try SvgDrawing(parsing: Self.svg("\n\n" + content)) }
    #expect(error?.message.contains(word) == true)
    #expect((error?.line ?? 0) >= 3)
  }

  /// What FreeType's whole numbers do not hold; each of these once ended the program.
  @Test(arguments: [
    "<polygon points='nan,2 18,2 10,18'/>", "<polygon points='2,2 inf,2 10,18'/>", "<polyline points='2,2 1e300,2 10,18'/>",
    "<rect width='2' height='2' transform='scale(nan)'/>", "<rect width='2' height='2' transform='translate(inf)'/>",
    "<rect width='2' height='2' transform='scale(1e300)'/>", "<rect width='2' height='2' transform='rotate(1e999)'/>",
    "<g transform='scale(1e200)'><g transform='scale(1e200)'><rect width='2' height='2' transform='scale(0)'/></g></g>",
    "<rect width='2e5' height='2'/>",
    "<path d='M1 1h1' stroke='#000' stroke-width='1e300'/>",
    "<path d='M1 1h1' stroke='#000' stroke-miterlimit='1e300'/>",
    "<g transform='matrix(1e200 0 0 1e200 0 0)'><path d='M0 0h0' stroke='#000'/></g>",
  ])
  func numbersBeyondAllMeasureAreRefusedWithTheirLine(content: String) {
    let error = #expect(throws: SvgError.self) { try SvgDrawing(parsing: Self.svg("\n\n" + content)) }
    #expect(error?.line == 3)
  }

  @Test func aTinyRadiusBesidesALargeOneDrawsOrIsRefused() throws {
    let painter = try #require(SvgPainter())
    for data in ["A1e-170 3 0 1 0 18 2", "A1e-300 9e5 45 0 1 5 5", "A9e5 1e-160 0 1 1 3 3", "a5e-324 5e-324 0 0 1 1e-200 0"] {
      if let drawing = try? SvgDrawing(parsing: Self.svg("<path d='M2 2\(data)' stroke='#000' stroke-miterlimit='9e5'/>")) {
        _ = painter.image(of: drawing, ratio: 2)
      }
    }
  }

  @Test(arguments: ["0 0 4", "0 0 4 x", "0 0 nan 4", "0 0 inf 4", "0 0 0 4", "", "0 0 1e-300 1e-300", "1e300 0 4 4"])
  func aViewBoxOfOtherThanFourUsefulNumbersIsRefused(box: String) {
    let text = "<svg viewBox='\(box)' width='4' height='4'><rect width='4' height='4'/></svg>"
    #expect(throws: SvgError.self) { try SvgDrawing(parsing: text) }
  }

  @Test(arguments: ["0 0 8 8", "0,0,8,8", " 0\r\n0\t8 ,\n8 "])
  func aViewBoxIsSplitByAnySpace(box: String) throws {
    let drawing = try SvgDrawing(parsing: "<svg viewBox='\(box)'/>")
    #expect(drawing.width == 8 && drawing.height == 8)
  }

  @Test func deepAndHugeDrawingsAreRefused() {
    let deep = String(repeating: "<g>", count: 100_000)
    #expect(throws: SvgError.self) { try SvgDrawing(parsing: Self.svg(deep)) }
    #expect(throws: SvgError.self) { try SvgDrawing(parsing: Self.svg("", size: 10_000)) }
  }

  @Test func coloursOfAVariantTakeThePlacesOfTheFiles() throws {
    let painter = try #require(SvgPainter())
    let text = Self.svg("<rect width='20' height='20' fill='#FFF'/>", size: 20)
    let image = painter.image(of: try SvgDrawing(parsing: text, colours: ["#ffffff": "#102030"]), ratio: 1)
    #expect(Array(image.bytes.prefix(4)) == [0x10, 0x20, 0x30, 0xff])
  }

  @Test func editorsElementsArePassedOver() throws {
    let text =
      "<?xml version='1.0'?><!-- a --><svg viewBox='0 0 4 4'><sodipodi:namedview/><title>T &amp; U</title><rect width='4' height='4'/></svg>"
    #expect(try SvgDrawing(parsing: text).shapes.count == 1)
  }

  // MARK: - Letters

  @Test func theDistanceIsThatOfBruteForce() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      let (width, height) = (Int.random(in: 1...12, using: &random), Int.random(in: 1...12, using: &random))
      let coverage = (0..<width * height).map { _ in
        [0, 0, 255, 255, UInt8.random(in: 1...254, using: &random)].randomElement() ?? 0
      }
      let field = DistanceField.bytes(coverage: coverage, width: width, height: height, border: 3)
      var places: [(x: Int, y: Int, share: Double)] = []
      for y in 0..<height + 6 {
        for x in 0..<width + 6 {
          let isDrawn = (3..<width + 3).contains(x) && (3..<height + 3).contains(y)
          places.append((x, y, isDrawn ? Double(coverage[(y - 3) * width + x - 3]) / 255 : 0))
        }
      }
      func nearest(_ x: Int, _ y: Int, _ distance: (Double) -> Double?) -> Double {
        places.compactMap { place in
          distance(place.share).map { Double((place.x - x) * (place.x - x) + (place.y - y) * (place.y - y)) + $0 * $0 }
        }.min()?.squareRoot() ?? 1e10
      }
      for (at, place) in places.enumerated() {
        let outer = nearest(place.x, place.y) { $0 == 0 ? nil : $0 == 1 ? 0 : max(0, 0.5 - $0) }
        let inner = nearest(place.x, place.y) { $0 == 1 ? nil : $0 == 0 ? 0 : max(0, $0 - 0.5) }
        let expected = min(255, max(0, 255 - 255 * ((outer - inner) / 8 + 0.25)))
        #expect(abs(Double(field[at]) - expected) <= 0.51)
      }
    }
  }

  @Test func anUnknownFontIsNamed() {
    let library = GlyphLibrary(files: [])
    #expect(throws: GlyphLibrary.Failure.unknownFont("Noto Sans Regular", known: [])) {
      try library.range(first: 0, of: ["Noto Sans Regular"])
    }
    #expect(throws: GlyphLibrary.Failure.notARange(5)) { try library.range(first: 5, of: []) }
  }

  @Test func aFontNamedAgainCountsOnceAndManyAreRefused() {
    let library = GlyphLibrary(files: [])
    #expect(throws: GlyphLibrary.Failure.unknownFont("a", known: [])) {
      try library.range(first: 0, of: Array(repeating: "a", count: 9))
    }
    #expect(throws: GlyphLibrary.Failure.tooManyFonts(5)) { try library.range(first: 0, of: ["a", "b", "a", "c", "d", "e"]) }
  }

  @Test(.enabled(if: !GlyphLibrary().names.isEmpty, "skipped: no fonts"))
  func aFontNamedAgainGivesTheSameBytes() throws {
    let library = GlyphLibrary()
    let name = try #require(library.names.first)
    #expect(try library.range(first: 0, of: [name, name, name]) == library.range(first: 0, of: [name]))
  }

  @Test func whatIsNoFontIsNamed() throws {
    let library = GlyphLibrary(files: [#filePath])
    #expect(library.names.isEmpty && library.unreadable == [#filePath])
  }
}
