import Foundation
import LageplanGeometry

/// A colour of ink, red, green and blue from 0 to 255.
struct PdfColour: Hashable, Sendable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  /// `0x0072B2`.
  init(_ hex: UInt32) {
    red = UInt8(truncatingIfNeeded: hex >> 16)
    green = UInt8(truncatingIfNeeded: hex >> 8)
    blue = UInt8(truncatingIfNeeded: hex)
  }

  static let black = PdfColour(0x1B1F24)
  static let grey = PdfColour(0x5C6670)
  static let line = PdfColour(0xC9CED4)
  static let band = PdfColour(0xF1F3F5)
  static let white = PdfColour(0xFFFFFF)
}

/// Where a page's ink goes: points (1/72 inch) from the upper left corner, y downwards.
struct PdfCanvas {
  /// A4.
  static let width = 595.28
  static let height = 841.89

  /// What a piece of the page is to who reads by ear (ISO 32000-1, section 14.8).
  enum Role: String {
    case heading = "H1"
    case paragraph = "P"
    case figure = "Figure"
  }

  /// A piece of the page in the order of reading.
  struct Mark {
    var role: Role
    /// What is read in the place of a figure.
    var description: String?
  }

  let typesetter: PdfTypesetter
  private(set) var marks: [Mark] = []
  private var isWithinFigure = false
  /// Content of the page (ISO 32000-1, section 8 and 9).
  private(set) var bytes: [UInt8] = []

  init(_ typesetter: PdfTypesetter) { self.typesetter = typesetter }

  // MARK: Shapes

  mutating func stroke(
    _ line: [Coordinate], _ colour: PdfColour, width: Double, dash: [Double] = [], isClosed: Bool = false
  ) {
    guard line.count > 1 else { return }
    ink(colour, "RG")
    put([width], "w")
    if !dash.isEmpty { bytes.append("[" + dash.map { "\($0)" }.joined(separator: " ") + "] 0 d ") }
    path(line)
    bytes.append(isClosed ? "s\n" : "S\n")
    if !dash.isEmpty { bytes.append("[] 0 d ") }
  }

  /// Many lines in one ink, which takes less room than one after the other.
  mutating func stroke(_ lines: [[Coordinate]], _ colour: PdfColour, width: Double, dash: [Double] = []) {
    ink(colour, "RG")
    put([width], "w")
    if !dash.isEmpty { bytes.append("[" + dash.map { "\($0)" }.joined(separator: " ") + "] 0 d ") }
    for line in lines where line.count > 1 { path(line) }
    bytes.append("S\n")
    if !dash.isEmpty { bytes.append("[] 0 d ") }
  }

  mutating func fill(_ area: [Coordinate], _ colour: PdfColour) {
    ink(colour, "rg")
    path(area)
    bytes.append("f\n")
  }

  mutating func fill(_ box: Envelope, _ colour: PdfColour) {
    ink(colour, "rg")
    put([box.minX, Self.height - box.maxY, box.maxX - box.minX, box.maxY - box.minY], "re f\n")
  }

  mutating func stroke(_ box: Envelope, _ colour: PdfColour, width: Double) {
    ink(colour, "RG")
    put([width], "w")
    put([box.minX, Self.height - box.maxY, box.maxX - box.minX, box.maxY - box.minY], "re S\n")
  }

  /// A disc with a rim.
  mutating func disc(at centre: Coordinate, radius: Double, _ colour: PdfColour, rim: PdfColour, rimWidth: Double) {
    ink(colour, "rg")
    ink(rim, "RG")
    put([rimWidth], "w")
    // Four Bézier arcs: the circle to 0.03 %.
    let (x, y, r) = (centre.x, Self.height - centre.y, radius)
    let k = 0.5523 * r
    put([x + r, y], "m")
    put([x + r, y + k, x + k, y + r, x, y + r], "c")
    put([x - k, y + r, x - r, y + k, x - r, y], "c")
    put([x - r, y - k, x - k, y - r, x, y - r], "c")
    put([x + k, y - r, x + r, y - k, x + r, y], "c b\n")
  }

