import LageplanFeatures
import LageplanGeometry

/// Who goes, and who should go where.
extension TourRequestReader {
  private static let mostBreaks = 3
  private static let largestCapacity: Int64 = 1_000_000_000

  mutating func staff(_ node: JSONNode) -> (inspectors: [TourRequest.Inspector], register: TourRequest.InspectorRegister?)? {
    if case .object = node.value { return register(node).map { ([], $0) } }
    let remedy =
      "send a list of 1 to \(limits.inspectors) inspectors, or the collection that they stand in: {\"collection\":\"inspectors\"}"
    guard let elements = self.elements(node, count: 1...limits.inspectors, remedy) else { return nil }
    var ids: Set<String> = []
    let inspectors = elements.compactMap { element -> TourRequest.Inspector? in
      guard let inspector = self.inspector(element) else { return nil }
      if !ids.insert(inspector.id).inserted, let id = element.optional("id") {
        note("repeated", id, "give each inspector an id of its own")
      }
      return inspector
    }
    return inspectors.count == elements.count ? (inspectors, nil) : nil
  }

  private mutating func register(_ node: JSONNode) -> TourRequest.InspectorRegister? {
    guard isObject(node, with: ["collection", "depots", "shifts", "ids"]) else { return nil }
    let collection = required(node, "collection", "name the collection of the inspectors").flatMap { self.text($0) }
    let depots = node.optional("depots").map { text($0) } ?? "depots"
    let shifts = node.optional("shifts").flatMap { text($0) }
    let ids = node.optional("ids").flatMap { texts($0, atMost: limits.inspectors) }
    guard let collection, let depots else { return nil }
    return TourRequest.InspectorRegister(inspectors: collection, depots: depots, shifts: shifts, ids: ids)
  }

  private mutating func inspector(_ node: JSONNode) -> TourRequest.Inspector? {
    let known = [
      "id", "name", "start", "end", "shift", "days", "weekdays", "breaks", "maxTravelMinutes", "maxWorkMinutes", "capacity",
      "qualifications", "type",
    ]
    guard isObject(node, with: known) else { return nil }
    let id = required(node, "id", "give the inspector an id").flatMap { self.plainText($0) }
    let start = required(node, "start", "say where the tour starts: [lon, lat]").flatMap { self.position($0) }
    let end = node.optional("end").map { self.position($0) } ?? start
    let shift = required(node, "shift", "say when the shift begins and ends: [\"07:00\",\"15:00\"]").flatMap {
      self.dayWindow($0, "send begin and end on the town's clock: [\"07:00\",\"15:00\"]")
    }
    let qualifications = node.optional("qualifications").map { texts($0, atMost: 64) } ?? []
    let breaks = node.optional("breaks").flatMap { self.breaks($0, in: shift) } ?? []
    let weekdays = node.optional("weekdays").flatMap { self.weekdays($0) }
    let days = node.optional("days").flatMap { self.days($0) }
    if days != nil, let weekdays = node.optional("weekdays") {
      note("conflict", weekdays, "leave it out: \"days\" already names the days")
    }
    let name = node.optional("name").flatMap { plainText($0) }
    let longestTravel = node.optional("maxTravelMinutes").flatMap { minutes($0) }
    let longestWork = node.optional("maxWorkMinutes").flatMap { minutes($0) }
    let capacity = node.optional("capacity").flatMap { self.capacity($0) } ?? [:]
    let type = node.optional("type").flatMap { text($0) }
    guard let id, let start, let end, let shift, let qualifications else { return nil }
    var inspector = TourRequest.Inspector(
      id: id, start: start, end: end, shiftStart: shift.begin, shiftEnd: shift.end, qualifications: qualifications)
    (inspector.name, inspector.type) = (name, type)
    (inspector.days, inspector.weekdays, inspector.breaks) = (days, weekdays, breaks)
    (inspector.longestTravel, inspector.longestWork, inspector.capacity) = (longestTravel, longestWork, capacity)
    return inspector
  }

  private mutating func weekdays(_ node: JSONNode) -> Set<Int>? {
    guard let text = self.text(node) else { return nil }
    guard let days = WeekdayText.days(text) else { return note("outOfRange", node, "name days of the week: \"Mo-Fr\"") }
    return days
  }

  private mutating func days(_ node: JSONNode) -> [CalendarDate]? {
    let remedy = "send a list of 1 to \(limits.days) days: [\"2026-12-01\"]"
    return elements(node, count: 1...limits.days, remedy).map { $0.compactMap { day($0) } }
  }

  private mutating func breaks(_ node: JSONNode, in shift: TourRequest.DayWindow?) -> [TourRequest.Inspector.Pause]? {
    let remedy = "send 1 to \(Self.mostBreaks) breaks: [{\"minutes\":30,\"window\":[\"11:00\",\"13:00\"]}]"
    return elements(node, count: 1...Self.mostBreaks, remedy).map { $0.compactMap { pause($0, in: shift) } }
  }

