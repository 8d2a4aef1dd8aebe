/// What is wrong at one place of a JSON document that is well-formed but not what was asked for.
public struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// RFC 9535 (JSONPath): `$.features[3].geometry.coordinates`.
  public var path: String
  /// The value found there, as JSON, shortened; empty where nothing stands.
  public var value: String
  /// What is wrong.
  public var message: String
  /// What to do about it.
  public var remedy: String

  public init(path: String, value: String, message: String, remedy: String) {
    self.path = path
    self.value = value
    self.message = message
    self.remedy = remedy
  }

  public var description: String { "\(path): \(message)\(value.isEmpty ? "" : " (found \(value))"); \(remedy)" }
}

/// A value together with where it stands, to read a document and collect every fault in it instead of stopping at the first.
///
///     var faults: [JSONFault] = []
///     let request = JSONNode(document)
///     let day = request.required("day", &faults)?.text(&faults)
///     let count = request.optional("limit")?.integer(in: 1...1000, &faults)
///     request.refuseMembers(except: ["day", "limit"], &faults)
public struct JSONNode: Sendable {
  public let value: JSONValue
  /// RFC 9535 (JSONPath).
  public let path: String

  public init(_ value: JSONValue, path: String = "$") {
    self.value = value
    self.path = path
  }

  /// A fault at this place.
  public func fault(_ message: String, remedy: String) -> JSONFault {
    JSONFault(path: path, value: value.excerpt(), message: message, remedy: remedy)
  }

  // MARK: Members and elements

  /// The member, where it is there and not null.
  public func optional(_ key: String) -> JSONNode? {
    guard let member = value[key], !member.isNull else { return nil }
    return JSONNode(member, path: Self.path(path, key))
  }

  /// The member; a fault where it is missing or null, or where this is no object.
  public func required(_ key: String, _ faults: inout [JSONFault]) -> JSONNode? {
    if let member = optional(key) { return member }
    guard case .object = value else {
      faults.append(fault("\(value.typeName) where an object should stand", remedy: "send an object with a member \"\(key)\""))
      return nil
    }
    faults.append(
      JSONFault(
        path: Self.path(path, key), value: value[key] == nil ? "" : "null", message: "the member \"\(key)\" is missing",
        remedy: "add it"))
    return nil
  }

  /// The elements; a fault where this is no array.
  public func elements(_ faults: inout [JSONFault]) -> [JSONNode]? {
    guard case .array(let elements) = value else { return wrong("an array", &faults) }
    return elements.enumerated().map { JSONNode($1, path: "\(path)[\($0)]") }
  }

  /// The members in order; a fault where this is no object.
  public func members(_ faults: inout [JSONFault]) -> [(key: String, node: JSONNode)]? {
    guard case .object(let members) = value else { return wrong("an object", &faults) }
    return members.map { ($0.key, JSONNode($0.value, path: Self.path(path, $0.key))) }
  }

  /// A fault for each member that nobody knows, so that a slip of the pen is not passed over in silence.
  public func refuseMembers(except known: [String], _ faults: inout [JSONFault]) {
    guard case .object(let members) = value else { return }
    for (key, value) in members where !known.contains(key) {
      faults.append(
        JSONNode(value, path: Self.path(path, key)).fault(
          "unknown member \"\(key)\"", remedy: "leave it out, or use one of \(known.joined(separator: ", "))"))
    }
  }

  // MARK: Scalars

  public func text(_ faults: inout [JSONFault]) -> String? {
    guard case .text(let text) = value else { return wrong("a string", &faults) }
    return text
  }

  public func boolean(_ faults: inout [JSONFault]) -> Bool? {
    guard case .boolean(let boolean) = value else { return wrong("true or false", &faults) }
    return boolean
  }

  /// A whole number in the range, both ends included; 7.0 counts as whole.
  public func integer(in range: ClosedRange<Int64> = .min ... .max, _ faults: inout [JSONFault]) -> Int64? {
    let whole: Int64? =
      switch value {
      case .integer(let integer): integer
      case .real(let real): Int64(exactly: real)
      case .null, .boolean, .text, .array, .object: nil
      }
    guard let whole else { return wrong("a whole number", &faults) }
    guard range.contains(whole) else {
      faults.append(fault("out of range", remedy: "send a whole number from \(range.lowerBound) to \(range.upperBound)"))
      return nil
    }
    return whole
  }

  /// A number in the range, both ends included.
  public func number(in range: ClosedRange<Double>? = nil, _ faults: inout [JSONFault]) -> Double? {
    guard let number = value.number else { return wrong("a number", &faults) }
    if let range, !range.contains(number) {
      faults.append(fault("out of range", remedy: "send a number from \(range.lowerBound) to \(range.upperBound)"))
      return nil
    }
    return number
  }

  private func wrong<T>(_ expected: String, _ faults: inout [JSONFault]) -> T? {
    faults.append(fault("\(value.typeName) where \(expected) should stand", remedy: "send \(expected)"))
    return nil
  }

  /// `$.name`, or `$['odd name']` where the name is none that JSONPath takes without quotes.
  static func path(_ parent: String, _ key: String) -> String {
    let isPlain =
      !key.isEmpty && !(key.first?.isNumber ?? true) && key.allSatisfy { $0 == "_" || $0.isLetter || $0.isNumber }
    if isPlain { return "\(parent).\(key)" }
    let quoted = key.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return "\(parent)['\(quoted)']"
  }
}
