import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import Testing

/// What the properties of features tell a plan.
struct TourPropertiesTests {
  private static let yard = Coordinate(longitude: 10.78, latitude: 52.42)

  private func request(_ change: (inout TourRequest) throws -> Void = { _ in }) throws -> TourRequest {
    var request = TourRequest(
      collections: ["playgrounds"], service: .fixed(1200), day: try #require(CalendarDate(iso: "2026-12-01")), days: 5,
      inspectors: [
        TourRequest.Inspector(id: "A", start: Self.yard, end: Self.yard, shiftStart: 25_200, shiftEnd: 54_000)
      ])
    try change(&request)
    return request
  }

  private func work(
    _ properties: [(String, PropertyKind)], _ rows: [[PropertyValue]], _ change: (inout TourRequest) throws -> Void
  ) throws -> [TourFeature] {
    var register = TourRegister()
    try register.add(
      "playgrounds", properties, rows.enumerated().map { ("\($0 + 1)", Coordinate(x: 10.78 + Double($0) / 100, y: 52.42), $1) })
    return try TourWork(request(change), reader: register, descriptors: register.descriptors).features
  }

  private func faults(
    _ properties: [(String, PropertyKind)], _ rows: [[PropertyValue]], _ change: (inout TourRequest) throws -> Void
  ) -> [String] {
    let error = #expect(throws: TourRequestError.self) { try work(properties, rows, change) }
    return (error?.faults ?? []).map { "\($0.code) \($0.path)" }
  }

  private func day(_ iso: String) throws -> CalendarDate { try #require(CalendarDate(iso: iso)) }

  @Test func dueDateSelectsAndTellsTheLevel() throws {
    let days = ["2026-11-01", "2026-12-03", "2026-12-06", "2026-12-09", nil]
    let rows = try days.map { iso in [iso == nil ? PropertyValue.null : .date(try day(iso ?? ""))] }
    // The plan ends on the 5th; two days early make the 7th the last.
    let features = try work([("next", .date)], rows) { $0.due = TourRequest.Due(property: "next", earlyDays: 2) }
    #expect(features.map(\.reference.id) == ["1", "2", "3"])
    #expect(features.map(\.level) == [.overdue, .routine, .routine])
    #expect(features.map { $0.due?.iso } == ["2026-11-01", "2026-12-03", "2026-12-06"])
    let until = try work([("next", .date)], rows) {
      $0.due = TourRequest.Due(property: "next", until: try day("2026-12-03"))
    }
    #expect(until.map(\.reference.id) == ["1", "2"])
  }

  @Test func priorityGoesBeforeTheDueDate() throws {
    let due = PropertyValue.date(try day("2026-11-01"))
    let features = try work(
      [("next", .date), ("prio", .text)],
      [[due, .text("must")], [due, .text("routine")], [due, .text("5")], [due, .null], [due, .text("muss")]]
    ) {
      $0.due = TourRequest.Due(property: "next")
      $0.priority = "prio"
    }
    #expect(features.map(\.rank) == [0, 2, 5, 1, 0])
    #expect(features.map(\.level) == [.must, .routine, .routine, .overdue, .must])
  }

  @Test func everyTermIsReadFromItsProperty() throws {
    let features = try work(
      [
        ("Bezeichnung", .text), ("minutes", .integer), ("prep", .real), ("open", .text), ("lit", .boolean), ("skill", .text),
        ("last", .text), ("crew", .integer), ("litres", .real),
      ],
      [
        [
          .text("Am Wall"), .integer(25), .real(2.5), .text("08:00-12:00"), .boolean(true), .text("DIN EN 1176, Baum"),
          .text("A; Otto"), .integer(2), .real(12.2),
        ],
        Array(repeating: .null, count: 9),
      ]
    ) {
      $0.service = .property("minutes", fallback: 600)
      $0.setUp = .property("prep", fallback: nil)
      $0.windows = .property("open", fallback: nil)
      $0.nightOnly = .property("lit", fallback: nil)
      $0.qualification = "skill"
      $0.requires = ["playgrounds": ["Leiter"]]
      $0.independentOf = "last"
      $0.people = .property("crew", fallback: nil)
      $0.loads = [TourRequest.Load(measure: "water", amount: .property("litres", fallback: 5))]
    }
    let (told, plain) = (features[0], features[1])
    #expect(told.name == "Am Wall")
    #expect(told.service == 1500)
    #expect(told.setUp == 150)
    #expect(told.windows == [TourRequest.DayWindow(begin: 28_800, end: 43_200)])
    #expect(told.isNightOnly)
    #expect(told.qualifications == ["DIN EN 1176", "Baum", "Leiter"])
    #expect(told.independentOf == ["A", "Otto"])
    #expect(told.people == 2)
    #expect(told.loads == [13])
    #expect(plain.name == nil)
    #expect(plain.service == 600)
    #expect(plain.windows == [])
    #expect(!plain.isNightOnly)
    #expect(plain.qualifications == ["Leiter"])
    #expect(plain.people == 1)
    #expect(plain.loads == [5])
  }

  @Test func whatCannotBeReadIsAFaultUnlessThereIsADefault() throws {
    let properties: [(String, PropertyKind)] = [("open", .text), ("crew", .text)]
    let rows: [[PropertyValue]] = [[.text("nach Absprache"), .text("viele")], [.text("8-9"), .text("3")]]
    #expect(
      faults(properties, rows) {
        $0.windows = .property("open", fallback: nil)
        $0.people = .property("crew", fallback: nil)
      } == ["value $.windows", "value $.people"])
    let features = try work(properties, rows) {
      $0.windows = .property("open", fallback: [])
      $0.people = .property("crew", fallback: 1)
    }
    #expect(features.map(\.people) == [1, 3])
    #expect(features.map(\.windows.count) == [0, 1])
  }

