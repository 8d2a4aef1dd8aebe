import LageplanFeatures
import LageplanGeometry
import Testing

@testable import LageplanPlanner

/// The members of a request beyond collections, inspectors and a day.
struct TourRequestMembersTests {
  private static let inspector = #"{"id":"A","start":[10.78,52.42],"end":[10.79,52.43],"shift":["07:00","15:30"]}"#

  private func parse(
    _ members: String, inspectors: String = "[\(inspector)]", service: String = "20"
  ) throws -> TourRequest {
    try TourRequest(
      parsing: JSONValue(
        parsing:
          #"{"collections":["playgrounds"],"day":"2026-12-01","serviceMinutes":\#(service),"inspectors":\#(inspectors),\#(members)}"#
      ))
  }

  private func faults(_ members: String, inspectors: String = "[\(inspector)]", service: String = "20") throws -> [String] {
    let error = #expect(throws: TourRequestError.self) { try parse(members, inspectors: inspectors, service: service) }
    return (error?.faults ?? []).map { "\($0.code) \($0.path)" }
  }

  private func window(_ begin: Int, _ end: Int) -> TourRequest.DayWindow {
    TourRequest.DayWindow(begin: Seconds(begin * 3600), end: Seconds(end * 3600))
  }

  @Test func filterIsCql2OrEqualities() throws {
    let text = try parse(#""filter":"district = 'Nord' AND height > 3""#)
    let json = try parse(
      #""filter":{"op":"and","args":[{"op":"=","args":[{"property":"district"},"Nord"]},{"op":">","args":[{"property":"height"},3]}]}"#
    )
    guard case .expression(let fromText)? = text.filter, case .expression(let fromJSON)? = json.filter else {
      Issue.record("no expressions")
      return
    }
    #expect(fromText == fromJSON)
    #expect(try parse(#""filter":{"op":"x"}"#).filter == .equalities([.init(property: "op", value: "x")]))
    #expect(try faults(#""filter":"district = = 3""#) == ["filter $.filter"])
  }

  @Test func filterAndPlaceAreCombined() throws {
    let request = try parse(#""filter":{"district":"Nord"},"ids":["playgrounds/17","playgrounds/a/b"]"#)
    #expect(request.filter != nil)
    #expect(
      request.selection
        == .ids([
          FeatureReference(collection: "playgrounds", id: "17"), FeatureReference(collection: "playgrounds", id: "a/b"),
        ]))
    #expect(try faults(#""bbox":[10,52,11,53],"ids":["playgrounds/17"]"#) == ["conflict $.ids"])
    #expect(try faults(#""ids":["17","trees/3"]"#) == ["outOfRange $.ids[0]", "unknownCollection $.ids[1]"])
  }

  @Test func lineAndItsDistanceAreRead() throws {
    let request = try parse(#""along":{"line":{"type":"LineString","coordinates":[[10,52],[10.1,52]]},"distance":50}"#)
    guard case .along(let line, let distance) = request.selection else {
      Issue.record("no line")
      return
    }
    #expect(line.coordinates.count == 2)
    #expect(distance == Metres(50))
    #expect(
      try faults(#""along":{"line":{"type":"Point","coordinates":[10,52]},"distance":-1}"#) == [
        "wrongType $.along.line", "outOfRange $.along.distance",
      ])
  }

  @Test func termsOfVisitsAreRead() throws {
    let request = try parse(
      #"""
      "due":{"property":"nextInspection","until":"2026-12-05","earlyDays":14,"lateDays":2}, "priority":{"property":"priority"},
      "setUpMinutes":5, "windows":[["14:00","16:00"],["08:00","12:00"]], "nightOnly":{"property":"lit","default":false}, "night":["21:00","06:00"],
      "requires":{"playgrounds":["DIN EN 1176"],"property":"qualification"}, "independentOf":{"property":"lastInspector"},
      "people":{"property":"crew","default":2}, "load":{"water":{"property":"litres","default":0},"signs":3}, "name":{"property":"label"},
      "walk":{"metres":250}, "mergeMetres":20, "days":5
      """#, service: #"{"default":20,"byType":{"senior":15}}"#)
    #expect(request.service == .fixed(1200))
    #expect(request.serviceByType == ["senior": 900])
    #expect(
      request.due
        == TourRequest.Due(property: "nextInspection", until: CalendarDate(iso: "2026-12-05"), earlyDays: 14, lateDays: 2))
    #expect(request.priority == "priority")
    #expect(request.setUp == .fixed(300))
    #expect(request.windows == .fixed([window(8, 12), window(14, 16)]))
    #expect(request.nightOnly == .property("lit", fallback: false))
    #expect(request.night == window(21, 30))
    #expect(request.requires == ["playgrounds": ["DIN EN 1176"]])
    #expect(request.qualification == "qualification")
    #expect(request.independentOf == "lastInspector")
    #expect(request.people == .property("crew", fallback: 2))
    #expect(
      request.loads == [
        TourRequest.Load(measure: "water", amount: .property("litres", fallback: 0)),
        TourRequest.Load(measure: "signs", amount: .fixed(3)),
      ])
    #expect(request.name == "label")
    #expect(request.walk == TourRequest.Walk(profile: "foot", reach: Metres(250)))
    #expect(request.mergeReach == Metres(20))
    #expect(request.calendar.map(\.iso) == ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-05"])
  }

  @Test func inspectorIsReadWhole() throws {
    let request = try parse(
      #""title":"Nacht""#,
      inspectors: #"""
        [{"id":"A","name":"Anna","start":[10,52],"end":[10,52],"shift":["22:00","06:00"],"days":["2026-12-01"],"type":"senior",
          "breaks":[{"minutes":30,"window":["01:00","03:00"]},{"minutes":15,"withinHours":4}],"maxTravelMinutes":120,"maxWorkMinutes":400,
          "capacity":{"water":800},"qualifications":["DIN EN 1176"]}]
        """#)
    let inspector = try #require(request.inspectors.first)
    #expect(inspector.name == "Anna")
    #expect(inspector.shift == window(22, 30))
    #expect(inspector.days?.map(\.iso) == ["2026-12-01"])
    #expect(
      inspector.breaks == [
        .init(duration: 1800, limit: .window(window(1, 3))), .init(duration: 900, limit: .within(14_400)),
      ])
    #expect(inspector.longestTravel == 7200)
    #expect(inspector.longestWork == 24_000)
    #expect(inspector.capacity == ["water": 800])
    #expect(inspector.type == "senior")
    #expect(request.title == "Nacht")
  }

  @Test func aBreakThatCannotBeginDuringTheShiftIsAFault() throws {
    func found(_ shift: String, _ window: String) throws -> [String] {
      do {
        let inspector =
          #"[{"id":"A","start":[10,52],"end":[10,52],"shift":[\#(shift)],"breaks":[{"minutes":30,"window":[\#(window)]}]}]"#
        _ = try parse(#""days":1"#, inspectors: inspector)
        return []
      } catch let error as TourRequestError {
        return error.faults.map { "\($0.code) \($0.path)" }
      }
    }
    #expect(try found(#""07:00","15:00""#, #""14:30","18:00""#) == [])
    #expect(try found(#""22:00","06:00""#, #""01:00","03:00""#) == [])
    #expect(try found(#""07:00","15:00""#, #""17:00","18:00""#) == ["outOfRange $.inspectors[0].breaks[0]"])
    #expect(try found(#""22:00","06:00""#, #""12:00","13:00""#) == ["outOfRange $.inspectors[0].breaks[0]"])
  }

  @Test func registerStandsForAListOfInspectors() throws {
    let request = try parse(
      #""pins":[{"feature":"playgrounds/1","inspector":"B"}]"#, inspectors: #"{"collection":"staff","ids":["B"]}"#)
    #expect(request.register == TourRequest.InspectorRegister(inspectors: "staff", ids: ["B"]))
    #expect(request.inspectors.isEmpty)
  }

  @Test func searchIsBounded() throws {
    let request = try parse(#""seconds":60,"iterations":500,"balance":{"percent":5},"store":true"#)
    #expect(request.seconds == 60)
    #expect(request.iterations == 500)
    #expect(request.balance == 5)
    #expect(request.isStored)
    #expect(try faults(#""seconds":61"#) == ["outOfRange $.seconds"])
    #expect(try parse(#""seconds":600,"background":true"#).isBackground)
    #expect(try faults(#""seconds":601,"background":true"#) == ["outOfRange $.seconds"])
  }

  @Test func preferencesHaveAHundredFiltersButMoreNames() throws {
    func list(_ which: String, _ count: Int) -> String {
      let one = "{\(which),\"inspector\":\"A\",\"minutes\":5}"
      return "\"preferences\":[" + Array(repeating: one, count: count).joined(separator: ",") + "]"
    }
    #expect(try parse(list(#""filter":"height > 3""#, 100)).preferences.count == 100)
    #expect(try faults(list(#""filter":"height > 3""#, 101)) == ["tooMany $.preferences"])
    #expect(try parse(list(#""feature":"playgrounds/1""#, 2000)).preferences.count == 2000)
  }

  @Test func everyFaultOfTheNewMembersIsToldAtOnce() throws {
    let found = try faults(
      #"""
      "due":{"earlyDays":-1}, "priority":"high", "windows":[["8","9"]], "people":5, "load":{"a":1,"b":1,"c":1,"d":1,"e":1}, "walk":{},
      "days":32, "pins":[{"feature":"playgrounds/1","inspector":"Z","day":"2027-01-01"},{"feature":"x"}], "preferences":[{"inspector":"A","minutes":5}],
      "balance":{}, "store":"yes"
      """#,
      inspectors:
        #"[{"id":"A","start":[10,52],"end":[10,52],"shift":["07:00","15:00"],"breaks":[{"minutes":30},{"minutes":30,"window":["11:00","12:00"],"withinHours":2}],"days":["2026-12-01"],"weekdays":"Mo-Fr"}]"#
    )
    #expect(
      Set(found) == [
        "outOfRange $.due.earlyDays", "missing $.due.property", "wrongType $.priority", "outOfRange $.windows[0][0]",
        "outOfRange $.windows[0][1]", "outOfRange $.people", "tooMany $.load", "missing $.walk.metres", "outOfRange $.days",
        "unknownInspector $.pins[0].inspector", "outOfRange $.pins[0].day", "outOfRange $.pins[1].feature",
        "missing $.pins[1].inspector", "missing $.preferences[0].feature", "missing $.balance.percent", "wrongType $.store",
        "missing $.inspectors[0].breaks[0].window", "conflict $.inspectors[0].breaks[1].window",
        "conflict $.inspectors[0].weekdays",
      ])
  }

  @Test(arguments: [
    ("08:00-12:00, 14:00-16:00", [8, 12, 14, 16]), ("8-12 Uhr; 14–16 Uhr", [8, 12, 14, 16]), ("22:00-5:00", [22, 29]),
    ("14:00 - 16:00/08:00 - 12:00", [8, 12, 14, 16]),
  ])
  func windowsAreReadAsPeopleWriteThem(text: String, hours: [Int]) throws {
    let expected = stride(from: 0, to: hours.count, by: 2).map { window(hours[$0], hours[$0 + 1]) }
    #expect(TourRequest.DayWindow.list(text) == expected)
  }

  @Test(arguments: ["nach Absprache", "8", "25:00-26:00", "08:00-12:00-14:00", "8:5-9:00", ""])
  func whatIsNoWindowIsNotRead(text: String) {
    #expect(TourRequest.DayWindow.list(text) == nil)
  }

  @Test(arguments: [
    ("Mo-Fr", [1, 2, 3, 4, 5]), ("Mo, Mi, Fr", [1, 3, 5]), ("Sa-Mo", [1, 6, 7]), ("Mon-Thu", [1, 2, 3, 4]), ("So", [7]),
    ("Mo. - Mi.", [1, 2, 3]),
  ])
  func weekdaysAreReadAsPeopleWriteThem(text: String, days: [Int]) {
    #expect(WeekdayText.days(text)?.sorted() == days)
  }
}
