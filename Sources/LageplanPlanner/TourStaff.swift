import LageplanFeatures
import LageplanGeometry

/// The inspectors of a town, read from ordinary collections that it edits: who, where from, and when.
struct TourStaff {
  private let register: TourRequest.InspectorRegister
  private let request: TourRequest
  private let descriptors: [CollectionDescriptor]
  private let limits: TourLimits

  private static let path = "$.inspectors.collection"
  private static let shiftsPath = "$.inspectors.shifts"

  /// A row of the shifts.
  private struct ShiftRow {
    var reference: FeatureReference
    var exception: TourRequest.Inspector.Exception
  }

  /// The collections that are read for the inspectors.
  private(set) var collections: [String] = []

  init(
    _ register: TourRequest.InspectorRegister, _ request: TourRequest, _ descriptors: [CollectionDescriptor], _ limits: TourLimits
  ) {
    self.register = register
    self.request = request
    self.descriptors = descriptors
    self.limits = limits
  }

  /// In the order of the register's numbers.
  mutating func inspectors(_ reader: some FeatureReading, _ faults: inout TourDataFaults) throws -> [TourRequest.Inspector] {
    guard let table = table(register.inspectors, InspectorColumn.self, at: Self.path, &faults) else { return [] }
    let depots = try depots(reader, table, &faults)
    let shifts = try shifts(reader, &faults)
    let transform = try CoordinateTransform(from: table.descriptor.storageCrs, to: .crs84)
    var inspectors: [TourRequest.Inspector] = []
    var ids: Set<String> = []
    try table.forEachRow(reader) { row in
      let id = row.text(.id) ?? row.feature
      if let wanted = register.ids, !wanted.contains(id) { return .next }
      if !id.isPlain {
        faults.note("value", Self.path, "\(row.reference)", "leave control characters out of the id of the inspector")
      }
      if !ids.insert(id).inserted { faults.note("repeated", Self.path, row.place(.id), "give each inspector an id of its own") }
      if var inspector = try inspector(id, row, depots, transform, &faults) {
        let own = shifts[id] ?? []
        inspector.exceptions = own.map(\.exception)
        checkOverlaps(of: inspector, own, &faults)
        inspectors.append(inspector)
      }
      return inspectors.count > limits.inspectors ? .stop : .next
    }
    if inspectors.count > limits.inspectors {
      faults.note("tooMany", Self.path, register.inspectors, "name at most \(limits.inspectors) of them by ids")
    }
    for (index, id) in (register.ids ?? []).enumerated() where !ids.contains(id) {
      faults.note("unknownInspector", "$.inspectors.ids[\(index)]", id, "\(register.inspectors) has nobody with this id")
    }
    if ids.isEmpty { faults.note("missing", Self.path, register.inspectors, "enter at least one inspector") }
    return inspectors
  }

