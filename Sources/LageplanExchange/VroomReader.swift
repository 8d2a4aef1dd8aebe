import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// Reads the parts of VROOM's JSON and gathers what is wrong with them, each with its place.
struct VroomReader: FaultGathering {
  var faults: [String] = []
  /// What there is too much of.
  var excess: [String] = []
  private static let mostFaults = 200
  private static let largestAmount: Int64 = 1_000_000
  private static let largestCapacity = Int64(TourLoad.largest)
  /// Beyond all moments that people mean, also counted from 1970 in milliseconds.
  private static let largestMoment: Int64 = 1 << 43

  /// As many of the faults as anyone reads.
  var told: VroomInput.Faults {
    let all = excess + faults
    let more = all.count - Self.mostFaults
    return VroomInput.Faults(
      lines: all.prefix(Self.mostFaults) + (more > 0 ? ["and \(more) more"] : []), isTooLarge: faults.isEmpty)
  }

  // MARK: Values

  private mutating func seconds(_ json: JSONValue, _ key: String, at place: String) -> Int? {
    whole(json, key, at: place, most: Int64(TravelTable.longest))
  }

  private mutating func id(_ json: JSONValue, at place: String) -> Int64 {
    guard let value = json["id"]?.whole, value >= 0 else {
      faults.append("\(place).id: expected a whole number from 0 on, not \(json["id"]?.excerpt() ?? "nothing")")
      return 0
    }
    return value
  }

  private mutating func skills(_ json: JSONValue, at place: String) -> Set<Int64> {
    var skills = Set<Int64>()
    for value in list(json, "skills", at: "\(place).skills", isRequired: false) {
      if let skill = value.whole {
        skills.insert(skill)
      } else {
        faults.append("\(place).skills: expected whole numbers, not \(value.excerpt())")
      }
    }
    return skills
  }

  private mutating func amounts(_ json: JSONValue, _ key: String, at place: String, most: Int64 = largestAmount) -> [Int]? {
    guard json[key] != nil else { return nil }
    if let values = json[key]?.array, values.count > TourLoad.measures {
      faults.append("\(place).\(key): \(values.count) measures; at most \(TourLoad.measures), so leave out those that never bind")
    }
    return wholes(json, key, at: place, most: most).map { Array($0.prefix(TourLoad.measures)) }
  }

  private mutating func byType(_ json: JSONValue, _ key: String, at place: String) -> [String: Int] {
    var found: [String: Int] = [:]
    guard let times = object(json, key, at: "\(place).\(key)") else { return found }
    for (type, _) in times.object ?? [] { found[type] = seconds(times, type, at: "\(place).\(key)") }
    return found
  }

  private mutating func window(_ json: JSONValue, at place: String) -> VroomInput.Window? {
    span(json, at: place, most: Self.largestMoment).map { VroomInput.Window(opens: $0.lowerBound, closes: $0.upperBound) }
  }

  private mutating func windows(_ json: JSONValue, at place: String) -> [VroomInput.Window] {
    var windows: [VroomInput.Window] = []
    for (index, value) in list(json, "time_windows", at: "\(place).time_windows", isRequired: false).enumerated() {
      guard let window = window(value, at: "\(place).time_windows[\(index)]") else { continue }
      if let last = windows.last, window.opens <= last.closes {
        faults.append("\(place).time_windows[\(index)]: it begins before the one before it is over; sort and join them")
      }
      windows.append(window)
    }
    return windows
  }

  // MARK: Places

  private mutating func place(_ json: JSONValue, _ key: String, at place: String) -> VroomInput.Place? {
    let row = whole(json, key + "_index", at: place, most: Int64(VroomInput.mostPlaces))
    var position: Coordinate?
    if let value = json[key], !value.isNull {
      let numbers = (value.array ?? []).compactMap(\.number)
      if value.array?.count == 2, numbers.count == 2, abs(numbers[0]) <= 180, abs(numbers[1]) <= 90 {
        position = Coordinate(x: numbers[0], y: numbers[1])
      } else {
        faults.append("\(place).\(key): expected [longitude, latitude] in degrees, not \(value.excerpt())")
        position = Coordinate(x: 0, y: 0)
      }
    }
    return row == nil && position == nil ? nil : VroomInput.Place(row: row, position: position)
  }

