/// How large a filter from outside may be.
public struct FilterLimits: Hashable, Sendable {
  /// Length of the spelling, in bytes.
  public var bytes: Int
  /// Conditions, operands and brackets within each other.
  public var depth: Int
  /// Conditions and operands in all.
  public var nodes: Int
  /// Positions of all geometries.
  public var vertices: Int
  /// Items of one list or array.
  public var items: Int
  /// Length of a pattern of `LIKE`, in bytes: the work on each row grows with it.
  public var pattern: Int

  public init(
    bytes: Int = 65_536, depth: Int = 100, nodes: Int = 2_000, vertices: Int = 10_000, items: Int = 1_000, pattern: Int = 1_000
  ) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
    self.vertices = vertices
    self.items = items
    self.pattern = pattern
  }
}

/// Why a text or a JSON document is no filter: where, what stands there, what should.
public struct FilterSyntaxError: Error, Hashable, Sendable {
  /// Where the fault lies.
  public enum Place: Hashable, Sendable {
    /// Bytes of UTF-8 from the start of the text.
    case byte(Int)
    /// RFC 9535 (JSONPath): `$.args[1]`.
    case path(String)
  }

  public var place: Place
  /// What was found there, shortened; empty at the end.
  public var found: String
  /// What should stand there.
  public var expected: String

  public init(at place: Place, found: String, expected: String) {
    self.place = place
    self.found = found
    self.expected = expected
  }
}

extension FilterSyntaxError: CustomStringConvertible {
  public var description: String {
    let what = found.isEmpty ? "the end" : "\"\(found)\""
    return switch place {
    case .byte(let offset): "at byte \(offset) of the filter: found \(what), expected \(expected)"
    case .path(let path): "at \(path) of the filter: found \(found.isEmpty ? "nothing" : found), expected \(expected)"
    }
  }
}
