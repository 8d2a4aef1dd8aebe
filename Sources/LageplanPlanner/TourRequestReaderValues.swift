import LageplanFeatures
import LageplanGeometry

/// The values of JSON documents, and the faults in them.
extension TourRequestReader {
  mutating func required(_ node: JSONNode, _ key: String, _ remedy: String) -> JSONNode? {
    var missing: [JSONFault] = []
    if let member = node.required(key, &missing) { return member }
    for fault in missing { keep(TourRequestFault(code: "missing", path: fault.path, value: nil, remedy: remedy)) }
    return nil
  }

  mutating func members(_ node: JSONNode, _ remedy: String) -> [(key: String, node: JSONNode)]? {
    var wrong: [JSONFault] = []
    if let members = node.members(&wrong) { return members }
    return note("wrongType", node, remedy)
  }

  mutating func isObject(_ node: JSONNode, with known: [String]) -> Bool {
    let remedy = "send an object with \(known.joined(separator: ", "))"
    // Counted before a path is made for each.
    if case .object(let members) = node.value, members.count > known.count + Self.mostUnknownMembers {
      note("tooMany", node, "\(remedy); this one has \(members.count) members")
      return false
    }
    guard let members = self.members(node, remedy) else { return false }
    for (key, member) in members where !known.contains(key) {
      note("unknownMember", member, "leave it out, or use one of \(known.joined(separator: ", "))")
    }
    return true
  }

  mutating func elements(_ node: JSONNode, count: ClosedRange<Int>, _ remedy: String) -> [JSONNode]? {
    guard case .array(let elements) = node.value else { return note("wrongType", node, remedy) }
    guard count.contains(elements.count) else {
      return note(elements.count > count.upperBound ? "tooMany" : "missing", node, remedy)
    }
    return elements.enumerated().map { JSONNode($1, path: "\(node.path)[\($0)]") }
  }

  /// One or more different texts, none empty.
  mutating func texts(_ node: JSONNode, atMost limit: Int) -> [String]? {
    guard let elements = self.elements(node, count: 1...limit, "send a list of 1 to \(limit) strings") else { return nil }
    var seen: Set<String> = []
    let texts = elements.compactMap { element -> String? in
      guard let text = self.text(element) else { return nil }
      if !seen.insert(text).inserted { note("repeated", element, "name each only once") }
      return text
    }
    return texts.count == elements.count ? texts : nil
  }

  mutating func text(_ node: JSONNode) -> String? {
    guard case .text(let text) = node.value else { return note("wrongType", node, "send a string") }
    guard !text.isEmpty, text.utf8.count <= 200 else { return note("outOfRange", node, "send 1 to 200 bytes") }
    return text
  }

  /// A text that can stand in the lines of a table or a calendar.
  mutating func plainText(_ node: JSONNode) -> String? {
    guard let text = self.text(node) else { return nil }
    guard text.isPlain else { return note("outOfRange", node, "leave out control characters: line breaks, tabs and the like") }
    return text.isBlank ? note("outOfRange", node, "write something that can be read, not blanks alone") : text
  }

  mutating func number(_ node: JSONNode, in range: ClosedRange<Double>) -> Double? {
    guard let number = node.value.number else { return note("wrongType", node, "send a number") }
    guard range.contains(number) else {
      return note("outOfRange", node, "send a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  mutating func whole(_ node: JSONNode, in range: ClosedRange<Int64>) -> Int64? {
    guard let number = node.value.integer else { return note("wrongType", node, "send a whole number") }
    guard range.contains(number) else {
      return note("outOfRange", node, "send a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  mutating func boolean(_ node: JSONNode) -> Bool? {
    guard case .boolean(let value) = node.value else { return note("wrongType", node, "send true or false") }
    return value
  }

  /// Rounded up to the second.
  mutating func minutes(_ node: JSONNode, atMost limit: Double = 1440) -> Seconds? {
    number(node, in: 0...limit).map { Seconds(Int(($0 * 60).rounded(.up))) }
  }

  mutating func day(_ node: JSONNode) -> CalendarDate? {
    guard let text = self.text(node) else { return nil }
    guard let day = CalendarDate(iso: text), (1970...2199).contains(day.year) else {
      return note("outOfRange", node, "send a day of the calendar, year-month-day: \"2026-12-01\"")
    }
    return day
  }

  mutating func position(_ node: JSONNode) -> Coordinate? {
    guard let elements = self.elements(node, count: 2...2, "send [longitude, latitude] in degrees") else { return nil }
    let (longitude, latitude) = (number(elements[0], in: -180...180), number(elements[1], in: -90...90))
    guard let longitude, let latitude else { return nil }
    return Coordinate(longitude: longitude, latitude: latitude)
  }

  /// Begin and end on the clock of the town; an end that is not after the begin is on the next day.
  mutating func dayWindow(_ node: JSONNode, _ remedy: String) -> TourRequest.DayWindow? {
    guard let elements = self.elements(node, count: 2...2, remedy) else { return nil }
    let (begin, end) = (timeOfDay(elements[0]), timeOfDay(elements[1]))
    guard let begin, let end else { return nil }
    return TourRequest.DayWindow(begin: begin, endingAt: end)
  }

  /// `07:00` to `24:00`.
  private mutating func timeOfDay(_ node: JSONNode) -> Seconds? {
    guard let text = self.text(node) else { return nil }
    guard text.utf8.count == 5, let time = Seconds(timeOfDay: text) else {
      return note("outOfRange", node, "send hours and minutes from \"00:00\" to \"24:00\"")
    }
    return time
  }

  /// `playgrounds/17`.
  mutating func feature(_ node: JSONNode) -> FeatureReference? {
    guard let text = self.text(node) else { return nil }
    guard let feature = FeatureReference(spelling: text) else {
      return note("outOfRange", node, "name the collection and the feature in it: \"playgrounds/17\"")
    }
    return feature
  }
}

extension FeatureReference {
  /// From what ``description`` says: `playgrounds/17`. Whatever comes after the first slash is the id; neither is empty.
  public init?(spelling: String) {
    let parts = spelling.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    self.init(collection: String(parts[0]), id: String(parts[1]))
  }
}

extension String {
  var isBlank: Bool { allSatisfy(\.isWhitespace) }

  /// Without control characters (Unicode, general category Cc).
  var isPlain: Bool { !unicodeScalars.contains { $0.properties.generalCategory == .control } }
}
