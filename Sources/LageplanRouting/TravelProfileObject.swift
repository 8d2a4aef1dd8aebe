import Foundation

/// An object of a profile's JSON whose keys are taken one by one; what is left at the end is not known.
struct ProfileObject {
  private let file: String
  private let place: String
  private var members: [String: Any]
  private var known: [String] = []

  init(_ value: Any, file: String, place: String) throws(TravelProfileError) {
    guard let members = value as? [String: Any] else {
      throw TravelProfileError(file: file, place: place, reason: "an object { … } is wanted")
    }
    self.file = file
    self.place = place
    self.members = members
  }

  func fault(_ key: String, _ reason: String) -> TravelProfileError {
    TravelProfileError(file: file, place: place.isEmpty ? key : "\(place).\(key)", reason: reason)
  }

  /// Refuses what nobody asked for.
  func end() throws(TravelProfileError) {
    guard let unknown = members.keys.min() else { return }
    throw fault(unknown, "there is no such setting; known here: \(known.sorted().joined(separator: ", "))")
  }

  private mutating func take(_ key: String) -> Any? {
    known.append(key)
    return members.removeValue(forKey: key)
  }

  private mutating func required(_ key: String) throws(TravelProfileError) -> Any {
    guard let value = take(key) else { throw fault(key, "it is missing") }
    return value
  }

  // MARK: Objects

  mutating func object(_ key: String) throws(TravelProfileError) -> ProfileObject {
    try ProfileObject(try required(key), file: file, place: place.isEmpty ? key : "\(place).\(key)")
  }

  mutating func optionalObject(_ key: String) throws(TravelProfileError) -> ProfileObject? {
    guard members[key] != nil else {
      known.append(key)
      return nil
    }
    return try object(key)
  }

  // MARK: Texts and words

  mutating func text(_ key: String) throws(TravelProfileError) -> String {
    guard let text = try required(key) as? String else { throw fault(key, "a text is wanted") }
    return text
  }

  mutating func optionalText(_ key: String) throws(TravelProfileError) -> String? {
    members[key] == nil ? take(key) as? String : try text(key)
  }

  mutating func words(_ key: String) throws(TravelProfileError) -> [String] {
    guard let words = try required(key) as? [String] else { throw fault(key, "a list of texts is wanted") }
    return words
  }

  mutating func optionalWords(_ key: String) throws(TravelProfileError) -> [String] {
    members[key] == nil ? take(key) as? [String] ?? [] : try words(key)
  }

  /// Lists of words by a key.
  mutating func optionalWordTable(_ key: String) throws(TravelProfileError) -> [String: Set<String>] {
    guard let value = take(key) else { return [:] }
    guard let table = value as? [String: Any] else { throw fault(key, "an object of lists is wanted") }
    var result: [String: Set<String>] = [:]
    for (name, list) in table {
      guard let words = list as? [String] else { throw fault("\(key).\(name)", "a list of texts is wanted") }
      result[name] = Set(words)
    }
    return result
  }

  // MARK: Numbers and flags

  mutating func flag(_ key: String) throws(TravelProfileError) -> Bool {
    guard let number = try required(key) as? NSNumber, Self.isFlag(number) else { throw fault(key, "true or false is wanted") }
    return number.boolValue
  }

  mutating func number(_ key: String, _ range: ClosedRange<Double>) throws(TravelProfileError) -> Double {
    try Self.number(try required(key), range, or: { fault(key, $0) })
  }

  mutating func optionalNumber(_ key: String, _ range: ClosedRange<Double>) throws(TravelProfileError) -> Double? {
    guard let value = take(key) else { return nil }
    return try Self.number(value, range, or: { fault(key, $0) })
  }

  mutating func numbers(_ key: String, _ range: ClosedRange<Double>) throws(TravelProfileError) -> [String: Double] {
    try numbers(in: try required(key), key, range)
  }

  mutating func optionalNumbers(_ key: String, _ range: ClosedRange<Double>) throws(TravelProfileError) -> [String: Double] {
    guard let value = take(key) else { return [:] }
    return try numbers(in: value, key, range)
  }

  /// Tables of numbers by a key.
  mutating func optionalNumberTables(
    _ key: String, _ range: ClosedRange<Double>
  ) throws(TravelProfileError) -> [String: [String: Double]] {
    guard let value = take(key) else { return [:] }
    guard let tables = value as? [String: Any] else { throw fault(key, "an object of objects is wanted") }
    var result: [String: [String: Double]] = [:]
    for (name, table) in tables { result[name] = try numbers(in: table, "\(key).\(name)", range) }
    return result
  }

  private func numbers(
    in value: Any, _ key: String, _ range: ClosedRange<Double>
  ) throws(TravelProfileError) -> [String: Double] {
    guard let table = value as? [String: Any] else { throw fault(key, "an object of numbers is wanted") }
    var result: [String: Double] = [:]
    for (name, number) in table { result[name] = try Self.number(number, range, or: { fault("\(key).\(name)", $0) }) }
    return result
  }

  private static func number(
    _ value: Any, _ range: ClosedRange<Double>, or fault: (String) -> TravelProfileError
  ) throws(TravelProfileError) -> Double {
    guard let number = value as? NSNumber, !isFlag(number) else { throw fault("a number is wanted") }
    guard range.contains(number.doubleValue) else {
      throw fault("\(number) is not from \(range.lowerBound) to \(range.upperBound)")
    }
    return number.doubleValue
  }

  /// Foundation keeps true and false as numbers of one byte.
  private static func isFlag(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
