import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import Synchronization
import TestSupport
import Testing

/// Berlin's districts (WFS 2.0, GML 3.2), served again by a service on this machine that hands them out as it likes.
@Suite(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
struct WfsSourceTests {
  static let file = SharedData.file("cities/berlin/alkis_bezirke_bezirksgrenzen.gml")

  private func replay() throws -> WfsReplay {
    var replay = try WfsReplay(file: Self.file, layer: "alkis_bezirke:bezirksgrenzen", system: "urn:ogc:def:crs:EPSG::25833")
    replay.types = [
      ("name", "xsd:string"), ("namgem", "xsd:string"), ("lan", "xsd:string"), ("geom", "gml:MultiSurfacePropertyType"),
    ]
    return replay
  }

  private func deliver(
    _ server: LoopbackServer, configure: (inout SourceRequest, inout FetchLimits) -> Void = { _, _ in }
  ) throws -> Deliver {
    var request = SourceRequest(kind: .wfs, address: server.address + "/wfs?map=berlin")
    var limits = FetchLimits()
    limits.pauseMilliseconds = 1
    configure(&request, &limits)
    let source = try #require(try request.fetch(limits: limits, town: TownTime()).source)
    return try Deliver(sources: [source])
  }

  private func serve(_ replay: WfsReplay) throws -> LoopbackServer { try LoopbackServer { request, _ in replay.answer(request) } }

  @Test func pagesMakeUpTheFileThatTheyWereCutFrom() throws {
    let whole = try Deliver("berlin/alkis_bezirke_bezirksgrenzen.gml")
    for size in [1, 5, 12, 100] {
      let server = try serve(try replay())
      let run = try deliver(server) { request, _ in request.pageSize = size }
      #expect(run.features.count == 12)
      #expect(run.features.map(\.id) == whole.features.map(\.id))
      #expect(run.features.map(\.geometry) == whole.features.map(\.geometry))
      #expect(run.values(of: "namgem") == whole.values(of: "namgem"))
      #expect(run.delivery.crs == .utm33)
      #expect(server.requests.filter { $0.parameter("request") == "GetFeature" }.count == (12 + size - 1) / size)
    }
  }

  @Test func parametersOfTheAddressAreKept() throws {
    let server = try serve(try replay())
    _ = try deliver(server)
    #expect(server.requests.allSatisfy { $0.parameter("map") == "berlin" && $0.parameter("service") == "WFS" })
    #expect(server.requests.filter { $0.parameter("service") == "WFS" }.count == server.requests.count)
  }

  @Test func serviceThatHandsOutFewerThanAskedIsReadToItsEnd() throws {
    var replay = try replay()
    replay.largestPage = 7
    #expect(try deliver(try serve(replay)).features.count == 12)
  }

  @Test func serviceThatDoesNotKnowHowManyItHasIsReadToItsEnd() throws {
    var replay = try replay()
    replay.knowsNumber = false
    for size in [4, 5, 12] {
      #expect(try deliver(try serve(replay)) { request, _ in request.pageSize = size }.features.count == 12)
    }
  }

  @Test func typesAreThoseThatTheServiceDescribes() throws {
    var replay = try replay()
    var bare = replay
    bare.types = []
    let inferred = try deliver(try serve(bare))
    #expect(inferred.delivery.schema["lan"]?.kind == .integer)
    #expect(try deliver(try serve(replay)).delivery.schema["lan"]?.kind == .text)
    replay.types = [("lan", "xsd:double")]
    #expect(try deliver(try serve(replay)).delivery.schema["lan"]?.kind == .real)
  }

  @Test func dayWithAZoneIsTheDay() throws {
    var replay = try replay()
    replay.types = [("stand", "xsd:date")]
    let server = try LoopbackServer { [replay] request, _ in
      var answer = replay.answer(request)
      let text = String(decoding: answer.body, as: UTF8.self).replacingOccurrences(
        of: "</alkis_bezirke:bezirksgrenzen>",
        with: "<alkis_bezirke:stand>2025-09-29+02:00</alkis_bezirke:stand></alkis_bezirke:bezirksgrenzen>")
      answer.body = Array(text.utf8)
      return answer
    }
    let run = try deliver(server)
    #expect(run.values(of: "stand") == Array(repeating: .date(try #require(CalendarDate(iso: "2025-09-29"))), count: 12))
  }

  @Test func serviceThatIgnoresTheStartIsNotFollowedForEver() throws {
    var replay = try replay()
    replay.followsStartIndex = false
    let server = try serve(replay)
    let error = #expect(throws: FetchError.self) { try deliver(server) { request, _ in request.pageSize = 5 } }
    #expect(error.map { "\($0)" }?.contains("startIndex") == true)
    #expect(server.requests.count < 10)
  }

  @Test func fewerFeaturesThanPromisedAreNoDelivery() throws {
    var replay = try replay()
    replay.numberMatched = 20
    let error = #expect(throws: FetchError.self) { try deliver(try serve(replay)) { request, _ in request.pageSize = 6 } }
    #expect(error.map { "\($0)" }?.contains("has 20 features and hands out only 12") == true)
  }

  @Test func pagesThatOverlapAreNoDelivery() throws {
    let replay = try replay()
    // Between two pages a feature was inserted before the others: each moves by one place.
    let server = try LoopbackServer { request, _ in
      var shifted = request
      if let start = request.parameter("startIndex"), start != "0", request.parameter("request") == "GetFeature" {
        shifted.target = request.target.replacingOccurrences(
          of: "startIndex=\(start)", with: "startIndex=\((Int(start) ?? 0) - 1)")
      }
      return replay.answer(shifted)
    }
    let error = #expect(throws: ExchangeError.self) { try deliver(server) { request, _ in request.pageSize = 6 } }
    #expect(error.map { "\($0)" }?.contains("came twice") == true)
  }

  @Test func exceptionOfTheServiceIsTold() throws {
    let server = try LoopbackServer { request, _ in
      .init(
        type: "application/xml",
        text: """
          <ExceptionReport xmlns="http://www.opengis.net/ows/1.1"><Exception exceptionCode="NoApplicableCode">
          <ExceptionText>Cannot do natural order without a primary key.</ExceptionText></Exception></ExceptionReport>
          """)
    }
    let error = #expect(throws: FetchError.self) { try deliver(server) }
    #expect(error.map { "\($0)" }?.contains("Cannot do natural order without a primary key") == true)
  }

  @Test func layerMustBeOneThatTheServiceHas() throws {
    let server = try serve(try replay())
    let error = #expect(throws: FetchError.self) { try deliver(server) { request, _ in request.layer = "baeume" } }
    #expect(error.map { "\($0)" }?.contains("alkis_bezirke:bezirksgrenzen") == true)
    #expect(try deliver(server) { request, _ in request.layer = "bezirksgrenzen" }.features.count == 12)
  }

  @Test func passingFailuresAreTriedAgainAndLastingOnesAreTold() throws {
    let replay = try replay()
    let failures = Mutex(2)
    let server = try LoopbackServer { request, _ in
      let fails = failures.withLock { left in
        defer { left -= 1 }
        return left > 0
      }
      return fails ? .init(503, text: "busy") : replay.answer(request)
    }
    #expect(try deliver(server).features.count == 12)
    let broken = try LoopbackServer { _, _ in .init(503, text: "The database is being restored.") }
    let error = #expect(throws: FetchError.self) { try deliver(broken) }
    #expect(error.map { "\($0)" }?.contains("answers 503: The database is being restored") == true)
    #expect(broken.requests.count == 3)
  }

  @Test func answerThatBreaksOffIsNoDelivery() throws {
    let replay = try replay()
    let server = try LoopbackServer { request, _ in
      var answer = replay.answer(request)
      if request.parameter("request") == "GetFeature" { answer.breaksOffAfter = 10_000 }
      return answer
    }
    #expect(throws: FetchError.self) { try deliver(server) { _, limits in limits.retries = 0 } }
  }

  @Test func limitsHold() throws {
    let server = try serve(try replay())
    let tooLarge = #expect(throws: FetchError.self) { try deliver(server) { _, limits in limits.bytes = 100_000 } }
    #expect(tooLarge.map { "\($0)" }?.contains("100000 bytes") == true)
    #expect(throws: FetchError.self) { try deliver(server) { _, limits in limits.seconds = 0 } }
    #expect(throws: FetchError.self) {
      try deliver(server) { request, limits in
        request.pageSize = 1
        limits.pages = 3
      }
    }
  }

  @Test func wfs1HandsOutEverythingAtOnce() throws {
    let replay = try replay()
    let server = try LoopbackServer { request, _ in
      var answer = replay.answer(request)
      let text = String(decoding: answer.body, as: UTF8.self).replacingOccurrences(
        of: #"version="2.0.0""#, with: #"version="1.1.0""#
      )
      .replacingOccurrences(of: #"numberMatched="12" numberReturned="12""#, with: #"numberOfFeatures="12""#)
      answer.body = Array(text.utf8)
      return answer
    }
    #expect(try deliver(server).features.count == 12)
    let questions = server.requests.filter { $0.parameter("request") == "GetFeature" }
    #expect(questions.allSatisfy { $0.parameter("startIndex") == nil && $0.parameter("typeName") != nil })
  }

  @Test func systemIsAskedForByTheServicesOwnName() throws {
    let server = try serve(try replay())
    _ = try deliver(server) { request, _ in request.crs = .epsg(25833) }
    let question = server.requests.first { $0.parameter("request") == "GetFeature" }
    #expect(question?.parameter("srsName") == "urn:ogc:def:crs:EPSG::25833")
    let error = #expect(throws: FetchError.self) { try deliver(server) { request, _ in request.crs = .epsg(31468) } }
    #expect(error.map { "\($0)" }?.contains("urn:ogc:def:crs:EPSG::4258") == true)
  }
}
