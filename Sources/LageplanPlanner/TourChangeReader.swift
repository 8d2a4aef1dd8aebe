public import LageplanFeatures
import LageplanGeometry

extension TourChange {
  /// Reads a change and finds everything that is wrong with it at once. Times without an offset are on the clock of `time`.
  ///
  /// Throws ``TourRequestError``. What only the plan can tell (unknown features and inspectors) is found by ``TourReplanner``.
  public init(parsing document: JSONValue, time: TownTime) throws(TourRequestError) {
    var reader = TourChangeReader(time: time)
    let change = reader.change(JSONNode(document))
    guard let change, reader.faults.isEmpty else { throw TourRequestError(reader.faults) }
    self = change
  }
}

/// Reads the parts of a change and keeps every fault. Each function answers `nil` where it noted one.
private struct TourChangeReader {
  private(set) var faults: [TourRequestFault] = []
  private let time: TownTime

  /// What comes in one change.
  private static let mostElements = 5000
  private static let mostFaults = 100

  init(time: TownTime) { self.time = time }

  mutating func change(_ root: JSONNode) -> TourChange? {
    let known = [
      "at", "cancelled", "urgent", "done", "delays", "absent", "present", "locks", "unlocks", "moves", "mostChanges",
      "promiseMinutes", "seconds", "seed", "background",
    ]
    guard isObject(root, with: known) else { return nil }
    var change = TourChange()
    if let node = root.optional("at") { change.at = instant(node) }
    change.cancelled = list(root, "cancelled") { $0.feature($1) }
    change.urgent = list(root, "urgent") { $0.urgent($1) }
    change.done = list(root, "done") { $0.feature($1) }
    change.delays = list(root, "delays") { $0.delay($1) }
    change.absent = list(root, "absent") { $0.absence($1) }
    change.present = list(root, "present") { $0.absence($1) }
    change.locks = list(root, "locks") { $0.feature($1) }
    change.unlocks = list(root, "unlocks") { $0.feature($1) }
    change.moves = list(root, "moves") { $0.move($1) }
    if let node = root.optional("mostChanges") { change.mostChanges = whole(node, in: 0...100_000).map { Int($0) } }
    if let node = root.optional("promiseMinutes"), let minutes = number(node, in: 0...1440) {
      change.promise = Seconds(Int((minutes * 60).rounded()))
    }
    if let node = root.optional("background") { change.isBackground = truth(node) ?? false }
    let longest = change.isBackground ? TourLimits.standard.backgroundSeconds : TourLimits.standard.seconds
    if let node = root.optional("seconds") { change.seconds = number(node, in: 0...longest) }
    if let node = root.optional("seed"), let seed = whole(node, in: 0...Int64.max) { change.seed = UInt64(seed) }
    findContradictions(change, root)
    return change
  }

  private mutating func findContradictions(_ change: TourChange, _ root: JSONNode) {
    var named: [FeatureReference: String] = [:]
    let lists = [
      ("cancelled", change.cancelled), ("urgent", change.urgent.map(\.feature)), ("done", change.done),
      ("moves", change.moves.map(\.feature)),
    ]
    for (list, features) in lists {
      for feature in features {
        if let other = named.updateValue(list, forKey: feature) {
          note(
            other == list ? "repeated" : "conflict", "\(root.path).\(list)", feature.description,
            other == list ? "name it once" : "it is among \(other) too; name it in one of both")
        }
      }
    }
    let absent = AbsentInspectors(change.absent)
    for absence in change.present where absent.overlaps(absence) {
      note("conflict", "\(root.path).present", absence.inspector, "it is among absent too; name it in one of both")
    }
    for (list, features) in [("unlocks", change.unlocks), ("cancelled", change.cancelled)] {
      for feature in Set(change.locks).intersection(features).sorted(by: { $0.description < $1.description }) {
        note("conflict", "\(root.path).\(list)", feature.description, "it is among locks too; name it in one of both")
      }
    }
  }

  // MARK: - Elements

