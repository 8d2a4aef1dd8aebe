import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import Testing

struct TourChangeTests {
  private func change(_ text: String) throws -> TourChange {
    try TourChange(parsing: JSONValue(parsing: text), time: TownTime())
  }

  @Test func everyMemberIsRead() throws {
    let read = try change(
      #"{"at":"2026-12-01T10:30","cancelled":["p/3"],"urgent":["p/9",{"feature":"p/a/b","serviceMinutes":7.5,"#
        + #""windows":[["08:00","12:00"],["22:00","02:00"]],"level":"overdue"}],"done":["p/1"],"#
        + #""delays":[{"inspector":"A","minutes":20}],"absent":[{"inspector":"B","day":"2026-12-02"},"C"],"present":["D"],"locks":["p/4"],"#
        + #""unlocks":["p/5"],"moves":[{"feature":"p/6","inspector":"B","day":"2026-12-01","position":2}],"#
        + #""mostChanges":3,"promiseMinutes":15,"seconds":1,"seed":7}"#)
    func feature(_ id: String) -> FeatureReference { FeatureReference(collection: "p", id: id) }
    var expected = TourChange(at: Instant(iso: "2026-12-01T09:30:00Z"))
    expected.cancelled = [feature("3")]
    expected.urgent = [
      TourChange.Urgent(feature: feature("9")),
      TourChange.Urgent(
        feature: feature("a/b"), service: 450,
        windows: [
          TourRequest.DayWindow(begin: 28_800, end: 43_200), TourRequest.DayWindow(begin: 79_200, end: 93_600),
        ], level: .overdue),
    ]
    expected.done = [feature("1")]
    expected.delays = [TourChange.Delay(inspector: "A", time: 1200)]
    expected.absent = [
      TourChange.Absence(inspector: "B", day: CalendarDate(iso: "2026-12-02")), TourChange.Absence(inspector: "C"),
    ]
    expected.present = [TourChange.Absence(inspector: "D")]
    expected.locks = [feature("4")]
    expected.unlocks = [feature("5")]
    expected.moves = [
      TourChange.Move(feature: feature("6"), inspector: "B", day: CalendarDate(iso: "2026-12-01"), position: 2)
    ]
    expected.mostChanges = 3
    expected.promise = 900
    expected.seconds = 1
    expected.seed = 7
    #expect(read == expected)
  }

  @Test func nothingMeansNoChange() throws {
    #expect(try change("{}") == TourChange())
    #expect(try change(#"{"mostChanges":null}"#).mostChanges == nil)
  }

  @Test(
    arguments: [
      ("2026-12-01T10:30", "2026-12-01T09:30:00Z"), ("2026-07-01T10:30:15", "2026-07-01T08:30:15Z"),
      ("2026-12-01T10:30:00+03:00", "2026-12-01T07:30:00Z"),
    ])
  func timesAreOnTheClockOfTheTown(text: String, instant: String) throws {
    #expect(try change(#"{"at":"\#(text)"}"#).at?.iso == instant)
  }

  @Test func allFaultsAreToldAtOnce() throws {
    let error = try #require(
      #expect(throws: TourRequestError.self) {
        try change(
          #"{"at":"noon","cancelled":["p3","p/1"],"urgent":[{"level":"now"},{"feature":"p/8","level":"now","windows":[["8","9"]]}],"#
            + #""done":["p/1"],"delays":[{"inspector":"A"}],"absent":[7,"B","C"],"present":["A",{"inspector":"B","day":"2026-12-02"}],"locks":["p/2"],"unlocks":["p/2"],"#
            + #""moves":[{"feature":"p/6","inspector":"B","position":0}],"mostChanges":-1,"speed":9}"#)
      })
    let expected = [
      "unknownMember $.speed", "outOfRange $.at", "outOfRange $.cancelled[0]", "missing $.urgent[0].feature",
      "outOfRange $.urgent[1].windows[0][0]", "outOfRange $.urgent[1].windows[0][1]", "outOfRange $.urgent[1].level",
      "missing $.delays[0].minutes", "wrongType $.absent[0]", "outOfRange $.moves[0].position", "outOfRange $.mostChanges",
      "conflict $.done", "conflict $.present", "conflict $.unlocks",
    ]
    #expect(Set(error.faults.map { "\($0.code) \($0.path)" }) == Set(expected))
    #expect(error.faults.allSatisfy { !$0.remedy.isEmpty })
  }

  @Test func whatIsTakenOutIsNotLocked() throws {
    let error = try #require(
      #expect(throws: TourRequestError.self) { try change(#"{"cancelled":["p/1","p/2"],"locks":["p/2","p/3"]}"#) })
    #expect(error.faults.map { "\($0.code) \($0.path) \($0.value ?? "")" } == ["conflict $.cancelled p/2"])
  }

  @Test func aMillionMistakesAreAHundredFaults() throws {
    let list = Array(repeating: "7", count: 5000).joined(separator: ",")
    let error = try #require(
      #expect(throws: TourRequestError.self) { try change(#"{"cancelled":[\#(list)],"done":[\#(list)]}"#) })
    #expect(error.faults.count == 101)
    #expect(error.faults.last?.code == "tooMany")
  }
}
