import Foundation

/// An outline of straight and cubic pieces in the units of the drawing, y downwards.
struct VectorPath: Hashable, Sendable {
  struct Point: Hashable, Sendable {
    var x: Double
    var y: Double

    static func + (a: Point, b: Point) -> Point { Point(x: a.x + b.x, y: a.y + b.y) }
    static func - (a: Point, b: Point) -> Point { Point(x: a.x - b.x, y: a.y - b.y) }
    static func * (a: Point, b: Double) -> Point { Point(x: a.x * b, y: a.y * b) }
  }

  enum Piece: Hashable, Sendable {
    case line(to: Point)
    case curve(Point, Point, to: Point)
  }

  struct Contour: Hashable, Sendable {
    var start: Point
    var pieces: [Piece] = []
    var isClosed = false
  }

  var contours: [Contour] = []

  mutating func move(to point: Point) { contours.append(Contour(start: point)) }

  mutating func add(_ piece: Piece) {
    guard !contours.isEmpty else { return }
    contours[contours.count - 1].pieces.append(piece)
  }

  mutating func close() {
    guard !contours.isEmpty else { return }
    contours[contours.count - 1].isClosed = true
  }

  /// An ellipse of four cubic pieces; from a quarter of a circle they are at most 0.03 % of the radius away.
  static func ellipse(centre: Point, radiusX: Double, radiusY: Double) -> VectorPath {
    let bend = 4.0 / 3 * (2.0.squareRoot() - 1)
    func at(_ x: Double, _ y: Double) -> Point { Point(x: centre.x + x * radiusX, y: centre.y + y * radiusY) }
    var path = VectorPath()
    path.move(to: at(1, 0))
    path.add(.curve(at(1, bend), at(bend, 1), to: at(0, 1)))
    path.add(.curve(at(-bend, 1), at(-1, bend), to: at(-1, 0)))
    path.add(.curve(at(-1, -bend), at(-bend, -1), to: at(0, -1)))
    path.add(.curve(at(bend, -1), at(1, -bend), to: at(1, 0)))
    path.close()
    return path
  }
}

/// Reads path data (SVG 2, section 9.3): all commands, absolute and relative, with the arcs as cubic pieces.
struct SvgPathReader {
  private var rest: Substring.UnicodeScalarView
  private var path = VectorPath()
  private var current = VectorPath.Point(x: 0, y: 0)
  private var start = VectorPath.Point(x: 0, y: 0)
  /// The last control point, which smooth commands mirror, and whether it was of a cubic or a quadratic piece.
  private var lastControl: (point: VectorPath.Point, isCubic: Bool)?
  /// After `Z` a command without `M` begins anew at the start.
  private var isClosed = true

  private struct Malformed: Error {}

  /// Throws what is wrong, without place: the caller knows the element.
  static func path(of data: String) throws(SvgError) -> VectorPath {
    var reader = SvgPathReader(rest: data.unicodeScalars[...])
    do {
      try reader.read()
    } catch {
      throw SvgError(line: 0, message: "the path data end or go wrong before \"\(String(reader.rest.prefix(20)))\"")
    }
    return reader.path
  }

  private mutating func read() throws(Malformed) {
    var command: Unicode.Scalar?
    skipSeparators()
    while let next = rest.first {
      if "MmZzLlHhVvCcSsQqTtAa".unicodeScalars.contains(next) {
        guard command != nil || next == "M" || next == "m" else { throw Malformed() }
        command = next
        rest = rest.dropFirst()
      } else if command == "M" || command == "m" {
        // Further pairs after a move are lines.
        command = command == "M" ? "L" : "l"
      } else if command == "Z" || command == "z" {
        throw Malformed()
      }
      guard let command else { throw Malformed() }
      try run(command)
      skipSeparators()
    }
  }

  private mutating func run(_ command: Unicode.Scalar) throws(Malformed) {
    let isRelative = command.properties.isLowercase
    let origin = isRelative ? current : VectorPath.Point(x: 0, y: 0)
    var control: (point: VectorPath.Point, isCubic: Bool)?
    switch command {
    case "M", "m":
      current = try point() + origin
      start = current
      path.move(to: current)
      isClosed = false
    case "Z", "z":
      path.close()
      current = start
      isClosed = true
    case "L", "l": line(to: try point() + origin)
    case "H", "h": line(to: VectorPath.Point(x: try number() + origin.x, y: current.y))
    case "V", "v": line(to: VectorPath.Point(x: current.x, y: try number() + origin.y))
    case "C", "c":
      let (first, second, end) = (try point() + origin, try point() + origin, try point() + origin)
      curve(first, second, to: end)
      control = (second, true)
    case "S", "s":
      let first = mirrored(cubic: true)
      let (second, end) = (try point() + origin, try point() + origin)
      curve(first, second, to: end)
      control = (second, true)
    case "Q", "q":
      let (middle, end) = (try point() + origin, try point() + origin)
      quadratic(middle, to: end)
      control = (middle, false)
    case "T", "t":
      let middle = mirrored(cubic: false)
      quadratic(middle, to: try point() + origin)
      control = (middle, false)
    default:
      let radii = (x: abs(try number()), y: abs(try number()))
      let turn = try number() * .pi / 180
      let (isLarge, isClockwise) = (try flag(), try flag())
      arc(radii: radii, turn: turn, isLarge: isLarge, isClockwise: isClockwise, to: try point() + origin)
    }
    lastControl = control
  }

