import Foundation
import LageplanGeometry
import TestSupport

/// The cases of the JTS test suite, read from its XML as far as the tests here need it.
struct JtsCase: CustomStringConvertible {
  var file: String
  var name: String
  var a: Geometry?
  var b: Geometry?
  /// Name of the operation, its third argument, the expected answer; arguments are A and B in this order.
  var operations: [(name: String, argument: String?, answer: String)]

  var description: String { "\(file): \(name)" }

  static func read(_ files: [String]) throws -> [JtsCase] {
    try files.flatMap { file in
      let text = try String(contentsOf: SharedData.file("geometry/jts/\(file)"), encoding: .utf8)
      return text.components(separatedBy: "<case>").dropFirst().map { JtsCase(file: file, text: $0) }
    }
  }

  private init(file: String, text: String) {
    self.file = file
    name = Self.element("desc", in: text) ?? ""
    a = Self.element("a", in: text).flatMap(Self.geometry)
    b = Self.element("b", in: text).flatMap(Self.geometry)
    operations = text.components(separatedBy: "<op ").dropFirst().compactMap { operation in
      guard let end = operation.firstIndex(of: ">"), let close = operation.range(of: "</op>") else { return nil }
      let head = String(operation[..<end])
      guard let name = Self.attribute("name", in: head) else { return nil }
      // Some cases ask about B and A, or about A alone.
      guard Self.attribute("arg1", in: head)?.uppercased() == "A" else { return nil }
      guard Self.attribute("arg2", in: head).map({ $0.uppercased() == "B" }) ?? true else { return nil }
      let answer = operation[operation.index(after: end)..<close.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
      return (name, Self.attribute("arg3", in: head), answer.lowercased())
    }
  }

  private static func element(_ name: String, in text: String) -> String? {
    guard let start = text.range(of: "<\(name)>"), let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
    else { return nil }
    return text[start.upperBound..<end.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func attribute(_ name: String, in head: String) -> String? {
    guard let start = head.range(of: "\(name)=\""), let end = head.range(of: "\"", range: start.upperBound..<head.endIndex)
    else { return nil }
    return String(head[start.upperBound..<end.lowerBound])
  }

  /// WKT, or WKB in hexadecimal. `nil` for kinds that are not ours (LINEARRING).
  private static func geometry(_ text: String) -> Geometry? {
    if text.allSatisfy(\.isHexDigit) { return try? [UInt8](hex: text).decoded(.wkb) }
    return try? Geometry(wkt: text)
  }

  /// What the case says about A and B having a point in common, directly or by its matrix (DE-9IM).
  var intersects: Bool? {
    for operation in operations {
      if operation.name == "intersects" { return operation.answer == "true" }
      if operation.name == "relate", let matrix = operation.argument, matrix.count == 9, operation.answer == "true" {
        let cells = Array<Character>(matrix)
        return [0, 1, 3, 4].contains { cells[$0] != "F" }
      }
    }
    return nil
  }

  var isValid: Bool? { operations.first { $0.name == "isValid" }.map { $0.answer == "true" } }
}
