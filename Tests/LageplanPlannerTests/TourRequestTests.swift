import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import Testing

struct TourRequestTests {
  private static let inspector = #"{"id":"A","start":[10.78,52.42],"end":[10.79,52.43],"shift":["07:00","15:30"]}"#

  private func parse(_ members: String, inspectors: String = inspector) throws -> TourRequest {
    try TourRequest(
      parsing: JSONValue(
        parsing: #"{"collections":["playgrounds"],"day":"2026-12-01","inspectors":[\#(inspectors)],\#(members)}"#))
  }

  private func faults(_ text: String) throws -> [TourRequestFault] {
    let document = try JSONValue(parsing: text)
    let error = #expect(throws: TourRequestError.self) { try TourRequest(parsing: document) }
    return error?.faults ?? []
  }

  @Test func plainRequestIsRead() throws {
    let request = try parse(#""serviceMinutes":20"#)
    #expect(request.collections == ["playgrounds"])
    #expect(request.selection == .all)
    #expect(request.service == .fixed(1200))
    #expect(request.day.iso == "2026-12-01")
    #expect(
      request.inspectors == [
        TourRequest.Inspector(
          id: "A", start: Coordinate(longitude: 10.78, latitude: 52.42), end: Coordinate(longitude: 10.79, latitude: 52.43),
          shiftStart: 25_200, shiftEnd: 55_800)
      ])
    #expect(request.detourFactor == 1.3)
    #expect(request.kmh == 30)
  }

  @Test func idsOfInspectorsHoldNoControlCharacters() throws {
    for id in [#"A\nB"#, #"A\u0000"#, #"\rA"#, #"A\u0085"#] {
      let inspector = Self.inspector.replacing("\"A\"", with: "\"\(id)\"")
      let found = try faults(
        #"{"collections":["p"],"day":"2026-12-01","serviceMinutes":20,"inspectors":[\#(inspector)]}"#)
      #expect(found.map { "\($0.code) \($0.path)" } == ["outOfRange $.inspectors[0].id"])
    }
  }

  @Test func faultsAreBounded() throws {
    // Each of 100 inspectors lacks four members.
    let inspectors = Array(repeating: "{}", count: 100).joined(separator: ",")
    let many = try faults(#"{"collections":["p"],"day":"2026-12-01","serviceMinutes":20,"inspectors":[\#(inspectors)]}"#)
    #expect(many.count == 101)
    #expect(many.last?.code == "tooMany")
    #expect(many.last?.remedy == "there are more faults; mend these first")
    let unknown = (0..<5000).map { "\"x\($0)\":0" }.joined(separator: ",")
    let refused = try faults("{\(unknown)}")
    #expect(refused.map(\.code) == ["tooMany"])
    #expect(refused.first?.remedy.contains("5000 members") == true)
  }

  @Test func everySelectionIsRead() throws {
    let service = #""serviceMinutes":{"property":"minutes","default":0.5}"#
    #expect(try parse(service).service == .property("minutes", fallback: 30))
    let filter = try parse(#"\#(service),"filter":{"district":"Nord","open":true,"level":3,"closed":null}"#)
    #expect(
      filter.filter
        == .equalities([
          .init(property: "district", value: "Nord"), .init(property: "open", value: "true"),
          .init(property: "level", value: "3"),
          .init(property: "closed", value: nil),
        ]))
    #expect(
      try parse(#"\#(service),"bbox":[10,52,11,53]"#).selection == .bbox(Envelope(minX: 10, minY: 52, maxX: 11, maxY: 53)))
    #expect(
      try parse(#"\#(service),"near":{"lon":10,"lat":52,"radius":500}"#).selection
        == .near(Coordinate(longitude: 10, latitude: 52), radius: Metres(500)))
    let polygon = try parse(#"\#(service),"polygon":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#)
    guard case .polygon(let geometry) = polygon.selection else {
      Issue.record("no polygon")
      return
    }
    #expect(geometry.coordinates.count == 4)
  }

  @Test func allFaultsAreToldAtOnce() throws {
    let found = try faults(
      #"""
      {"collections":[], "filter":{"a":[1]}, "bbox":[1,2,3], "serviceMinutes":-1, "day":"2026-02-30", "colour":"red",
       "inspectors":[{"id":"A","start":[10,95],"end":[10],"shift":["15:00","07:00"]},{"id":"A","start":[1,1],"end":[1,1],"shift":["7","25:00"]}]}
      """#)
    #expect(
      Set(found.map { "\($0.code) \($0.path)" }) == [
        "missing $.collections", "missing $.bbox", "wrongType $.filter.a", "outOfRange $.serviceMinutes", "outOfRange $.day",
        "unknownMember $.colour", "outOfRange $.inspectors[0].start[1]", "missing $.inspectors[0].end",
        "outOfRange $.inspectors[1].shift[0]", "outOfRange $.inspectors[1].shift[1]",
      ])
    #expect(found.allSatisfy { !$0.remedy.isEmpty })
    #expect(found.first { $0.path == "$.day" }?.value == "\"2026-02-30\"")
  }

  @Test func missingMembersAreNamed() throws {
    #expect(
      try faults("{}").map { "\($0.code) \($0.path)" } == [
        "missing $.collections", "missing $.serviceMinutes", "missing $.day", "missing $.inspectors",
      ])
    #expect(try faults("[]").map(\.code) == ["wrongType"])
  }

  @Test func inspectorNamedTwiceIsAFault() throws {
    let error = #expect(throws: TourRequestError.self) {
      try parse(#""serviceMinutes":20"#, inspectors: "\(Self.inspector),\(Self.inspector)")
    }
    #expect(error?.faults.map(\.path) == ["$.inspectors[1].id"])
  }

  @Test func unclosedRingIsAFaultInThePolygon() throws {
    let error = #expect(throws: TourRequestError.self) {
      try parse(#""serviceMinutes":20,"polygon":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,2]]]}"#)
    }
    #expect(error?.faults.map(\.code) == ["geometry"])
    #expect(error?.faults.first?.path.hasPrefix("$.polygon") == true)
  }
}
