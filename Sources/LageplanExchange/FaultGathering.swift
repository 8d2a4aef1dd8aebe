import LageplanFeatures

/// Reads members of JSON objects and notes what is wrong with them, each with its place, so that all faults are told at once.
protocol FaultGathering {
  var faults: [String] { get set }
}

extension FaultGathering {
  mutating func list(_ json: JSONValue, _ key: String, at place: String, isRequired: Bool = true) -> [JSONValue] {
    guard let value = json[key], !value.isNull else {
      if isRequired { faults.append("\(place): a list is missing") }
      return []
    }
    guard let list = value.array else {
      faults.append("\(place): expected a list, not \(value.excerpt())")
      return []
    }
    return list
  }

  mutating func object(_ json: JSONValue, _ key: String, at place: String) -> JSONValue? {
    guard let value = json[key], !value.isNull else { return nil }
    guard value.object != nil else {
      faults.append("\(place): expected an object, not \(value.excerpt())")
      return nil
    }
    return value
  }

  /// A whole number from 0 on; 7.0 is one too. `nil` where it is left out, and 0 where it is wrong.
  mutating func whole(_ json: JSONValue, _ key: String, at place: String, most: Int64) -> Int? {
    guard let value = json[key], !value.isNull else { return nil }
    guard let number = value.whole, (0...most).contains(number) else {
      faults.append("\(place).\(key): expected a whole number from 0 to \(most), not \(value.excerpt())")
      return 0
    }
    return Int(number)
  }

  /// A list of such numbers; `nil` where it is left out.
  mutating func wholes(_ json: JSONValue, _ key: String, at place: String, most: Int64) -> [Int]? {
    guard let value = json[key], !value.isNull else { return nil }
    return list(json, key, at: "\(place).\(key)").enumerated().map { index, value in
      guard let number = value.whole, (0...most).contains(number) else {
        faults.append("\(place).\(key)[\(index)]: expected a whole number from 0 to \(most), not \(value.excerpt())")
        return 0
      }
      return Int(number)
    }
  }

  mutating func text(_ json: JSONValue, _ key: String, at place: String) -> String? {
    guard let value = json[key], !value.isNull else { return nil }
    if value.text == nil { faults.append("\(place).\(key): expected text, not \(value.excerpt())") }
    return value.text
  }

  /// The first and the last of a span of numbers, the one not after the other.
  mutating func span(_ json: JSONValue, at place: String, most: Int64) -> ClosedRange<Int>? {
    let ends = (json.array ?? []).compactMap(\.whole)
    guard json.array?.count == 2, ends.count == 2, (0...most).contains(ends[0]), ends[0] <= ends[1] else {
      faults.append("\(place): expected [begin, end] in seconds, the begin not after the end, not \(json.excerpt())")
      return nil
    }
    return Int(ends[0])...Int(min(ends[1], most))
  }
}

extension JSONValue {
  /// An exact whole number, also one written with a fraction of zero.
  var whole: Int64? { integer ?? number.flatMap { Int64(exactly: $0) } }
}
