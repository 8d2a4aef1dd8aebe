import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// Reads the parts of VROOM's JSON and gathers what is wrong with them.
struct VroomReader {
  var faults: [String] = []
  /// The bit of each skill, in the order in which skills are met.
  private var skills: [Int64: UInt64] = [:]
  private var types: [String: Int] = [:]

  /// The square tables of the only profile.
  struct Matrix {
    var count = 0
    var durations: [Int32] = []
    var distances: [Int32] = []

    /// With one more location from and to which every way is free: where open tours start or end.
    func withNowhere() throws(TourProblemError) -> TravelTable {
      func grown(_ table: [Int32]) -> [Int32] {
        var grown: [Int32] = []
        for row in 0..<count { grown += table[(row * count)..<((row + 1) * count)] + [0] }
        return grown + [Int32](repeating: 0, count: count + 1)
      }
      return try TravelTable(locationCount: count + 1, seconds: grown(durations), metres: grown(distances))
    }
  }

  mutating func list(_ json: JSONValue, _ key: String, at place: String, isRequired: Bool = true) -> [JSONValue] {
    guard let value = json[key], !value.isNull else {
      if isRequired { faults.append("\(place): a list is missing") }
      return []
    }
    guard let list = value.array else {
      faults.append("\(place): expected a list, not \(value.typeName)")
      return []
    }
    return list
  }

  mutating func integer(_ json: JSONValue, _ key: String, at place: String, isRequired: Bool = true) -> Int64? {
    guard let value = json[key], !value.isNull else {
      if isRequired { faults.append("\(place).\(key): a whole number is missing") }
      return nil
    }
    guard let number = value.integer, (0...1 << 40).contains(number) else {
      faults.append("\(place).\(key): expected a whole number from 0 on, not \(value.excerpt())")
      return nil
    }
    return number
  }

  private mutating func seconds(_ json: JSONValue, _ key: String, at place: String) -> Seconds? {
    integer(json, key, at: place, isRequired: false).map { Seconds(Int($0)) }
  }

  mutating func matrix(_ json: JSONValue) -> Matrix {
    guard let profiles = json["matrices"]?.object, let first = profiles.first else {
      faults.append("matrices: a matrix of durations is missing; places are given by location_index, start_index and end_index")
      return Matrix()
    }
    if profiles.count > 1 { faults.append("matrices: give one profile, not \(profiles.map(\.key).joined(separator: ", "))") }
    let place = "matrices.\(first.key)"
    let rows = list(first.value, "durations", at: "\(place).durations")
    let durations = table(rows, count: rows.count, at: "\(place).durations")
    let other = first.value["distances"].map { _ in list(first.value, "distances", at: "\(place).distances") }
    let distances = other.map { table($0, count: rows.count, at: "\(place).distances") } ?? durations
    return Matrix(count: rows.count, durations: durations, distances: distances)
  }

  private mutating func table(_ rows: [JSONValue], count: Int, at place: String) -> [Int32] {
    var cells: [Int32] = []
    for (index, row) in rows.enumerated() {
      let numbers = (row.array ?? []).compactMap { $0.integer }.filter { (0...Int64(TravelTable.unreachable)).contains($0) }
      if numbers.count != count || row.array?.count != count {
        faults.append("\(place)[\(index)]: expected \(count) whole numbers from 0 to \(TravelTable.longest)")
      }
      cells += numbers.map { $0 > Int64(TravelTable.longest) ? TravelTable.unreachable : Int32($0) }
    }
    if rows.count != count { faults.append("\(place): expected \(count) rows, not \(rows.count)") }
    return cells
  }

  mutating func location(_ json: JSONValue, _ key: String, at place: String, isRequired: Bool, _ count: Int) -> Int? {
    guard let index = integer(json, key + "_index", at: place, isRequired: isRequired) else { return nil }
    guard index < count else {
      faults.append("\(place).\(key)_index: \(index) lies outside the matrix of \(count)")
      return nil
    }
    return Int(index)
  }

  private mutating func skillSet(_ json: JSONValue, at place: String) -> SkillSet {
    var bits: UInt64 = 0
    for value in list(json, "skills", at: "\(place).skills", isRequired: false) {
      guard let skill = value.integer else {
        faults.append("\(place).skills: expected whole numbers, not \(value.excerpt())")
        continue
      }
      if skills[skill] == nil, skills.count == 64 { faults.append("\(place).skills: more than 64 different skills") }
      let bit = skills[skill] ?? 1 << UInt64(skills.count & 63)
      skills[skill] = bit
      bits |= bit
    }
    return SkillSet(rawValue: bits)
  }

