import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import TestSupport
import Testing

/// Tours for spreadsheets, calendars and paper. Foreign readers of all three: Tests/Clients/test_real_day.py.
struct TourSheetTests {
  private func at(_ minute: Int) -> Instant {
    Instant(millisecondsSince1970: 1_796_104_800_000 + Int64(minute) * 60_000)  // 2026-12-01T06:00:00Z
  }

  /// Two tours on two days; the first stop has two visits and a way on foot between them.
  private func plan() throws -> TourPlan {
    let yard = Coordinate(longitude: 10.78, latitude: 52.42)
    func visit(_ id: String, _ name: String?, minutes: Int) -> TourPlan.Visit {
      TourPlan.Visit(
        feature: FeatureReference(collection: "playgrounds", id: id), name: name, service: Seconds(minutes * 60),
        due: CalendarDate(iso: "2026-11-20"), level: .overdue)
    }
    func leg(_ metres: Int, _ seconds: Int) -> TourPlan.Leg {
      TourPlan.Leg(metres: metres, seconds: seconds, line: [Coordinate(longitude: 10.8, latitude: 52.43), yard])
    }
    let stop = TourPlan.Stop(
      visits: [visit("17", "Spielplatz \"Am Wall\", Nord; groß", minutes: 10), visit("18", "Łódź-Platz\nhinten", minutes: 5)],
      location: Coordinate(longitude: 10.8, latitude: 52.43), arrival: at(5), begin: at(9), departure: at(30),
      walk: [leg(40, 60), leg(60, 120), leg(90, 180)], companions: ["Bo"],
      reason: TourText(english: "the window opens", german: "das Zeitfenster beginnt"))
    let second = TourPlan.Stop(
      visits: [visit("19", nil, minutes: 20)], location: Coordinate(longitude: 10.79, latitude: 52.41), arrival: at(40),
      begin: at(40),
      departure: at(60))
    let day = try #require(CalendarDate(iso: "2026-12-01"))
    let route = TourPlan.Route(
      inspector: "Änne & Bo", day: day, start: yard, end: yard, departure: at(0), arrival: at(90), stops: [stop, second],
      breaks: [TourPlan.Pause(afterStops: 1, begin: at(30), end: at(38))], metres: 4999, seconds: 600)
    var next = route
    next.day = day.adding(days: 1)
    next.inspector = "Çelik"
    return TourPlan(
      day: day, routes: [route, next],
      unassigned: [
        TourPlan.Unassigned(
          visit: visit("20", "Hof", minutes: 15), location: nil, reason: .noPlace,
          message: TourText(english: "no geometry", german: "ohne Ort"))
      ], travel: .geodesic(detourFactor: 1.3, kmh: 30), time: try TownTime())
  }

  @Test func theTableHasARowForEachVisitWithItsOwnBegin() throws {
    let text = String(decoding: TourCsv.encode(try plan().tours(of: "Änne & Bo")), as: UTF8.self)
    let first =
      "2026-12-01,Änne & Bo,Änne & Bo,1,playgrounds/17,\"Spielplatz \"\"Am Wall\"\", Nord; groß\",,2026-12-01 07:05:00,2026-12-01 07:09:00,"
      + "2026-12-01 07:30:00,10,2026-11-20,überfällig,10.8,52.43,Bo,das Zeitfenster beginnt\r\n"
    // Ten minutes of the first visit and two of way later.
    let second =
      "2026-12-01,Änne & Bo,Änne & Bo,1,playgrounds/18,\"Łódź-Platz\nhinten\",,2026-12-01 07:05:00,2026-12-01 07:21:00,"
      + "2026-12-01 07:30:00,5,2026-11-20,überfällig,10.8,52.43,Bo,das Zeitfenster beginnt\r\n"
    #expect(text.contains(first))
    #expect(text.contains(second))
    #expect(text.hasPrefix("Tag,Kontrolleur,Name des Kontrolleurs,Halt,"))
    #expect(!text.contains("playgrounds/20"))
  }

