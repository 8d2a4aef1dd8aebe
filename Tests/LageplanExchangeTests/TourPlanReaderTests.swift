import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import TestSupport
import Testing

struct TourPlanReaderTests {
  private static func instant(_ minute: Int) -> Instant {
    Instant(millisecondsSince1970: 1_796_104_800_000 + Int64(minute) * 60_000)  // 2026-12-01T06:00:00Z
  }

  /// Seven decimals, as far as JSON tells.
  private static func place(_ seed: inout Seed) -> Coordinate {
    Coordinate(
      longitude: Double(Int.random(in: 80_000_000...120_000_000, using: &seed)) / 1e7,
      latitude: Double(Int.random(in: 480_000_000...540_000_000, using: &seed)) / 1e7)
  }

  private static func text(_ seed: inout Seed) -> String {
    let letters: [Character] = ["a", "ß", "Ü", "\"", "\\", "\n", "🏗", "<", "/", " "]
    return String(
      (0..<Int.random(in: 1...12, using: &seed)).map { _ in letters[Int.random(in: 0..<letters.count, using: &seed)] })
  }

  private static func message(_ seed: inout Seed) -> TourText { TourText(english: text(&seed), german: text(&seed)) }

  private static func legs(_ count: Int, _ seed: inout Seed) -> [TourPlan.Leg] {
    (0..<count).map { _ in
      let line = (0..<Int.random(in: 0...4, using: &seed)).map { _ in place(&seed) }
      return TourPlan.Leg(
        metres: Int.random(in: 0...90_000, using: &seed), seconds: Int.random(in: 0...7200, using: &seed), line: line)
    }
  }

  private static func visit(_ id: String, _ seed: inout Seed) throws -> TourPlan.Visit {
    TourPlan.Visit(
      feature: FeatureReference(collection: "spiel", id: id + text(&seed)), name: Bool.random(using: &seed) ? text(&seed) : nil,
      service: Seconds(Int.random(in: 0...9000, using: &seed)),
      due: Bool.random(using: &seed) ? CalendarDate(daysSince1970: Int32.random(in: 15_000...25_000, using: &seed)) : nil,
      level: try #require(TourLevel.allCases.randomElement(using: &seed)),
      load: Bool.random(using: &seed) ? ["water": Int.random(in: 1...900, using: &seed), text(&seed): 7] : [:])
  }

  /// Every way in which a change can call something urgent.
  private static let urgent: [TourChange.Urgent] = [
    TourChange.Urgent(feature: FeatureReference(collection: "spiel", id: "1/a")),
    TourChange.Urgent(feature: FeatureReference(collection: "spiel", id: "2"), service: 601, windows: [], level: .routine),
    TourChange.Urgent(
      feature: FeatureReference(collection: "baum", id: "ß"),
      windows: [
        TourRequest.DayWindow(begin: 28_800, end: 43_200), TourRequest.DayWindow(begin: 79_200, end: 93_600),
        TourRequest.DayWindow(begin: 0, end: 86_400),
      ], level: .overdue),
  ]

  private static let absent: [TourChange.Absence] = [
    TourChange.Absence(inspector: "I\"1"), TourChange.Absence(inspector: "2", day: CalendarDate(daysSince1970: 20_789)),
  ]

  /// A plan with everything in it that a plan can have.
  private static func plan(_ seed: inout Seed) throws -> TourPlan {
    let day = CalendarDate(daysSince1970: 20_788)
    let routes = try (0..<4).map { number in
      var minute = Int.random(in: 0...60, using: &seed)
      let departure = instant(minute)
      let stops = try (0..<number * 2).map { index in
        let times = (0..<3).map { _ in
          minute += Int.random(in: 0...30, using: &seed)
          return instant(minute)
        }
        return TourPlan.Stop(
          visits: try (0...index % 3).map { try visit("\(number)-\(index)-\($0)", &seed) }, location: place(&seed),
          arrival: times[0], begin: times[1], departure: times[2],
          walk: Bool.random(using: &seed) ? legs(index % 3 + 2, &seed) : [],
          companions: Bool.random(using: &seed) ? [text(&seed)] : [], isFixed: Bool.random(using: &seed),
          reason: Bool.random(using: &seed) ? message(&seed) : nil)
      }
      return TourPlan.Route(
        inspector: text(&seed), day: day.adding(days: number), start: place(&seed), end: place(&seed), departure: departure,
        arrival: instant(minute + 5), stops: stops,
        breaks: stops.isEmpty ? [] : [TourPlan.Pause(afterStops: 1, begin: instant(3), end: instant(33))],
        metres: Int.random(in: 0...90_000, using: &seed), seconds: Int.random(in: 0...7200, using: &seed),
        legs: Bool.random(using: &seed) ? legs(stops.count + 1, &seed) : [])
    }
    let unassigned = try TourPlan.Reason.allCases.map { reason in
      TourPlan.Unassigned(
        visit: try visit("out", &seed), location: Bool.random(using: &seed) ? place(&seed) : nil, reason: reason,
        message: message(&seed),
        obstacles: (0..<Int.random(in: 0...2, using: &seed)).map { _ in
          TourPlan.Obstacle(
            inspector: text(&seed), day: day, reason: .noRoomLeft, missing: Bool.random(using: &seed) ? 600 : nil,
            displaces: Bool.random(using: &seed) ? [FeatureReference(collection: "a", id: "1/2")] : [], message: message(&seed))
        })
    }
    let travels: [TourPlan.Travel] = [
      .geodesic(detourFactor: 1.3, kmh: 27.5), .roads(profile: "car", network: "town.osm.pbf"),
      .router(service: "osrm", address: "http://127.0.0.1:5000", profile: "foot"),
    ]
    return TourPlan(
      day: day, routes: routes, unassigned: unassigned, travel: try #require(travels.randomElement(using: &seed)),
      time: try TownTime(), at: Bool.random(using: &seed) ? instant(90) : nil,
      urgent: Array(urgent.prefix(Int.random(in: 0...3, using: &seed))),
      absent: Array(absent.prefix(Int.random(in: 0...2, using: &seed))),
      names: Bool.random(using: &seed) ? Dictionary(routes.map { ($0.inspector, text(&seed)) }) { $1 } : [:])
  }