  private func inspector(
    _ id: String, _ row: RegisterRow<InspectorColumn>, _ depots: [String: Coordinate], _ transform: CoordinateTransform,
    _ faults: inout TourDataFaults
  ) throws -> TourRequest.Inspector? {
    let begin = row.required(.shiftStart, "the begin of the shift, 07:00", &faults) { $0.timeOfDay }
    let end = row.required(.shiftEnd, "the end of the shift, 15:00", &faults) { $0.timeOfDay }
    let home = try row.geometry?.representativePoint.map { try transform.transform($0) }
    let start = depot(row, .depot, depots, &faults) ?? home
    let finish = depot(row, .endDepot, depots, &faults) ?? start
    if start == nil, row.text(.depot) == nil {
      faults.note("value", Self.path, row.place(.depot), "name a depot of \(register.depots), or give the inspector a place")
    }
    let weekdays = row.optional(.days, "days of the week, Mo-Fr", &faults) { $0.spelling.flatMap { WeekdayText.days($0) } }
    let longestTravel = row.optional(.maxTravel, "minutes from 0 to 1440", &faults) { $0.minutes }
    let longestWork = row.optional(.maxWork, "minutes from 0 to 1440", &faults) { $0.minutes }
    let pause = pause(row, &faults)
    let capacity = capacity(row, &faults)
    guard let begin, let end, let start, let finish else { return nil }
    let shift = TourRequest.DayWindow(begin: begin, endingAt: end)
    var inspector = TourRequest.Inspector(
      id: id, start: start, end: finish, shiftStart: shift.begin, shiftEnd: shift.end,
      qualifications: row.value(.qualifications)?.list ?? [])
    inspector.name = row.text(.name).flatMap { $0.isBlank ? nil : $0 }
    if inspector.name?.isPlain == false {
      faults.note("value", Self.path, row.place(.name), "leave control characters out of the name of the inspector")
    }
    inspector.type = row.text(.type)
    inspector.weekdays = weekdays
    inspector.longestTravel = longestTravel
    inspector.longestWork = longestWork
    inspector.breaks = pause.map { [$0] } ?? []
    inspector.capacity = capacity
    return inspector
  }

  /// By measure.
  private func capacity(_ row: RegisterRow<InspectorColumn>, _ faults: inout TourDataFaults) -> [String: Int] {
    var capacity: [String: Int] = [:]
    for load in request.loads {
      for name in ["capacity_\(load.measure)", "kapazitaet_\(load.measure)"] {
        guard let value = row.others[name.lowercased()] else { continue }
        capacity[load.measure] = value.whole(in: 0...1_000_000_000)
        if capacity[load.measure] == nil {
          let place = "\(row.reference): \(name) = \(value.spelling ?? "")"
          faults.note("value", Self.path, place, "write a number from 0 to 1000000000")
        }
      }
    }
    return capacity
  }

  /// Whose break has minutes has one: in the span from break_start to break_end, without it within six hours of the begin (ArbZG, § 4).
  private func pause(_ row: RegisterRow<InspectorColumn>, _ faults: inout TourDataFaults) -> TourRequest.Inspector.Pause? {
    let minutes = row.optional(.breakMinutes, "minutes from 0 to 1440", &faults) { $0.minutes }
    let begin = row.optional(.breakStart, "a time of the day, 11:00", &faults) { $0.timeOfDay }
    let end = row.optional(.breakEnd, "a time of the day, 13:00", &faults) { $0.timeOfDay }
    guard let minutes, minutes.value > 0 else { return nil }
    switch (begin, end) {
    case (let begin?, let end?):
      return TourRequest.Inspector.Pause(duration: minutes, limit: .window(TourRequest.DayWindow(begin: begin, endingAt: end)))
    case (nil, nil): return TourRequest.Inspector.Pause(duration: minutes, limit: .within(21_600))
    case (let begin, _):
      faults.note(
        "value", Self.path, row.place(begin == nil ? .breakStart : .breakEnd), "write both ends of the break's span, or none")
      return nil
    }
  }

  private func depot(
    _ row: RegisterRow<InspectorColumn>, _ column: InspectorColumn, _ depots: [String: Coordinate], _ faults: inout TourDataFaults
  ) -> Coordinate? {
    guard let name = row.text(column) else { return nil }
    if let place = depots[name] { return place }
    faults.note("value", Self.path, row.place(column), "name a depot of \(register.depots) that has a place")
    return nil
  }

  // MARK: Depots and shifts

  /// By id and by name.
  private mutating func depots(
    _ reader: some FeatureReading, _ inspectors: RegisterTable<InspectorColumn>, _ faults: inout TourDataFaults
  ) throws -> [String: Coordinate] {
    guard inspectors.has(.depot) || inspectors.has(.endDepot) else { return [:] }
    guard let table = table(register.depots, DepotColumn.self, at: "$.inspectors.depots", &faults) else { return [:] }
    let transform = try CoordinateTransform(from: table.descriptor.storageCrs, to: .crs84)
    var depots: [String: Coordinate] = [:]
    try table.forEachRow(reader) { row in
      guard let place = try row.geometry?.representativePoint.map({ try transform.transform($0) }) else { return .next }
      for key in [row.text(.name), row.text(.id), row.feature].compactMap({ $0 }) { depots[key] = place }
      return .next
    }
    return depots
  }