  private mutating func load(_ json: JSONValue, _ key: String, at place: String) -> TourLoad? {
    guard json[key] != nil else { return nil }
    let values = list(json, key, at: "\(place).\(key)")
    if values.count > TourLoad.measures { faults.append("\(place).\(key): more than \(TourLoad.measures) measures") }
    var load = TourLoad(0)
    for (measure, value) in values.prefix(TourLoad.measures).enumerated() {
      guard let amount = value.integer, (0...Int64(TourLoad.largest)).contains(amount) else {
        faults.append("\(place).\(key)[\(measure)]: expected a whole number from 0 on, not \(value.excerpt())")
        continue
      }
      load.amounts[measure] = Int(amount)
    }
    return load
  }

  private mutating func window(_ json: JSONValue, at place: String) -> TimeWindow {
    let ends = (json.array ?? []).compactMap(\.integer)
    guard ends.count == 2, ends[0] <= ends[1], ends[0] >= 0 else {
      faults.append("\(place): expected [begin, end] in seconds, not \(json.excerpt())")
      return TimeWindow(earliest: 0, latest: 0)
    }
    return TimeWindow(earliest: Seconds(Int(ends[0])), latest: Seconds(min(Int(ends[1]), Int(TravelTable.longest))))
  }

  private func type(_ name: String) -> Int { types[name] ?? 0 }

  mutating func shift(_ json: JSONValue, at place: String, start: Int, end: Int) -> TourShift {
    if let name = json["type"]?.text, types[name] == nil { types[name] = types.count + 1 }
    let span =
      json["time_window"].map { window($0, at: "\(place).time_window") }
      ?? TimeWindow(earliest: 0, latest: Seconds(Int(TravelTable.longest)))
    var breaks: [TourBreak] = []
    for (index, pause) in list(json, "breaks", at: "\(place).breaks", isRequired: false).enumerated() {
      let place = "\(place).breaks[\(index)]"
      let windows = list(pause, "time_windows", at: "\(place).time_windows")
      guard let first = windows.first else { continue }
      breaks.append(
        TourBreak(duration: seconds(pause, "service", at: place) ?? 0, window: window(first, at: "\(place).time_windows[0]")))
    }
    if json["max_tasks"] != nil {
      faults.append("\(place).max_tasks: not understood; give a capacity of so many and each job a load of 1")
    }
    return TourShift(
      start: start, end: end, span: span, longestTravel: seconds(json, "max_travel_time", at: place),
      skills: skillSet(json, at: place), capacity: load(json, "capacity", at: place), breaks: breaks,
      type: json["type"]?.text.map { type($0) } ?? 0)
  }

  mutating func job(_ json: JSONValue, at place: String, location: Int, jobs: Int) -> TourJob {
    let setUp = seconds(json, "setup", at: place) ?? 0
    let windows = list(json, "time_windows", at: "\(place).time_windows", isRequired: false).enumerated().map { index, value in
      let window = window(value, at: "\(place).time_windows[\(index)]")
      return TimeWindow(
        earliest: Seconds(window.earliest.value + setUp.value),
        latest: Seconds(min(window.latest.value + setUp.value, Int(TravelTable.longest))))
    }
    let priority = integer(json, "priority", at: place, isRequired: false) ?? 0
    if priority > 100 { faults.append("\(place).priority: expected 0 to 100, not \(priority)") }
    let amounts = ["delivery", "pickup", "amount"].compactMap { load(json, $0, at: place) }
    // The number of jobs decides between equal sums of priorities.
    var job = TourJob(
      location: location, service: seconds(json, "service", at: place) ?? 0, windows: windows, skills: skillSet(json, at: place),
      prize: min(1_000_000, Int(min(priority, 100)) * (jobs + 1) + 1), load: amounts.reduce(TourLoad(0), +))
    job.setUp = setUp
    for (name, value) in json["service_per_type"]?.object ?? [] {
      guard let seconds = value.integer, seconds >= 0 else {
        faults.append("\(place).service_per_type.\(name): expected seconds, not \(value.excerpt())")
        continue
      }
      if let type = types[name] { job.serviceByType[type] = Seconds(Int(seconds)) }
    }
    return job
  }
}
