import Foundation

/// What an element passes on to those in it (SVG 2, chapters 8 and 13).
extension SvgDrawing {
  struct Context {
    /// Colours of the file and those that take their places.
    var colours: [String: String]
    var transform = SvgTransform()
    private(set) var isHidden = false
    private(set) var isEvenOdd = false

    private var fill: UInt32? = 0
    private var fillOpacity = 1.0
    private var stroke: UInt32?
    private var strokeOpacity = 1.0
    private var strokeWidth = 1.0
    private var cap = Stroke.Cap.butt
    private var join = Stroke.Join.miter
    private var miterLimit = 4.0
    private var opacity = 1.0

    init(colours: [String: String]) { self.colours = colours }

    var fillPaint: Paint? { fill.map { Paint(colour: $0, opacity: fillOpacity * opacity) } }

    var strokePaint: Stroke? {
      guard let stroke, strokeWidth > 0 else { return nil }
      return Stroke(
        paint: Paint(colour: stroke, opacity: strokeOpacity * opacity), width: strokeWidth * transform.scale, cap: cap,
        join: join,
        miterLimit: miterLimit)
    }

    /// Style properties count more than attributes of the same name.
    mutating func take(attributesOf element: SvgElement) throws(SvgError) {
      if let text = element.attributes["transform"] {
        guard let own = SvgTransform(text) else {
          throw SvgError(line: element.line, message: "transform=\"\(text)\" is not understood")
        }
        transform = own.followed(by: transform)
      }
      for (name, value) in element.attributes where name != "style" { try take(name, value, element) }
      for declaration in (element.attributes["style"] ?? "").split(separator: ";") {
        let parts = declaration.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        if parts.count == 2 { try take(parts[0], parts[1], element) }
      }
    }

    private mutating func take(_ name: String, _ value: String, _ element: SvgElement) throws(SvgError) {
      func number() throws(SvgError) -> Double {
        guard let number = Double(value.hasSuffix("px") ? String(value.dropLast(2)) : value), number.isFinite, number >= 0 else {
          throw SvgError(line: element.line, message: "\(name)=\"\(value)\" is no number")
        }
        return number
      }
      switch name {
      case "fill": fill = try colour(value, element)
      case "stroke": stroke = try colour(value, element)
      case "fill-opacity": fillOpacity = min(1, try number())
      case "stroke-opacity": strokeOpacity = min(1, try number())
      case "stroke-width": strokeWidth = try number()
      case "stroke-miterlimit": miterLimit = max(1, try number())
      case "stroke-linecap": cap = Stroke.Cap(rawValue: value) ?? .butt
      case "stroke-linejoin": join = Stroke.Join(rawValue: value) ?? .miter
      case "fill-rule": isEvenOdd = value == "evenodd"
      case "display": isHidden = isHidden || value == "none"
      case "opacity":
        // Of a group it would mean the group as one picture.
        guard try number() == 1 || element.name != "g" else { throw Self.unknown(name, value, element) }
        opacity *= min(1, try number())
      case "stroke-dasharray", "filter", "mask", "clip-path", "marker-start", "marker-mid", "marker-end", "class":
        guard value == "none" else { throw Self.unknown(name, value, element) }
      default: break
      }
    }

    private static func unknown(_ name: String, _ value: String, _ element: SvgElement) -> SvgError {
      SvgError(
        line: element.line,
        message: "\(name)=\"\(value)\" of <\(element.name)> is not drawn; draw it as a path with plain colours")
    }

    /// `nil`: none.
    private func colour(_ text: String, _ element: SvgElement) throws(SvgError) -> UInt32? {
      if text == "none" || text == "transparent" { return nil }
      let names = ["black": "#000000", "white": "#ffffff", "currentColor": "#000000"]
      var digits = (names[text] ?? text).lowercased()
      if digits.count == 4 { digits = "#" + digits.dropFirst().map { "\($0)\($0)" }.joined() }
      digits = colours[digits] ?? digits
      guard digits.count == 7, digits.hasPrefix("#"), let value = UInt32(digits.dropFirst(), radix: 16) else {
        throw SvgError(line: element.line, message: "the colour \"\(text)\" is not understood; write #rrggbb or none")
      }
      return value
    }
  }
}

/// x' = a·x + c·y + e, y' = b·x + d·y + f.
struct SvgTransform: Hashable, Sendable {
  var a = 1.0
  var b = 0.0
  var c = 0.0
  var d = 1.0
  var e = 0.0
  var f = 0.0

  init(a: Double = 1, b: Double = 0, c: Double = 0, d: Double = 1, e: Double = 0, f: Double = 0) {
    (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
  }

  /// A list of transforms (SVG 2, section 8.5), the last of which is done first; `nil` where one is not understood.
  init?(_ text: String) {
    var result = SvgTransform()
    for piece in text.split(separator: ")") {
      let parts = piece.split(separator: "(")
      guard parts.count == 2 else {
        guard piece.allSatisfy({ $0.isWhitespace || $0 == "," }) else { return nil }
        continue
      }
      let name = parts[0].filter { !$0.isWhitespace && $0 != "," }
      let numbers = parts[1].split { $0.isWhitespace || $0 == "," }.map { Double($0) }
      guard numbers.allSatisfy({ $0?.isFinite ?? false }) else { return nil }
      guard let one = Self.one(String(name), numbers.compactMap { $0 }) else { return nil }
      result = one.followed(by: result)
    }
    self = result
  }

  private static func one(_ name: String, _ values: [Double]) -> SvgTransform? {
    switch (name, values.count) {
    case ("matrix", 6):
      return SvgTransform(a: values[0], b: values[1], c: values[2], d: values[3], e: values[4], f: values[5])
    case ("translate", 1): return SvgTransform(e: values[0])
    case ("translate", 2): return SvgTransform(e: values[0], f: values[1])
    case ("scale", 1): return SvgTransform(a: values[0], d: values[0])
    case ("scale", 2): return SvgTransform(a: values[0], d: values[1])
    case ("rotate", 1): return rotation(values[0])
    case ("rotate", 3):
      return SvgTransform(e: -values[1], f: -values[2]).followed(by: rotation(values[0]))
        .followed(by: SvgTransform(e: values[1], f: values[2]))
    default: return nil
    }
  }

  private static func rotation(_ degrees: Double) -> SvgTransform {
    let angle = degrees * .pi / 180
    return SvgTransform(a: cos(angle), b: sin(angle), c: -sin(angle), d: cos(angle))
  }

  func followed(by outer: SvgTransform) -> SvgTransform {
    SvgTransform(
      a: outer.a * a + outer.c * b, b: outer.b * a + outer.d * b, c: outer.a * c + outer.c * d, d: outer.b * c + outer.d * d,
      e: outer.a * e + outer.c * f + outer.e, f: outer.b * e + outer.d * f + outer.f)
  }

  /// By how much lengths grow, on average over all directions.
  var scale: Double { abs(a * d - b * c).squareRoot() }

  func applied(to point: VectorPath.Point) -> VectorPath.Point {
    VectorPath.Point(x: a * point.x + c * point.y + e, y: b * point.x + d * point.y + f)
  }

  func applied(to path: VectorPath) -> VectorPath {
    var result = path
    for at in result.contours.indices {
      result.contours[at].start = applied(to: result.contours[at].start)
      result.contours[at].pieces = result.contours[at].pieces.map { piece in
        switch piece {
        case .line(let end): .line(to: applied(to: end))
        case .curve(let first, let second, let end): .curve(applied(to: first), applied(to: second), to: applied(to: end))
        }
      }
    }
    return result
  }
}
