import LageplanFeatures

/// A drawing for the map, read from the part of SVG 2 that icons need: shapes and paths, filled and stroked with plain colours.
///
/// What else stands in the file (text, gradients, images, style sheets, filters) is named in an error instead of being left out, since
/// an icon that lacks a part tells something else. `title`, `desc`, `metadata` and editors' own elements are passed over.
public struct SvgDrawing: Hashable, Sendable {
  /// In pixels at a ratio of 1.
  public let width: Int
  public let height: Int
  let shapes: [Shape]

  struct Shape: Hashable, Sendable {
    var path: VectorPath
    var fill: Paint?
    var isEvenOdd = false
    var stroke: Stroke?

    /// In pixels. The rasteriser counts in whole numbers, and draws nothing beyond 2¹⁸ pixels, of which there may be two for one of ours.
    static let limit = 1e5

    /// Whether all numbers are within the limit; those that are no numbers are not.
    var isDrawable: Bool {
      func isWithin(_ number: Double) -> Bool { abs(number) < Self.limit }
      func isWithin(_ point: VectorPath.Point) -> Bool { isWithin(point.x) && isWithin(point.y) }
      if let stroke, !isWithin(stroke.width) || !isWithin(stroke.miterLimit) { return false }
      return path.contours.allSatisfy { contour in
        isWithin(contour.start)
          && contour.pieces.allSatisfy { piece in
            switch piece {
            case .line(let end): isWithin(end)
            case .curve(let first, let second, let end): isWithin(first) && isWithin(second) && isWithin(end)
            }
          }
      }
    }
  }

  struct Paint: Hashable, Sendable {
    var colour: UInt32
    var opacity: Double
  }

  struct Stroke: Hashable, Sendable {
    var paint: Paint
    /// In pixels, as the path.
    var width: Double
    var cap: Cap = .butt
    var join: Join = .miter
    var miterLimit = 4.0

    enum Cap: String, Sendable { case butt, round, square }
    enum Join: String, Sendable { case miter, round, bevel }
  }

  /// Icons are small: a larger one is a mistake, or would make the sheet too large for a phone.
  static let largestSide = 256

  /// `colours` replaces colours of the file (`#1d5fa8`, lower case, six digits) by others, for the variants of a style.
  public init(parsing text: String, colours: [String: String] = [:]) throws(SvgError) {
    let root = try SvgReader.element(of: text)
    guard root.name == "svg" else { throw SvgError(line: root.line, message: "<svg> was expected, found <\(root.name)>") }
    var context = Context(colours: colours)
    let box = try Self.viewBox(of: root)
    func length(_ name: String, _ other: Double?) throws(SvgError) -> Double {
      guard let text = root.attributes[name] else {
        guard let other else { throw SvgError(line: root.line, message: "<svg> needs width and height, or a viewBox") }
        return other
      }
      guard let number = Double(text.hasSuffix("px") ? String(text.dropLast(2)) : text) else {
        throw SvgError(line: root.line, message: "\(name)=\"\(text)\": give a number of pixels")
      }
      return number
    }
    let size = (try length("width", box?.width), try length("height", box?.height))
    guard (1...Double(Self.largestSide)).contains(size.0), (1...Double(Self.largestSide)).contains(size.1) else {
      throw SvgError(line: root.line, message: "an icon is 1 to \(Self.largestSide) pixels wide and high")
    }
    width = Int(size.0.rounded(.up))
    height = Int(size.1.rounded(.up))
    if let box {
      // Fitted into the middle, as preserveAspectRatio="xMidYMid meet" has it.
      let scale = min(size.0 / box.width, size.1 / box.height)
      context.transform = SvgTransform(
        a: scale, d: scale, e: (size.0 - scale * box.width) / 2 - scale * box.x,
        f: (size.1 - scale * box.height) / 2 - scale * box.y)
    }
    var shapes: [Shape] = []
    try context.take(attributesOf: root)
    for child in root.children { try Self.draw(child, context, into: &shapes) }
    self.shapes = shapes
  }

  /// `nil` where the drawing has none.
  private static func viewBox(
    of root: SvgElement
  ) throws(SvgError) -> (x: Double, y: Double, width: Double, height: Double)? {
    guard let text = root.attributes["viewBox"] else { return nil }
    let numbers = text.split { $0.isWhitespace || $0 == "," }.map { Double($0) ?? .nan }
    guard numbers.count == 4, numbers.allSatisfy(\.isFinite), numbers[2] > 0, numbers[3] > 0 else {
      throw SvgError(line: root.line, message: "viewBox=\"\(text)\": give four numbers, of which width and height are above 0")
    }
    return (numbers[0], numbers[1], numbers[2], numbers[3])
  }

  private static let silent: Set<String> = ["title", "desc", "metadata"]

  private static func draw(_ element: SvgElement, _ around: Context, into shapes: inout [Shape]) throws(SvgError) {
    // Elements of editors have names of their own space: sodipodi:namedview.
    if silent.contains(element.name) || element.name.contains(":") { return }
    if element.name == "defs", element.children.isEmpty { return }
    var context = around
    try context.take(attributesOf: element)
    if element.name == "g" {
      for child in element.children { try draw(child, context, into: &shapes) }
      return
    }
    guard let path = try SvgShapes.path(of: element) else {
      throw SvgError(
        line: element.line,
        message: "<\(element.name)> is not drawn; turn it into paths with plain colours (in Inkscape: Object to Path)")
    }
    if context.isHidden { return }
    let shape = Shape(
      path: context.transform.applied(to: path), fill: context.fillPaint, isEvenOdd: context.isEvenOdd,
      stroke: context.strokePaint)
    guard shape.isDrawable else {
      throw SvgError(
        line: element.line,
        message: "<\(element.name)> lies beyond \(Int(Shape.limit)) pixels, or nowhere; mend its numbers, transform or viewBox")
    }
    shapes.append(shape)
  }
}
