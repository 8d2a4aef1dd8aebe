/// The basic shapes of SVG (SVG 2, chapter 10) as outlines.
enum SvgShapes {
  /// `nil` where the element is no shape.
  static func path(of element: SvgElement) throws(SvgError) -> VectorPath? {
    let numbers = Numbers(element: element)
    switch element.name {
    case "path":
      do {
        return try SvgPathReader.path(of: element.attributes["d"] ?? "")
      } catch {
        throw SvgError(line: element.line, message: error.message)
      }
    case "circle":
      let radius = try numbers["r"]
      return .ellipse(centre: .init(x: try numbers["cx"], y: try numbers["cy"]), radiusX: radius, radiusY: radius)
    case "ellipse":
      return .ellipse(
        centre: .init(x: try numbers["cx"], y: try numbers["cy"]), radiusX: try numbers["rx"], radiusY: try numbers["ry"])
    case "rect": return try rectangle(numbers)
    case "line":
      var path = VectorPath()
      path.move(to: .init(x: try numbers["x1"], y: try numbers["y1"]))
      path.add(.line(to: .init(x: try numbers["x2"], y: try numbers["y2"])))
      return path
    case "polyline", "polygon":
      let values = (element.attributes["points"] ?? "").split { $0.isWhitespace || $0 == "," }.map { Double($0) }
      guard values.count >= 4, values.count.isMultiple(of: 2), !values.contains(nil) else {
        throw SvgError(line: element.line, message: "points of <\(element.name)> are pairs of numbers")
      }
      let flat = values.compactMap { $0 }
      var path = VectorPath()
      path.move(to: .init(x: flat[0], y: flat[1]))
      for at in stride(from: 2, to: flat.count, by: 2) { path.add(.line(to: .init(x: flat[at], y: flat[at + 1]))) }
      if element.name == "polygon" { path.close() }
      return path
    default: return nil
    }
  }

  private static func rectangle(_ numbers: Numbers) throws(SvgError) -> VectorPath {
    let (x, y, width, height) = (try numbers["x"], try numbers["y"], try numbers["width"], try numbers["height"])
    let (givenX, givenY) = (try numbers.optional("rx"), try numbers.optional("ry"))
    let radiusX = min(givenX ?? givenY ?? 0, width / 2)
    let radiusY = min(givenY ?? givenX ?? 0, height / 2)
    var data = "M\(x + radiusX) \(y)H\(x + width - radiusX)"
    let corner = "A\(radiusX) \(radiusY) 0 0 1 "
    if radiusX > 0, radiusY > 0 { data += "\(corner)\(x + width) \(y + radiusY)" }
    data += "V\(y + height - radiusY)"
    if radiusX > 0, radiusY > 0 { data += "\(corner)\(x + width - radiusX) \(y + height)" }
    data += "H\(x + radiusX)"
    if radiusX > 0, radiusY > 0 { data += "\(corner)\(x) \(y + height - radiusY)" }
    data += "V\(y + radiusY)"
    if radiusX > 0, radiusY > 0 { data += "\(corner)\(x + radiusX) \(y)" }
    return try SvgPathReader.path(of: data + "Z")
  }

  private struct Numbers {
    let element: SvgElement

    /// 0 where there is none.
    subscript(name: String) -> Double {
      get throws(SvgError) { try optional(name) ?? 0 }
    }

    func optional(_ name: String) throws(SvgError) -> Double? {
      guard let text = element.attributes[name] else { return nil }
      guard let number = Double(text.hasSuffix("px") ? String(text.dropLast(2)) : text), number.isFinite, abs(number) < 1e6 else {
        throw SvgError(line: element.line, message: "\(name)=\"\(text)\" of <\(element.name)> is no number")
      }
      return number
    }
  }
}