  @Test func theTableTellsAddressesAndWhatIsLeftOutInTheLanguageThatWasAskedFor() throws {
    let addresses = [FeatureReference(collection: "playgrounds", id: "20"): "Hauptstraße 5, 69117 Heidelberg"]
    let text = String(decoding: TourCsv.encode(try plan(), language: .english, addresses: addresses), as: UTF8.self)
    #expect(text.hasPrefix("day,inspector,inspector_name,stop,feature,"))
    #expect(
      text.hasSuffix(
        ",,,,playgrounds/20,Hof,\"Hauptstraße 5, 69117 Heidelberg\",,,,15,2026-11-20,overdue,,,,no geometry\r\n"))
  }

  @Test func eventsOfACalendarKeepTheirIdentityWhenTheyMove() throws {
    func lines(_ plan: TourPlan, version: Int) -> [String] {
      let text = String(
        decoding: TourCalendar.encode(plan, identity: "p1", version: version, stamp: at(-60)), as: UTF8.self)
      #expect(text.utf8.split(separator: UInt8(ascii: "\n")).allSatisfy { $0.count <= 76 })
      return text.replacing("\r\n ", with: "").components(separatedBy: "\r\n")
    }
    let old = lines(try plan(), version: 1)
    var moved = try plan()
    moved.routes[0].stops[0].arrival = at(8)
    let new = lines(moved, version: 2)
    func uids(_ lines: [String]) -> [String] { lines.filter { $0.hasPrefix("UID:") } }
    #expect(uids(old) == uids(new))
    #expect(Set(uids(old)).count == 6)
    #expect(old.contains("DTSTART:20261201T060500Z"))
    #expect(new.contains("DTSTART:20261201T060800Z"))
    #expect(new.contains("SEQUENCE:1"))
    #expect(old.contains("GEO:52.43;10.8"))
    #expect(old.contains(#"SUMMARY:Änne & Bo: 1. Spielplatz "Am Wall"\, Nord\; groß\, Łódź-Platz\nhinten"#))
    #expect(old.contains { $0.hasPrefix("SUMMARY:") && $0.hasSuffix(": Pause") })
    // Another inspector takes the first stop over: the calendar moves it as well.
    var given = try plan()
    let stop = given.routes[0].stops.removeFirst()
    let other = try #require(given.routes.firstIndex { $0.inspector != given.routes[0].inspector })
    given.routes[other].stops.append(stop)
    #expect(Set(uids(lines(given, version: 2))) == Set(uids(old)))
  }

  @Test func whatTakesNoTimeHasNoEndAndTwoPeopleAtOneVisitHaveAnEventEach() throws {
    var plan = try plan()
    plan.routes[0].stops[0].departure = plan.routes[0].stops[0].arrival
    let other = try #require(plan.routes.firstIndex { $0.inspector != plan.routes[0].inspector })
    plan.routes[other].stops.append(plan.routes[0].stops[0])
    let text = String(decoding: TourCalendar.encode(plan, identity: "p1", stamp: at(-60)), as: UTF8.self)
    let events = text.replacing("\r\n ", with: "").components(separatedBy: "BEGIN:VEVENT").dropFirst()
    #expect(events.count { !$0.contains("DTEND") } == 2)
    #expect(Set(events.map { $0.components(separatedBy: "\r\n").first { $0.hasPrefix("UID:") } }).count == events.count)
  }

  /// By ids that say nothing, people are called by their names, whoever's part of the plan it is.
  @Test func peopleAreCalledByTheirNames() throws {
    var plan = try plan()
    for route in plan.routes.indices { plan.routes[route].inspector = "\(route + 1)" }
    plan.routes[0].stops[0].companions = ["2", "3"]
    plan.names = ["1": "Änne", "2": "Çelik, Bo"]
    let part = plan.tours(of: "1")
    let table = String(decoding: TourCsv.encode(part), as: UTF8.self)
    #expect(table.contains("\r\n2026-12-01,1,Änne,1,playgrounds/17,"))
    #expect(table.contains(#","Çelik, Bo, 3",das Zeitfenster beginnt"#))
    let calendar = String(decoding: TourCalendar.encode(part, stamp: at(0)), as: UTF8.self).replacing("\r\n ", with: "")
    #expect(calendar.contains("X-WR-CALNAME:Touren Änne\r\n"))
    #expect(calendar.contains("CATEGORIES:Änne\r\n"))
    #expect(calendar.contains(#"\nZusammen mit Çelik\, Bo\, 3\n"#))
    let tracks = String(decoding: TourGpx.encode(part), as: UTF8.self)
    #expect(tracks.contains("<trk><name>Änne</name>"))
    let features = try JSONValue(parsing: TourGeoJson.encode(plan))["features"]?.array ?? []
    let stops = features.compactMap { $0["properties"] }.filter { $0["kind"]?.text == "stop" }
    #expect(stops.map { $0["inspector"]?.text } == ["1", "1", "2", "2"])
    #expect(stops.map { $0["inspectorName"]?.text } == ["Änne", "Änne", "Çelik, Bo", "Çelik, Bo"])
    let document = try JSONValue(parsing: TourJson.encode(part))
    #expect(document["names"] == (try JSONValue(parsing: #"{"1":"Änne","2":"Çelik, Bo"}"#)))
    #expect(document["routes"]?[0]?["stops"]?[0]?["companions"] == (try JSONValue(parsing: #"["2","3"]"#)))
  }

  @Test func aPartOfThePlanIsForOnePersonOrOneDay() throws {
    let plan = try plan()
    #expect(plan.tours(of: nil) == plan)
    #expect(plan.tours(of: "Çelik").routes.map(\.inspector) == ["Çelik"])
    #expect(plan.tours(of: "Çelik").unassigned.isEmpty)
    #expect(plan.tours(of: nil, on: plan.day).routes.map(\.inspector) == ["Änne & Bo"])
    #expect(plan.tours(of: "Çelik", on: plan.day).routes.isEmpty)
  }

  @Test func waypointsAreNamedAfterDayOrderAndFeature() throws {
    let text = String(decoding: TourGpx.encode(try plan()), as: UTF8.self)
    #expect(text.contains("<name>Çelik 2026-12-02 2</name>"))
    #expect(
      text.contains("<name>Änne &amp; Bo 2026-12-01 1 Spielplatz &quot;Am Wall&quot;, Nord; groß, Łódź-Platz\nhinten</name>"))
    #expect(text.contains("begin 2026-12-01T07:09:00+01:00"))
    let german = String(decoding: TourGpx.encode(try plan(), language: .german), as: UTF8.self)
    #expect(german.contains("Beginn 2026-12-01T07:09:00+01:00"))
  }

  @Test func geoJsonSpeaksTheLanguageThatWasAskedFor() throws {
    let document = try JSONValue(parsing: TourGeoJson.encode(try plan(), language: .german))
    let features = try #require(document["features"]?.array)
    let stop = try #require(features.first { $0["properties"]?["kind"]?.text == "stop" }?["properties"])
    #expect(stop["reason"]?.text == "das Zeitfenster beginnt")
    #expect(stop["begin"]?.text == "2026-12-01T07:09:00+01:00")
    #expect(stop["day"]?.text == "2026-12-01")
    #expect(features.count { $0["properties"]?["kind"]?.text == "walk" } == 6)
    #expect(features.last?["properties"]?["message"]?.text == "ohne Ort")
  }

  /// The file is read by its own table of objects, as every reader does (ISO 32000-1, section 7.5).
  @Test func aSheetIsAWholePdfAndTheSameEachTime() throws {
    let map = TourMap(
      streets: [
        TourMap.Street(
          name: "Hauptstraße", reference: "B 3", rank: .trunk,
          line: [Coordinate(longitude: 10.77, latitude: 52.42), Coordinate(longitude: 10.82, latitude: 52.43)])
      ], attribution: "© OpenStreetMap contributors")
    let content = TourSheet.Content(title: "Kontrolle (Nord)", map: map, made: at(-60))
    let sheet = try TourSheet.encode(plan(), content)
    #expect(sheet == (try TourSheet.encode(plan(), content)))
    let text = String(decoding: sheet, as: Unicode.ASCII.self)
    #expect(text.hasPrefix("%PDF-1.7"))
    // Overview, two tours, what is left out.
    #expect(text.contains("/Type /Pages /Count 4 "))
    let start = try #require(
      text.components(separatedBy: "startxref\n").last?.components(separatedBy: "\n").first.flatMap { Int($0) })
    #expect(sheet[start...].starts(with: Array("xref".utf8)))
    let entries = String(decoding: sheet[start...], as: UTF8.self).components(separatedBy: "\n").filter { $0.hasSuffix(" n ") }
    #expect(entries.count > 10)
    for (index, entry) in entries.enumerated() {
      let offset = try #require(Int(entry.prefix(10)))
      #expect(sheet[offset...].starts(with: Array("\(index + 1) 0 obj".utf8)))
    }
  }

  @Test func aSheetThatNobodyWaitsForIsLeftUnfinished() throws {
    let (plan, content) = (try plan(), TourSheet.Content(made: at(0)))
    func asked(before last: Int = .max) throws -> Int {
      var asked = 0
      _ = try TourSheet.encode(plan, content) {
        asked += 1
        return asked == last
      }
      return asked
    }
    // Three maps, four stops, one that is left out.
    #expect(try asked() == 8)
    for last in 1...8 { #expect(throws: CancellationError.self) { try asked(before: last) } }
  }

  /// Nothing that a plan may hold brings the sheet down.
  @Test func aSheetHoldsPlansOfEverySize() throws {
    var plan = try plan()
    let content = TourSheet.Content(language: .english, made: at(0))
    let stop = plan.routes[0].stops[0]
    var crowd = stop
    crowd.visits = (0..<120).map { number in
      var visit = stop.visits[0]
      visit.name = String(repeating: "Donaudampfschifffahrtsgesellschaft\(number)", count: 9) + " 漢字 🛝"
      return visit
    }
    plan.routes[0].stops = [crowd] + Array(repeating: stop, count: 60)
    #expect(try TourSheet.encode(plan, content).count > 10_000)
    plan.routes = []
    #expect(try TourSheet.encode(plan, content).count > 1_000)
    plan.unassigned = []
    #expect(try TourSheet.encode(plan, content).count > 1_000)
  }
}
