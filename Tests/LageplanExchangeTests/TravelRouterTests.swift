import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import Synchronization
import TestSupport
import Testing

@testable import LageplanExchange

/// A router on the loopback that stands in for OSRM or Valhalla, as their documentation says that these answer.
struct TravelRouterTests {
  private func source(_ text: String, profile: String = "car") throws -> any TravelSource {
    var limits = TravelRouter.standardLimits
    limits.retries = 0
    limits.seconds = 20
    let request = TourRequest(
      collections: ["playgrounds"], service: .fixed(60), day: try #require(CalendarDate(iso: "2026-12-01")), inspectors: [],
      travel: .roads(profile: profile))
    return try TravelRouter(parsing: text).sources(limits: limits).source(for: request)
  }

  private func place(_ number: Int) -> Coordinate { Coordinate(longitude: 8 + Double(number) / 1000, latitude: 49) }

  /// A server on which every place is its longitude's number, and a way costs ten seconds and a hundred metres a step, twice as much back.
  private static func osrm(largest: Int = 10_000) throws -> LoopbackServer {
    try LoopbackServer { request, _ in
      let pieces = request.path.split(separator: "/")
      guard pieces.count == 4, pieces[1] == "v1", pieces[2] == "driving" else {
        return .init(400, text: #"{"code":"InvalidUrl"}"#)
      }
      let numbers = pieces[3].split(separator: ";").map { pair in
        Int(((Double(pair.split(separator: ",")[0]) ?? 0) - 8) * 1000 + 0.5)
      }
      func chosen(_ name: String) -> [Int] {
        request.parameter(name)?.split(separator: ";").compactMap { Int($0) }.map { numbers[$0] } ?? numbers
      }
      if pieces[0] == "table" {
        let (sources, destinations) = (chosen("sources"), chosen("destinations"))
        guard sources.count * destinations.count <= largest else {
          return .init(400, type: "application/json", text: #"{"code":"TooBig","message":"Too many table coordinates"}"#)
        }
        func rows(_ unit: Double) -> String {
          sources.map { a in
            "["
              + destinations.map { b in a == 7 && b == 8 ? "null" : "\(unit * Double(b >= a ? b - a : 2 * (a - b)))" }.joined(
                separator: ",") + "]"
          }.joined(separator: ",")
        }
        let snaps = sources.map { #"{"distance":\#($0 == 9 ? 5000.0 : 3.5),"location":[8,49]}"# }.joined(separator: ",")
        return .init(
          type: "application/json",
          text: #"{"code":"Ok","durations":[\#(rows(10.2))],"distances":[\#(rows(100))],"sources":[\#(snaps)]}"#)
      }
      let legs = zip(numbers, numbers.dropFirst()).map { a, b in
        // Two steps that share a vertex, as OSRM's steps do, and the last of no length.
        let (x, y) = (8 + Double(a) / 1000, 8 + Double(b) / 1000)
        return #"{"steps":[{"geometry":{"type":"LineString","coordinates":[[\#(x),49],[\#((x + y) / 2),49.001]]}},"#
          + #"{"geometry":{"type":"LineString","coordinates":[[\#((x + y) / 2),49.001],[\#(y),49]]}},"#
          + #"{"geometry":{"type":"LineString","coordinates":[[\#(y),49],[\#(y),49]]}}]}"#
      }
      let isFree = request.parameter("continue_straight") == "false"
      return .init(
        type: "application/json",
        text: #"{"code":"\#(isFree ? "Ok" : "NoRoute")","routes":[{"legs":[\#(legs.joined(separator: ","))]}]}"#)
    }
  }

  @Test func anOsrmTableIsFetchedInBlocksAndRoundedUp() throws {
    let server = try Self.osrm()
    let numbers = Array(0..<130)
    let matrix = try source("osrm=\(server.address)/").matrix(of: numbers.map(place))
    #expect(matrix.obstacles == [9: .notOnNetwork(within: Metres(1000))])
    for a in numbers {
      for b in numbers {
        let cell = a * numbers.count + b
        if (a, b) == (7, 8) || a != b && (a == 9 || b == 9) {
          #expect(matrix.table.seconds[cell] == TravelTable.unreachable)
        } else {
          let steps = b >= a ? b - a : 2 * (a - b)
          #expect(matrix.table.seconds[cell] == Int32((10.2 * Double(steps)).rounded(.up)))
          #expect(matrix.table.metres[cell] == Int32(100 * steps))
        }
      }
    }
  }

  @Test func osrmLegsAreDrawnFromTheirSteps() throws {
    let server = try Self.osrm()
    let source = try source("osrm=\(server.address)")
    let lines = try #require(try source.lines(through: (0..<150).map(place)))
    #expect(lines.count == 149)
    #expect(lines.allSatisfy { $0.count == 3 })
    #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.last == $1.first })
    #expect(source.travel == .router(service: "osrm", address: server.address, profile: "car"))
  }

  @Test func whatTheRouterSaysAgainstARequestIsTold() throws {
    let server = try Self.osrm(largest: 3)
    let error = #expect(throws: TravelFailure.self) { try source("osrm=\(server.address)").matrix(of: [place(1), place(2)]) }
    #expect(error?.description.contains("Too many table coordinates") == true)
    #expect(error?.kind == .routerRefuses)
    let silent = #expect(throws: TravelFailure.self) { try source("osrm=http://127.0.0.1:1").matrix(of: [place(1), place(2)]) }
    #expect(silent?.description.contains("cannot be reached") == true)
    #expect(silent?.kind == .routerUnreachable)
  }

  /// Its target would give a table.
  @Test func aRedirectIsNotFollowed() throws {
    let target = try Self.osrm()
    let server = try LoopbackServer { request, _ in
      .init(
        307, text: #"{"code":"Ok","durations":[[0]],"distances":[[0]]}"#, headers: ["Location": target.address + request.target])
    }
    let error = #expect(throws: TravelFailure.self) { try source("osrm=\(server.address)").matrix(of: [place(1)]) }
    #expect(error?.kind == .routerRedirects)
    #expect(error?.description.contains("answers 307") == true)
    #expect(target.requests.isEmpty)
  }

  @Test func whatIsNoJsonIsNotUnderstood() throws {
    let server = try LoopbackServer { _, _ in .init(type: "text/html", text: "<html>Welcome</html>") }
    let error = #expect(throws: TravelFailure.self) { try source("osrm=\(server.address)").matrix(of: [place(1), place(2)]) }
    #expect(error?.kind == .routerNotUnderstood)
  }

  @Test func anotherAnswerThanOsrmsIsNoTable() throws {
    let server = try LoopbackServer { _, _ in .init(type: "application/json", text: #"{"code":"Ok","durations":[[0]]}"#) }
    let error = #expect(throws: TravelFailure.self) { try source("osrm=\(server.address)").matrix(of: [place(1), place(2)]) }
    #expect(error?.description.contains("not 2 rows") == true)
  }

  @Test(arguments: ["osrm", "osrm=", "graphhopper=http://127.0.0.1", "osrm=ftp://127.0.0.1", "osrm=http://127.0.0.1?a=b"])
  func whatIsNoRouterIsRefused(text: String) {
    #expect(throws: TravelFailure.self) { try TravelRouter(parsing: text) }
  }

  @Test(arguments: ["../table", "car?x", "a b", ""]) func aProfileIsNoPartOfAnAddress(profile: String) {
    #expect(throws: TourRequestError.self) { try source("osrm=http://127.0.0.1:1", profile: profile) }
  }

  @Test func passwordOfARouterIsNotInThePlan() throws {
    let source = try source("osrm=http://user:secret@127.0.0.1:1")
    #expect(!"\(source.travel)".contains("secret"))
  }

  @Test func valhallaAnswersInItsOwnForm() throws {
    let server = try LoopbackServer { request, _ in
      guard let body = request.parameter("json").flatMap({ try? JSONValue(parsing: Array($0.utf8)) }),
        body["costing"]?.text == "auto"
      else { return .init(400, type: "application/json", text: #"{"error":"no costing"}"#) }
      if request.path == "/sources_to_targets" {
        return .init(
          type: "application/json",
          text:
            #"{"sources_to_targets":[[{"time":0,"distance":0.0},{"time":61,"distance":1.2345}],[{"time":null,"distance":null},{"time":0,"distance":0}]]}"#
        )
      }
      // The example of the description of the encoding, with a decimal more.
      return .init(type: "application/json", text: #"{"trip":{"legs":[{"shape":"_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI"}]}}"#)
    }
    let source = try source("valhalla=\(server.address)")
    let table = try source.matrix(of: [place(1), place(2)]).table
    #expect(table.seconds == [0, 61, TravelTable.unreachable, 0])
    #expect(table.metres == [0, 1235, TravelTable.unreachable, 0])
    let lines = try #require(try source.lines(through: [place(1), place(2)]))
    #expect(lines == [[(-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252)].map { Coordinate(longitude: $0.0, latitude: $0.1) }])
  }
}