  private mutating func urgent(_ node: JSONNode) -> TourChange.Urgent? {
    if case .text = node.value { return feature(node).map { TourChange.Urgent(feature: $0) } }
    guard isObject(node, with: ["feature", "serviceMinutes", "windows", "level"]) else { return nil }
    guard let feature = required(node, "feature", "name the feature: \"playgrounds/17\"").flatMap({ self.feature($0) }) else {
      return nil
    }
    var urgent = TourChange.Urgent(feature: feature)
    if let place = node.optional("serviceMinutes"), let minutes = number(place, in: 0...1440) {
      urgent.service = Seconds(Int((minutes * 60).rounded(.up)))
    }
    if node.optional("windows") != nil { urgent.windows = list(node, "windows") { $0.window($1) } }
    if let place = node.optional("level"), let word = text(place) {
      if let level = TourLevel(rawValue: word) {
        urgent.level = level
      } else {
        note("outOfRange", place, "send one of \(TourLevel.allCases.map(\.rawValue).joined(separator: ", "))")
      }
    }
    return urgent
  }

  private mutating func delay(_ node: JSONNode) -> TourChange.Delay? {
    guard isObject(node, with: ["inspector", "day", "minutes"]) else { return nil }
    let inspector = required(node, "inspector", "name the inspector by id").flatMap { text($0) }
    let minutes = required(node, "minutes", "say by how many minutes").flatMap { number($0, in: 0...1440) }
    let day = node.optional("day").flatMap { self.day($0) }
    guard let inspector, let minutes else { return nil }
    return TourChange.Delay(inspector: inspector, day: day, time: Seconds(Int((minutes * 60).rounded(.up))))
  }

  private mutating func absence(_ node: JSONNode) -> TourChange.Absence? {
    if case .text(let inspector) = node.value { return TourChange.Absence(inspector: inspector) }
    guard isObject(node, with: ["inspector", "day"]) else { return nil }
    let inspector = required(node, "inspector", "name the inspector by id").flatMap { text($0) }
    let day = node.optional("day").flatMap { self.day($0) }
    return inspector.map { TourChange.Absence(inspector: $0, day: day) }
  }

  private mutating func move(_ node: JSONNode) -> TourChange.Move? {
    guard isObject(node, with: ["feature", "inspector", "day", "position"]) else { return nil }
    let feature = required(node, "feature", "name the feature: \"playgrounds/17\"").flatMap { self.feature($0) }
    let inspector = required(node, "inspector", "name the inspector by id").flatMap { text($0) }
    let day = node.optional("day").flatMap { self.day($0) }
    let position = node.optional("position").flatMap { whole($0, in: 1...100_000) }
    guard let feature, let inspector else { return nil }
    return TourChange.Move(feature: feature, inspector: inspector, day: day, position: position.map { Int($0) })
  }

  /// `["08:00","12:00"]`; an end before the begin lies on the next day.
  private mutating func window(_ node: JSONNode) -> TourRequest.DayWindow? {
    guard case .array(let elements) = node.value, elements.count == 2 else {
      return note("wrongType", node, "send begin and end on the town's clock: [\"08:00\",\"12:00\"]")
    }
    let clocks = elements.enumerated().compactMap { timeOfDay(JSONNode($1, path: "\(node.path)[\($0)]")) }
    guard clocks.count == 2 else { return nil }
    let end = clocks[1].value <= clocks[0].value ? Seconds(clocks[1].value + 86_400) : clocks[1]
    return TourRequest.DayWindow(begin: clocks[0], end: end)
  }

  // MARK: - Values

  private mutating func feature(_ node: JSONNode) -> FeatureReference? {
    guard let text = self.text(node) else { return nil }
    return FeatureReference(spelling: text) ?? note("outOfRange", node, "name collection and id: \"playgrounds/17\"")
  }

  private mutating func day(_ node: JSONNode) -> CalendarDate? {
    guard let text = self.text(node) else { return nil }
    return CalendarDate(iso: text) ?? note("outOfRange", node, "send a day of the calendar, year-month-day: \"2026-12-01\"")
  }