  @Test func propertiesThatNobodyHasAreNamedAtOnce() throws {
    #expect(
      faults([("a", .integer)], [[.integer(1)]]) {
        $0.due = TourRequest.Due(property: "a")
        $0.priority = "b"
        $0.name = "c"
        $0.nightOnly = .property("d", fallback: false)
        $0.loads = [TourRequest.Load(measure: "water", amount: .property("e", fallback: nil))]
      } == [
        "wrongType $.due.property", "unknownProperty $.priority.property", "unknownProperty $.name.property",
        "unknownProperty $.nightOnly.property", "unknownProperty $.load.water.property",
      ])
  }

  @Test func filterInCql2Selects() throws {
    let rows = (1...5).map { [PropertyValue.integer(Int64($0))] }
    let features = try work([("height", .integer)], rows) {
      $0.filter = .expression(try FilterExpression(cql2Text: "height > 2 AND height <> 4"))
    }
    #expect(features.map(\.reference.id) == ["3", "5"])
    #expect(
      faults([("height", .integer)], rows) { $0.filter = .expression(try FilterExpression(cql2Text: "width > 2")) } == [
        "filter $.filter"
      ])
  }

  @Test func namesAndLinesSelect() throws {
    // A hundredth of a degree is 680 m here.
    let rows = (1...5).map { _ in [PropertyValue.null] }
    func ids(_ selection: TourRequest.Selection) throws -> [String] {
      try work([("a", .text)], rows) { $0.selection = selection }.map(\.reference.id)
    }
    func feature(_ id: String) -> FeatureReference { FeatureReference(collection: "playgrounds", id: id) }
    #expect(try ids(.ids([feature("4"), feature("2")])) == ["2", "4"])
    let line = Geometry.lineString([Coordinate(x: 10.79, y: 52.421), Coordinate(x: 10.80, y: 52.421)])
    #expect(try ids(.along(line, distance: Metres(120))) == ["2", "3"])
    #expect(try ids(.along(line, distance: Metres(100))) == [])
    #expect(
      faults([("a", .text)], rows) { $0.selection = .ids([feature("4"), feature("9")]) } == ["unknownFeature $.ids[1]"])
  }

  @Test func preferencesMeanFeaturesByNameOrByFilter() throws {
    let rows = (1...3).map { [PropertyValue.integer(Int64($0))] }
    let features = try work([("height", .integer)], rows) {
      $0.preferences = [
        TourRequest.Preference(
          .filter(.expression(try FilterExpression(cql2Text: "height >= 2"))), inspector: "A", worth: 600),
        TourRequest.Preference(.feature(FeatureReference(collection: "playgrounds", id: "3")), inspector: "A", worth: 60),
      ]
    }
    #expect(features.map(\.preferences) == [[:], ["A": 600], ["A": 660]])
  }
}