  /// Draws only within a box.
  mutating func clipped(to box: Envelope, _ draw: (inout PdfCanvas) -> Void) {
    bytes.append("q ")
    put([box.minX, Self.height - box.maxY, box.maxX - box.minX, box.maxY - box.minY], "re W n\n")
    bytes.append("1 J 1 j\n")
    draw(&self)
    bytes.append("Q\n")
  }

  private mutating func path(_ line: [Coordinate]) {
    for (index, place) in line.enumerated() { put([place.x, Self.height - place.y], index == 0 ? "m" : "l") }
  }

  // MARK: Text

  enum Alignment {
    case left, centre, right
  }

  /// A picture: its texts are not read one by one, `description` stands for all of them.
  mutating func figure(_ description: String, _ draw: (inout PdfCanvas) -> Void) {
    begin(.figure, description)
    isWithinFigure = true
    draw(&self)
    isWithinFigure = false
    bytes.append("EMC\n")
  }

  /// Text without a role is on every page, or told elsewhere: it is not read.
  private mutating func begin(_ role: Role?, _ description: String? = nil) {
    guard let role else { return bytes.append("/Artifact BMC\n") }
    bytes.append("/\(role.rawValue) << /MCID \(marks.count) >> BDC\n")
    marks.append(Mark(role: role, description: description))
  }

  /// Writes one line; `place` is on its baseline, `angle` in radians against the clock. A halo keeps it readable on lines.
  mutating func text(
    _ text: String, at place: Coordinate, _ face: PdfTypesetter.Face = .regular, size: Double, _ colour: PdfColour = .black,
    _ alignment: Alignment = .left, angle: Double = 0, halo: PdfColour? = nil, role: Role? = .paragraph
  ) {
    if !isWithinFigure { begin(role) }
    defer { if !isWithinFigure { bytes.append("EMC\n") } }
    let width = alignment == .left ? 0 : typesetter.width(of: text, face, size: size)
    let shift = alignment == .left ? 0 : alignment == .right ? width : width / 2
    let (cosine, sine) = (cos(angle), sin(angle))
    let (x, y) = (place.x - shift * cosine, Self.height - place.y - shift * sine)
    let runs = typesetter.runs(of: text, face)
    for layer in halo == nil ? [false] : [true, false] {
      bytes.append("BT ")
      if layer, let halo {
        ink(halo, "RG")
        put([size / 4], "w")
        bytes.append("1 J 1 j 1 Tr ")
      } else {
        ink(colour, "rg")
        bytes.append("0 Tr ")
      }
      put([cosine, sine, -sine, cosine, x, y], precision: 4, "Tm")
      for run in runs {
        bytes.append("/F\(run.font) ")
        put([size], "Tf <")
        for glyph in run.glyphs { bytes.append(hex: glyph) }
        bytes.append("> Tj ")
      }
      bytes.append("ET\n")
    }
  }

  // MARK: Operators

  private mutating func ink(_ colour: PdfColour, _ operation: String) {
    for part in [colour.red, colour.green, colour.blue] {
      bytes.append(Double(part) / 255, decimals: 3)
      bytes.append(UInt8(ascii: " "))
    }
    bytes.append(operation + " ")
  }

  /// Two decimals of a point are 4 micrometres; the shares of a rotation need more.
  private mutating func put(_ numbers: [Double], precision: Int = 2, _ operation: String) {
    for number in numbers {
      bytes.append(number, decimals: precision)
      bytes.append(UInt8(ascii: " "))
    }
    bytes.append(operation)
    bytes.append(UInt8(ascii: " "))
  }
}

extension [UInt8] {
  /// Four digits.
  mutating func append(hex number: Int) {
    let digits = String(number, radix: 16, uppercase: true)
    append(String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits)
  }
}