  /// With an offset, or on the town's clock: `2026-12-01T10:30`, `2026-12-01T10:30:15`.
  private mutating func instant(_ node: JSONNode) -> Instant? {
    guard let text = self.text(node) else { return nil }
    if let instant = Instant(iso: text) { return instant }
    // Read as if it were UTC, for the clock that it shows.
    let seconds = text.count == 16 ? ":00Z" : "Z"
    guard let shown = Instant(iso: text + seconds) else {
      return note("outOfRange", node, "send date and time on the town's clock: \"2026-12-01T10:30\"")
    }
    let clock = shown.millisecondsSince1970 - Int64(shown.utcDay.daysSince1970) * 86_400_000
    return time.instant(on: shown.utcDay, at: Seconds(Int(clock / 1000)))
  }

  /// `00:00` to `24:00`.
  private mutating func timeOfDay(_ node: JSONNode) -> Seconds? {
    guard let text = self.text(node) else { return nil }
    let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
    guard pieces.count == 2, pieces.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let hours = Int(pieces[0]), let minutes = Int(pieces[1]), minutes < 60, hours * 60 + minutes <= 24 * 60
    else { return note("outOfRange", node, "send hours and minutes from \"00:00\" to \"24:00\"") }
    return Seconds(hours * 3600 + minutes * 60)
  }

  private mutating func text(_ node: JSONNode) -> String? {
    guard case .text(let text) = node.value else { return note("wrongType", node, "send a string") }
    guard !text.isEmpty, text.utf8.count <= 400 else { return note("outOfRange", node, "send 1 to 400 bytes") }
    return text
  }

  private mutating func number(_ node: JSONNode, in range: ClosedRange<Double>) -> Double? {
    guard let number = node.value.number else { return note("wrongType", node, "send a number") }
    guard range.contains(number) else {
      return note("outOfRange", node, "send a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private mutating func truth(_ node: JSONNode) -> Bool? {
    guard case .boolean(let isTrue) = node.value else { return note("wrongType", node, "send true or false") }
    return isTrue
  }

  private mutating func whole(_ node: JSONNode, in range: ClosedRange<Int64>) -> Int64? {
    guard let number = node.value.integer else { return note("wrongType", node, "send a whole number") }
    guard range.contains(number) else {
      return note("outOfRange", node, "send a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  // MARK: - Structure

  /// The elements that can be read; none where the list is not there.
  private mutating func list<Element>(
    _ node: JSONNode, _ key: String, _ read: (inout TourChangeReader, JSONNode) -> Element?
  ) -> [Element] {
    guard let list = node.optional(key) else { return [] }
    guard case .array(let elements) = list.value else {
      note("wrongType", list, "send a list")
      return []
    }
    guard elements.count <= Self.mostElements else {
      note("tooMany", list, "send at most \(Self.mostElements)")
      return []
    }
    return elements.enumerated().compactMap { read(&self, JSONNode($1, path: "\(list.path)[\($0)]")) }
  }

  private mutating func required(_ node: JSONNode, _ key: String, _ remedy: String) -> JSONNode? {
    if let member = node.optional(key) { return member }
    note("missing", "\(node.path).\(key)", nil, remedy)
    return nil
  }

  private mutating func isObject(_ node: JSONNode, with known: [String]) -> Bool {
    guard case .object(let members) = node.value else {
      note("wrongType", node, "send an object with \(known.joined(separator: ", "))")
      return false
    }
    for (key, value) in members where !known.contains(key) {
      note(
        "unknownMember", "\(node.path).\(key)", value.excerpt(), "leave it out, or use one of \(known.joined(separator: ", "))")
    }
    return true
  }

  private mutating func note<T>(_ code: String, _ node: JSONNode, _ remedy: String) -> T? {
    note(code, node, remedy)
    return nil
  }

  private mutating func note(_ code: String, _ node: JSONNode, _ remedy: String) {
    note(code, node.path, node.value.excerpt(), remedy)
  }

  private mutating func note(_ code: String, _ path: String, _ value: String?, _ remedy: String) {
    if faults.count < Self.mostFaults {
      faults.append(TourRequestFault(code: code, path: path, value: value, remedy: remedy))
    } else if faults.count == Self.mostFaults {
      faults.append(TourRequestFault(code: "tooMany", path: "$", value: nil, remedy: "there are more faults; mend these first"))
    }
  }
}
