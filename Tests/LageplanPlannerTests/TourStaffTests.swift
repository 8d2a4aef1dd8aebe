import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import Testing

/// Inspectors, depots and shifts out of ordinary collections.
struct TourStaffTests {
  private static let north = Coordinate(longitude: 10.8, latitude: 52.5)
  private static let south = Coordinate(longitude: 10.8, latitude: 52.4)

  private func staffed(
    _ inspectors: (names: [(String, PropertyKind)], rows: [[PropertyValue]]), shifts: [[PropertyValue]]? = nil,
    ids: [String]? = nil
  ) throws -> [TourRequest.Inspector] {
    var register = TourRegister()
    try register.add("playgrounds", [("name", .text)], [("1", Self.north, [.text("Am Wall")])])
    try register.add("inspectors", inspectors.names, inspectors.rows.enumerated().map { ("\($0 + 1)", nil, $1) })
    try register.add("depots", [("name", .text)], [("n", Self.north, [.text("Nord")]), ("s", Self.south, [.text("Süd")])])
    if let shifts {
      try register.add(
        "shifts", [("inspector", .text), ("day", .date), ("start", .text), ("end", .text)],
        shifts.enumerated().map { ("\($0 + 1)", nil, $1) })
    }
    var request = TourRequest(
      collections: ["playgrounds"], service: .fixed(1200), day: try #require(CalendarDate(iso: "2026-12-01")), days: 5,
      inspectors: [])
    request.register = TourRequest.InspectorRegister(ids: ids)
    request.loads = [TourRequest.Load(measure: "water", amount: .fixed(1))]
    return try TourWork(request, reader: register, descriptors: register.descriptors).request.inspectors
  }

  private static let english: [(String, PropertyKind)] = [
    ("id", .text), ("name", .text), ("qualifications", .text), ("depot", .text), ("shift_start", .text), ("shift_end", .text),
    ("break_minutes", .integer), ("break_start", .text), ("break_end", .text), ("days", .text), ("max_travel_minutes", .integer),
    ("max_work_minutes", .integer), ("type", .text), ("capacity_water", .integer),
  ]

  private static let anna: [PropertyValue] = [
    .text("A"), .text("Anna"), .text("DIN EN 1176, Baum"), .text("n"), .text("07:00"), .text("15:00"), .integer(30),
    .text("11:00"),
    .text("13:00"), .text("Mo-Do"), .integer(120), .integer(400), .text("senior"), .integer(800),
  ]

  @Test func rowBecomesAnInspector() throws {
    let inspector = try #require(try staffed((Self.english, [Self.anna])).first)
    var expected = TourRequest.Inspector(
      id: "A", start: Self.north, end: Self.north, shiftStart: 25_200, shiftEnd: 54_000, qualifications: ["DIN EN 1176", "Baum"])
    expected.name = "Anna"
    expected.breaks = [.init(duration: 1800, limit: .window(.init(begin: 39_600, end: 46_800)))]
    expected.weekdays = [1, 2, 3, 4]
    expected.longestTravel = 7200
    expected.longestWork = 24_000
    expected.type = "senior"
    expected.capacity = ["water": 800]
    #expect(inspector == expected)
  }

  @Test func germanColumnsAndTheNameOfADepotDo() throws {
    let names: [(String, PropertyKind)] = [
      ("Name", .text), ("Sachkunden", .text), ("Bauhof", .text), ("Schichtbeginn", .text), ("Schichtende", .text),
      ("Pause_Minuten", .integer),
    ]
    let inspectors = try staffed(
      (names, [[.text("Otto"), .null, .text("Süd"), .text("22:00"), .text("6:00"), .integer(45)]]))
    let otto = try #require(inspectors.first)
    // Without an id of its own the row's.
    #expect(otto.id == "1")
    #expect(otto.start == Self.south)
    #expect(otto.shift == TourRequest.DayWindow(begin: 79_200, end: 108_000))
    #expect(otto.breaks == [.init(duration: 2700, limit: .within(21_600))])
  }