  mutating func matrices(_ json: JSONValue) -> ([String: VroomInput.Matrices], rows: Int) {
    var found: [String: VroomInput.Matrices] = [:]
    var rows: Int?
    for (profile, value) in object(json, "matrices", at: "matrices")?.object ?? [] {
      let place = "matrices.\(profile)"
      let list = list(value, "durations", at: "\(place).durations")
      let count = rows ?? list.count
      if count > VroomInput.mostPlaces {
        excess.append("\(place).durations: \(count) rows; at most \(VroomInput.mostPlaces)")
        return ([:], 0)
      }
      rows = count
      let durations = table(list, count, at: "\(place).durations")
      found[profile] = VroomInput.Matrices(
        durations: durations, distances: table(value, "distances", count, at: place),
        costs: table(value, "costs", count, at: place))
    }
    return (found, rows ?? 0)
  }

  private mutating func table(_ json: JSONValue, _ key: String, _ count: Int, at place: String) -> [Int32]? {
    json[key] == nil ? nil : table(list(json, key, at: "\(place).\(key)"), count, at: "\(place).\(key)")
  }

  private mutating func table(_ rows: [JSONValue], _ count: Int, at place: String) -> [Int32] {
    var cells: [Int32] = []
    cells.reserveCapacity(count * count)
    if rows.count != count { faults.append("\(place): expected \(count) rows, not \(rows.count)") }
    for (index, row) in rows.enumerated() {
      let numbers = (row.array ?? []).compactMap(\.whole).filter { (0...Int64(UInt32.max)).contains($0) }
      if numbers.count != count || row.array?.count != count {
        faults.append("\(place)[\(index)]: expected \(count) whole numbers from 0 on")
      }
      // Beyond four years nobody travels: what stands there means that there is no way.
      cells += numbers.map { $0 > Int64(TravelTable.longest) ? TravelTable.unreachable : Int32($0) }
    }
    return cells
  }

  // MARK: Tasks

  private mutating func task(_ json: JSONValue, _ kind: VroomInput.Task.Kind, at place: String) -> VroomInput.Task {
    let location = self.place(json, "location", at: place)
    if location == nil { faults.append("\(place): location or location_index is missing") }
    return VroomInput.Task(
      kind: kind, id: id(json, at: place), description: text(json, "description", at: place),
      place: location ?? VroomInput.Place(), setUp: seconds(json, "setup", at: place) ?? 0,
      service: seconds(json, "service", at: place) ?? 0, setUpByType: byType(json, "setup_per_type", at: place),
      serviceByType: byType(json, "service_per_type", at: place), windows: windows(json, at: place))
  }

  private mutating func priority(_ json: JSONValue, at place: String) -> Int {
    whole(json, "priority", at: place, most: 100) ?? 0
  }

  mutating func job(_ json: JSONValue, at place: String) -> VroomInput.Task {
    var job = task(json, .job, at: place)
    // `amount` is what deliveries were called before there were pickups.
    job.delivered = amounts(json, "delivery", at: place) ?? amounts(json, "amount", at: place) ?? []
    job.pickedUp = amounts(json, "pickup", at: place) ?? []
    job.skills = skills(json, at: place)
    job.priority = priority(json, at: place)
    return job
  }

  mutating func shipment(_ json: JSONValue, _ number: Int, at place: String) -> [VroomInput.Task] {
    guard let pickup = json["pickup"], let delivery = json["delivery"] else {
      faults.append("\(place): pickup or delivery is missing")
      return []
    }
    let amount = amounts(json, "amount", at: place) ?? []
    let (skills, priority) = (skills(json, at: place), priority(json, at: place))
    var both = [
      task(pickup, .pickup, at: "\(place).pickup"), task(delivery, .delivery, at: "\(place).delivery"),
    ]
    both[0].pickedUp = amount
    both[1].delivered = amount
    for index in both.indices { (both[index].skills, both[index].priority, both[index].shipment) = (skills, priority, number) }
    return both
  }

  // MARK: Options

  mutating func options(_ json: JSONValue) -> (g: Bool, c: Bool, x: Int?, l: Double?) {
    guard let options = object(json, "options", at: "options") else { return (false, false, nil, nil) }
    let exploration = whole(options, "x", at: "options", most: Int64(Int32.max)).map { min($0, 5) }
    var seconds: Double?
    if let value = options["l"], !value.isNull {
      seconds = value.number
      if !(seconds ?? -1 >= 0) { faults.append("options.l: expected seconds from 0 on, not \(value.excerpt())") }
    }
    return (flag(options, "g"), flag(options, "c"), exploration, seconds)
  }