  @Test(arguments: Seed.hundred) func whatIsWrittenIsReadBack(seed: Seed) throws {
    var seed = seed
    let plan = try Self.plan(&seed)
    for language in TourLanguage.allCases {
      let bytes = TourJson.encode(plan, language: language, tellsAddress: true)
      #expect(try TourPlanReader.plan(parsing: JSONValue(parsing: bytes)) == plan)
    }
  }

  @Test func theAddressOfARouterThatIsNotToldIsEmpty() throws {
    var seed = Seed.hundred[0]
    var plan = try Self.plan(&seed)
    plan.travel = .router(service: "osrm", address: "http://router.intern", profile: "car")
    let read = try TourPlanReader.plan(parsing: JSONValue(parsing: TourJson.encode(plan)))
    #expect(read.travel == .router(service: "osrm", address: "", profile: "car"))
  }

  @Test func membersOfTheServiceArePassedOver() throws {
    var seed = Seed.hundred[1]
    let plan = try Self.plan(&seed)
    var json = JSONWriter()
    json.beginObject()
    json.member("id", "5f")
    json.member("version", 2)
    TourJson.writeMembers(of: plan, tellsAddress: true, to: &json)
    json.endObject()
    #expect(try TourPlanReader.plan(parsing: JSONValue(parsing: json.bytes)) == plan)
  }

  @Test func everyFaultIsToldWithItsPlace() throws {
    let stop =
      #"{"features":["p/1"],"visits":[{"feature":"p1","service":-1,"level":"urgent"}],"location":[10,95],"arrival":"2026-12-01T07:00","#
      + #""begin":"2026-12-01T07:00:00+01:00","departure":"2026-12-01T06:00:00+01:00","colour":"red"}"#
    let document =
      #"{"day":"2026-02-30","timeZone":"Europe/Bonn","routes":[{"inspector":"A","day":"2026-12-01","start":[10,50],"end":[10],"#
      + #""departure":"2026-12-01T07:00:00+01:00","arrival":"2026-12-01T08:00:00+01:00","stops":[\#(stop)],"seconds":1.5}],"#
      + #""unassigned":7,"travel":{"source":"roads","profile":"car"}}"#
    let faults = try #require(
      #expect(throws: TourDocumentError.self) { try TourPlanReader.plan(parsing: JSONValue(parsing: document)) }
    ).faults
    let places = [
      "$.day", "$.timeZone", "$.routes[0].end", "$.routes[0].stops[0].colour", "$.routes[0].stops[0].visits[0].feature",
      "$.routes[0].stops[0].visits[0].service", "$.routes[0].stops[0].visits[0].level", "$.routes[0].stops[0].location[1]",
      "$.routes[0].stops[0].arrival", "$.routes[0].metres", "$.routes[0].seconds", "$.unassigned", "$.travel.network",
    ]
    #expect(Set(faults.map(\.path)) == Set(places))
    #expect(faults.allSatisfy { !$0.remedy.isEmpty })
  }

  @Test func aPlanThatContradictsItselfIsRefused() throws {
    var seed = Seed.hundred[2]
    let plan = try Self.plan(&seed)
    func faults(_ change: (inout TourPlan.Route) -> Void) throws -> [String] {
      var broken = plan
      change(&broken.routes[1])
      do {
        _ = try TourPlanReader.plan(parsing: JSONValue(parsing: TourJson.encode(broken)))
        return []
      } catch let error as TourDocumentError {
        return error.faults.map(\.path)
      }
    }
    #expect(try faults { $0.breaks[0].afterStops = 3 } == ["$.routes[1]"])
    #expect(try faults { $0.legs = [TourPlan.Leg(metres: 1, seconds: 1, line: [])] } == ["$.routes[1]"])
    #expect(try faults { $0.stops[0].visits = [] } == ["$.routes[1].stops[0]"])
    #expect(try faults { $0.stops[1].begin = Self.instant(-900) } == ["$.routes[1].stops[1]"])
    #expect(try faults { $0.arrival = Self.instant(-900) } == ["$.routes[1]"])
    #expect(try faults { $0.breaks[0].end = Self.instant(-900) } == ["$.routes[1].breaks[0]"])
  }
}