  /// By the id of the inspector, those of the days of the plan.
  private mutating func shifts(
    _ reader: some FeatureReading, _ faults: inout TourDataFaults
  ) throws -> [String: [ShiftRow]] {
    guard register.shifts != nil || descriptors.contains(where: { $0.id == "shifts" }) else { return [:] }
    guard let table = table(register.shifts ?? "shifts", ShiftColumn.self, at: Self.shiftsPath, &faults) else { return [:] }
    var shifts: [String: [ShiftRow]] = [:]
    try table.forEachRow(reader) { row in
      let inspector = row.text(.inspector)
      let day = row.required(.day, "a day, 2026-12-01", &faults) { $0.calendarDate }
      guard let inspector, let day, (request.day...request.lastDay).contains(day) else { return .next }
      let begin = row.optional(.start, "a time of the day, 07:00", &faults) { $0.timeOfDay }
      let end = row.optional(.end, "a time of the day, 15:00", &faults) { $0.timeOfDay }
      var shift: TourRequest.DayWindow?
      if let begin, let end { shift = TourRequest.DayWindow(begin: begin, endingAt: end) }
      if (begin == nil) != (end == nil) {
        faults.note("value", Self.shiftsPath, row.reference.description, "write begin and end, or neither where nobody works")
      }
      shifts[inspector, default: []].append(
        ShiftRow(reference: row.reference, exception: TourRequest.Inspector.Exception(day: day, shift: shift)))
      return .next
    }
    return shifts
  }

  /// Nobody is at two places at once: each shift ends before the next one begins, also a night before the shift of the next day.
  private func checkOverlaps(of inspector: TourRequest.Inspector, _ rows: [ShiftRow], _ faults: inout TourDataFaults) {
    var shifts: [(name: String, begin: Int, end: Int)] = []
    for (number, day) in request.calendar.enumerated() {
      let own = rows.filter { $0.exception.day == day }
      let ordinary = own.isEmpty ? inspector.shifts(on: day, of: request).map { ("the shift of \(inspector.id)", $0) } : []
      for (name, shift) in ordinary + own.compactMap({ row in row.exception.shift.map { ("\(row.reference)", $0) } }) {
        let (begin, end) = (86_400 * number + shift.begin.value, 86_400 * number + shift.end.value)
        shifts.append(("\(name) on \(day.iso)", begin, end))
      }
    }
    shifts.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    guard var last = shifts.first else { return }
    for shift in shifts.dropFirst() {
      if shift.begin < last.end {
        faults.note(
          "conflict", Self.shiftsPath, "\(last.name), \(shift.name)",
          "let each shift of \(inspector.id) begin when the one before has ended")
      }
      if shift.end > last.end { last = shift }
    }
  }

  private mutating func table<Column: RegisterColumn>(
    _ id: String, _ columns: Column.Type, at path: String, _ faults: inout TourDataFaults
  ) -> RegisterTable<Column>? {
    guard let descriptor = descriptors.first(where: { $0.id == id }) else {
      faults.unknownCollection(id, at: path, descriptors)
      return nil
    }
    collections.append(id)
    let table = RegisterTable<Column>(descriptor, path: path)
    let missing = Column.allCases.filter { $0.isRequired && !table.has($0) }
    for column in missing {
      faults.note(
        "unknownProperty", path, id,
        "add a property \(column.spellings.joined(separator: " or ")) to \(id), which has \(descriptor.propertyNames)")
    }
    return missing.isEmpty ? table : nil
  }
}