  private mutating func flag(_ options: JSONValue, _ key: String) -> Bool {
    guard let value = options[key], !value.isNull else { return false }
    if value.boolean == nil { faults.append("options.\(key): expected true or false, not \(value.excerpt())") }
    return value.boolean ?? false
  }

  // MARK: Vehicles

  mutating func vehicle(_ json: JSONValue, at place: String) -> VroomInput.Vehicle {
    let (start, end) = (self.place(json, "start", at: place), self.place(json, "end", at: place))
    if start == nil, end == nil { faults.append("\(place): start or end is missing; one of them may be left out") }
    var factor = 1.0
    if let value = json["speed_factor"], !value.isNull {
      factor = value.number ?? 0
      if !(factor > 0 && factor <= 5) {
        faults.append("\(place).speed_factor: expected a number above 0 and up to 5, not \(value.excerpt())")
        factor = 1
      }
    }
    let breaks = list(json, "breaks", at: "\(place).breaks", isRequired: false).enumerated().map { index, value in
      pause(value, at: "\(place).breaks[\(index)]")
    }
    if breaks.count > TourShift.mostBreaks {
      faults.append("\(place).breaks: \(breaks.count) of them; at most \(TourShift.mostBreaks)")
    }
    return VroomInput.Vehicle(
      id: id(json, at: place), description: text(json, "description", at: place),
      profile: text(json, "profile", at: place) ?? "car", start: start, end: end,
      capacity: amounts(json, "capacity", at: place, most: Self.largestCapacity), costs: costs(json, at: place),
      skills: skills(json, at: place), type: text(json, "type", at: place),
      window: json["time_window"].flatMap { $0.isNull ? nil : window($0, at: "\(place).time_window") },
      breaks: breaks.sorted { ($0.windows.first?.opens ?? 0) < ($1.windows.first?.opens ?? 0) }, speedFactor: factor,
      mostTasks: whole(json, "max_tasks", at: place, most: 1 << 40),
      longestTravel: whole(json, "max_travel_time", at: place, most: 1 << 40),
      longestWay: whole(json, "max_distance", at: place, most: 1 << 40),
      steps: list(json, "steps", at: "\(place).steps", isRequired: false).enumerated().compactMap { index, value in
        step(value, at: "\(place).steps[\(index)]")
      })
  }

  private mutating func pause(_ json: JSONValue, at place: String) -> VroomInput.Pause {
    VroomInput.Pause(
      id: id(json, at: place), description: text(json, "description", at: place), windows: windows(json, at: place),
      service: seconds(json, "service", at: place) ?? 0,
      largestLoad: amounts(json, "max_load", at: place, most: Self.largestCapacity))
  }

  private mutating func costs(_ json: JSONValue, at place: String) -> VroomInput.Costs {
    guard let costs = object(json, "costs", at: "\(place).costs") else { return VroomInput.Costs() }
    var found = VroomInput.Costs()
    let members: [(String, WritableKeyPath<VroomInput.Costs, Int>)] = [
      ("fixed", \.fixed), ("per_hour", \.perHour), ("per_task_hour", \.perTaskHour), ("per_km", \.perKilometre),
    ]
    for (key, member) in members {
      if let cost = whole(costs, key, at: "\(place).costs", most: 1_000_000) { found[keyPath: member] = cost }
    }
    return found
  }

  private mutating func step(_ json: JSONValue, at place: String) -> VroomInput.Step? {
    let kinds: [String: VroomInput.Step.Kind] = [
      "start": .start, "end": .end, "break": .pause, "job": .task(.job), "pickup": .task(.pickup), "delivery": .task(.delivery),
    ]
    guard let kind = json["type"]?.text.flatMap({ kinds[$0] }) else {
      faults.append(
        "\(place).type: expected start, job, pickup, delivery, break or end, not \(json["type"]?.excerpt() ?? "nothing")")
      return nil
    }
    let needsId = kind != .start && kind != .end
    return VroomInput.Step(
      kind: kind, id: needsId ? id(json, at: place) : nil, at: whole(json, "service_at", at: place, most: Self.largestMoment),
      after: whole(json, "service_after", at: place, most: Self.largestMoment),
      before: whole(json, "service_before", at: place, most: Self.largestMoment))
  }
}