  private mutating func pause(_ node: JSONNode, in shift: TourRequest.DayWindow?) -> TourRequest.Inspector.Pause? {
    guard isObject(node, with: ["minutes", "window", "withinHours"]) else { return nil }
    let duration = required(node, "minutes", "say how long the break lasts").flatMap { self.minutes($0, atMost: 480) }
    let hours = node.optional("withinHours").map { number($0, in: 0...24) }
    if let hours, let window = node.optional("window") {
      if hours != nil { note("conflict", window, "choose one of window and withinHours") }
      return nil
    }
    if let hours {
      guard let duration, let hours else { return nil }
      return TourRequest.Inspector.Pause(duration: duration, limit: .within(Seconds(Int(hours * 3600))))
    }
    let window = required(node, "window", "say when the break may begin: [\"11:00\",\"13:00\"], or name withinHours").flatMap {
      self.dayWindow($0, "send when the break may begin: [\"11:00\",\"13:00\"]")
    }
    guard let duration, let window else { return nil }
    if let shift, !Self.canBegin(in: window, during: shift) {
      return note("outOfRange", node, "the break cannot begin during the shift; move its window into the shift")
    }
    return TourRequest.Inspector.Pause(duration: duration, limit: .window(window))
  }

  /// A window after midnight belongs to the end of a night's shift.
  private static func canBegin(in window: TourRequest.DayWindow, during shift: TourRequest.DayWindow) -> Bool {
    func isMet(after day: Int) -> Bool {
      window.begin.value + day < shift.end.value && window.end.value + day >= shift.begin.value
    }
    return isMet(after: 0) || isMet(after: 86_400)
  }

  private mutating func capacity(_ node: JSONNode) -> [String: Int]? {
    guard let members = self.members(node, "send an object of measures and amounts: {\"water\":800}") else { return nil }
    guard members.count <= 16 else { return note("tooMany", node, "name at most 16 measures") }
    var capacity: [String: Int] = [:]
    for (measure, place) in members { capacity[measure] = whole(place, in: 0...Self.largestCapacity).map { Int($0) } }
    return capacity
  }

  // MARK: Pins and preferences

  mutating func readAssignments(_ root: JSONNode, _ request: inout TourRequest) {
    let remedy = "send a list of at most \(limits.names) objects"
    if let node = root.optional("pins"), let elements = elements(node, count: 0...limits.names, remedy) {
      var seen: Set<FeatureReference> = []
      request.pins = elements.compactMap { element in
        guard let pin = pin(element, request) else { return nil }
        if !seen.insert(pin.feature).inserted { note("repeated", element, "pin each feature only once") }
        return pin
      }
    }
    if let node = root.optional("preferences"), let elements = elements(node, count: 0...limits.names, remedy) {
      guard elements.count(where: { $0.optional("filter") != nil }) <= limits.filters else {
        return note("tooMany", node, "name at most \(limits.filters) filters; features may be named one by one")
      }
      request.preferences = elements.compactMap { preference($0, request) }
    }
  }

  private mutating func pin(_ node: JSONNode, _ request: TourRequest) -> TourRequest.Pin? {
    guard isObject(node, with: ["feature", "inspector", "day"]) else { return nil }
    let feature = required(node, "feature", "name the feature: \"playgrounds/17\"").flatMap { self.feature($0) }
    let inspector = required(node, "inspector", "name the inspector by id").flatMap { self.inspectorId($0, request) }
    let day = node.optional("day").map { self.day($0) }
    if let day, let day, !(request.day...request.lastDay).contains(day), let place = node.optional("day") {
      note("outOfRange", place, "name a day of the plan, from \(request.day.iso) to \(request.lastDay.iso)")
    }
    guard let feature, let inspector else { return nil }
    return TourRequest.Pin(feature: feature, inspector: inspector, day: day ?? nil)
  }

  private mutating func preference(_ node: JSONNode, _ request: TourRequest) -> TourRequest.Preference? {
    guard isObject(node, with: ["feature", "filter", "inspector", "minutes"]) else { return nil }
    let inspector = required(node, "inspector", "name the inspector by id").flatMap { self.inspectorId($0, request) }
    let worth = required(node, "minutes", "say how many minutes of way it is worth").flatMap { self.minutes($0) }
    let which: TourRequest.Preference.Which?
    if let filter = node.optional("filter") {
      if let feature = node.optional("feature") { note("conflict", feature, "choose one of feature and filter") }
      which = self.filter(filter).map { .filter($0) }
    } else {
      which = required(node, "feature", "name the feature: \"playgrounds/17\", or a filter").flatMap { self.feature($0) }.map {
        .feature($0)
      }
    }
    guard let which, let inspector, let worth else { return nil }
    return TourRequest.Preference(which, inspector: inspector, worth: worth)
  }

  /// Those of a register are known only when it is read.
  private mutating func inspectorId(_ node: JSONNode, _ request: TourRequest) -> String? {
    guard let id = self.text(node) else { return nil }
    guard request.register != nil || request.inspector(id) != nil else {
      return note("unknownInspector", node, "name one of \(request.inspectors.prefix(20).map(\.id).joined(separator: ", "))")
    }
    return id
  }
}