  // MARK: - Pieces

  private mutating func begin() {
    if isClosed { path.move(to: current) }
    isClosed = false
  }

  private mutating func line(to end: VectorPath.Point) {
    begin()
    path.add(.line(to: end))
    current = end
  }

  private mutating func curve(_ first: VectorPath.Point, _ second: VectorPath.Point, to end: VectorPath.Point) {
    begin()
    path.add(.curve(first, second, to: end))
    current = end
  }

  private mutating func quadratic(_ middle: VectorPath.Point, to end: VectorPath.Point) {
    curve(current + (middle - current) * (2.0 / 3), end + (middle - end) * (2.0 / 3), to: end)
  }

  private func mirrored(cubic: Bool) -> VectorPath.Point {
    guard let lastControl, lastControl.isCubic == cubic else { return current }
    return current * 2 - lastControl.point
  }

  /// From end points to centre as SVG 2, section 9.5 and appendix B.2.4 give it, then cubic pieces of at most a quarter turn.
  private mutating func arc(
    radii: (x: Double, y: Double), turn: Double, isLarge: Bool, isClockwise: Bool, to end: VectorPath.Point
  ) {
    guard end != current else { return }
    guard radii.x > 0, radii.y > 0 else { return line(to: end) }
    let (cosine, sine) = (cos(turn), sin(turn))
    let half = (current - end) * 0.5
    let x = cosine * half.x + sine * half.y
    let y = cosine * half.y - sine * half.x
    // Radii too short to reach are grown until they just do.
    let need = x * x / (radii.x * radii.x) + y * y / (radii.y * radii.y)
    let growth = need > 1 ? need.squareRoot() : 1
    let (a, b) = (radii.x * growth, radii.y * growth)
    let denominator = a * a * y * y + b * b * x * x
    let factor = max(0, (a * a * b * b - denominator) / denominator).squareRoot() * (isLarge == isClockwise ? -1 : 1)
    let (middleX, middleY) = (factor * a * y / b, -factor * b * x / a)
    let centre =
      VectorPath.Point(x: cosine * middleX - sine * middleY, y: sine * middleX + cosine * middleY) + (current + end) * 0.5
    let first = atan2((y - middleY) / b, (x - middleX) / a)
    var sweep = atan2((-y - middleY) / b, (-x - middleX) / a) - first
    if isClockwise, sweep < 0 { sweep += 2 * .pi }
    if !isClockwise, sweep > 0 { sweep -= 2 * .pi }
    // Radii next to nothing have no square: as those of 0 they make a line.
    guard sweep.isFinite, centre.x.isFinite, centre.y.isFinite else { return line(to: end) }
    let count = max(1, Int((abs(sweep) / (.pi / 2) - 1e-9).rounded(.up)))
    let step = sweep / Double(count)
    let bend = 4.0 / 3 * tan(step / 4)
    func place(_ u: Double, _ v: Double) -> VectorPath.Point {
      VectorPath.Point(x: centre.x + cosine * a * u - sine * b * v, y: centre.y + sine * a * u + cosine * b * v)
    }
    for index in 0..<count {
      let (from, to) = (first + Double(index) * step, first + Double(index + 1) * step)
      let last = index == count - 1
      curve(
        place(cos(from) - bend * sin(from), sin(from) + bend * cos(from)),
        place(cos(to) + bend * sin(to), sin(to) - bend * cos(to)), to: last ? end : place(cos(to), sin(to)))
    }
  }

  // MARK: - Words

  private mutating func skipSeparators() {
    while let next = rest.first, next.properties.isWhitespace || next == "," { rest = rest.dropFirst() }
  }

  private mutating func point() throws(Malformed) -> VectorPath.Point {
    let x = try number()
    return VectorPath.Point(x: x, y: try number())
  }

  /// `0` or `1`, which may stand without a separator behind it.
  private mutating func flag() throws(Malformed) -> Bool {
    skipSeparators()
    guard let next = rest.first, next == "0" || next == "1" else { throw Malformed() }
    rest = rest.dropFirst()
    return next == "1"
  }

  /// A number, which ends where the next begins: `1.5.5-2` are three.
  private mutating func number() throws(Malformed) -> Double {
    skipSeparators()
    var text = ""
    var (hasPoint, hasExponent) = (false, false)
    while let next = rest.first {
      switch next {
      case "0"..."9": break
      case ".":
        guard !hasPoint, !hasExponent else { return try value(text) }
        hasPoint = true
      case "+", "-":
        guard text.isEmpty || text.last == "e" else { return try value(text) }
      case "e", "E":
        guard !hasExponent, !text.isEmpty else { return try value(text) }
        hasExponent = true
      default: return try value(text)
      }
      text.unicodeScalars.append(next == "E" ? "e" : next)
      rest = rest.dropFirst()
    }
    return try value(text)
  }

  private func value(_ text: String) throws(Malformed) -> Double {
    guard let number = Double(text), number.isFinite, abs(number) < 1e6 else { throw Malformed() }
    return number
  }
}