  @Test func shiftsAreExceptionsOfDays() throws {
    func shift(_ day: String, _ begin: String?, _ end: String?) throws -> [PropertyValue] {
      [.text("A"), .date(try #require(CalendarDate(iso: day))), begin.map { .text($0) } ?? .null, end.map { .text($0) } ?? .null]
    }
    let inspectors = try staffed(
      (Self.english, [Self.anna]),
      shifts: [
        shift("2026-12-02", nil, nil), shift("2026-12-05", "08:00", "12:00"), shift("2026-12-05", "13:00", "16:00"),
        shift("2027-01-01", "08:00", "12:00"),
      ])
    let exceptions = try #require(inspectors.first).exceptions
    #expect(exceptions.map(\.day.iso) == ["2026-12-02", "2026-12-05", "2026-12-05"])
    #expect(exceptions.map { $0.shift?.begin.value } == [nil, 28_800, 46_800])
  }

  @Test func nobodyHasTwoShiftsAtATime() throws {
    func shift(_ day: Int, _ begin: String, _ end: String) throws -> [PropertyValue] {
      [.text("A"), .date(try #require(CalendarDate(year: 2026, month: 12, day: day))), .text(begin), .text(end)]
    }
    func faults(_ shifts: [PropertyValue]...) throws -> [String] {
      do {
        _ = try staffed((Self.english, [Self.anna]), shifts: shifts)
        return []
      } catch let error as TourRequestError {
        return error.faults.map { "\($0.code) \($0.path) \($0.value ?? "")" }
      }
    }
    #expect(
      try faults(shift(1, "07:00", "12:00"), shift(1, "08:00", "15:00")) == [
        "conflict $.inspectors.shifts shifts/1 on 2026-12-01, shifts/2 on 2026-12-01"
      ])
    // The same row twice is one shift too many.
    #expect(try faults(shift(2, "07:00", "08:30"), shift(2, "07:00", "08:30")).count == 1)
    // Until eight in the morning of the next day, on which the ordinary shift begins at seven.
    #expect(
      try faults(shift(1, "22:00", "08:00")) == [
        "conflict $.inspectors.shifts shifts/1 on 2026-12-01, the shift of A on 2026-12-02"
      ])
    #expect(try faults(shift(1, "22:00", "07:00"), shift(3, "07:00", "12:00"), shift(3, "12:00", "15:00")) == [])
    // One that spans both others overlaps with each of them.
    #expect(try faults(shift(1, "07:00", "15:00"), shift(1, "08:00", "09:00"), shift(1, "10:00", "11:00")).count == 2)
  }

  @Test func idsOfInspectorsHoldNoControlCharacters() throws {
    for id in ["A\nB", "A\u{0}", "A\u{85}B"] {
      var bad = Self.anna
      bad[0] = .text(id)
      let error = #expect(throws: TourRequestError.self) { try staffed((Self.english, [bad])) }
      #expect(error?.faults.map { "\($0.code) \($0.path)" } == ["value $.inspectors.collection"])
      #expect(error?.faults.first?.value == "inspectors/1")
    }
  }

  @Test func workTellsTheCollectionsThatItWasReadFrom() throws {
    func collections(_ register: TourRequest.InspectorRegister, depot: Bool, shifts: Bool) throws -> [String] {
      var town = TourRegister()
      try town.add("playgrounds", [("name", .text)], [("1", Self.north, [.text("Am Wall")])])
      let names: [(String, PropertyKind)] = [("shift_start", .text), ("shift_end", .text)] + (depot ? [("depot", .text)] : [])
      try town.add(
        "inspectors", names, [("A", Self.north, [.text("07:00"), .text("15:00")] + (depot ? [.text("n")] : []))])
      try town.add("depots", [("name", .text)], [("n", Self.north, [.text("Nord")])])
      if shifts {
        try town.add("shifts", [("inspector", .text), ("day", .date), ("start", .text), ("end", .text)], [])
      }
      var request = TourRequest(
        collections: ["playgrounds"], service: .fixed(1200), day: try #require(CalendarDate(iso: "2026-12-01")), inspectors: [])
      request.register = register
      return try TourWork(request, reader: town, descriptors: town.descriptors).collections
    }
    #expect(try collections(.init(), depot: false, shifts: false) == ["playgrounds", "inspectors"])
    #expect(try collections(.init(), depot: true, shifts: false) == ["playgrounds", "inspectors", "depots"])
    #expect(try collections(.init(), depot: false, shifts: true) == ["playgrounds", "inspectors", "shifts"])
    #expect(try collections(.init(depots: "inspectors"), depot: false, shifts: false) == ["playgrounds", "inspectors"])
  }

  @Test func idsChooseAndUnknownOnesAreNamed() throws {
    var otto = Self.anna
    otto[0] = .text("O")
    #expect(try staffed((Self.english, [Self.anna, otto]), ids: ["O"]).map(\.id) == ["O"])
    let error = #expect(throws: TourRequestError.self) { try staffed((Self.english, [Self.anna]), ids: ["A", "X"]) }
    #expect(error?.faults.map { "\($0.code) \($0.path)" } == ["unknownInspector $.inspectors.ids[1]"])
  }

  @Test func everyFaultOfARegisterIsToldAtOnce() throws {
    var bad = Self.anna
    (bad[0], bad[3], bad[4], bad[8], bad[9], bad[10]) = (
      .text("B"), .text("west"), .text("früh"), .null, .text("immer"), .integer(-1)
    )
    let error = #expect(throws: TourRequestError.self) { try staffed((Self.english, [bad, Self.anna, Self.anna])) }
    let faults = error?.faults ?? []
    #expect(
      faults.compactMap(\.value).sorted() == [
        "inspectors/1: break_end = null", "inspectors/1: days = immer", "inspectors/1: depot = west",
        "inspectors/1: max_travel_minutes = -1", "inspectors/1: shift_start = früh", "inspectors/3: id = A",
      ])
    let columns = #expect(throws: TourRequestError.self) { try staffed(([("name", .text)], [[.text("Anna")]])) }
    #expect(columns?.faults.map(\.code) == ["unknownProperty", "unknownProperty"])
    #expect(columns?.faults.first?.remedy.contains("shift_start or schichtbeginn") == true)
  }
}
