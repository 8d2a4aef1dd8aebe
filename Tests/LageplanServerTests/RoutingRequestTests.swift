import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanServer

/// Requests of OSRM's form, and the order of trips.
@Suite struct RoutingRequestTests {
  private func request(_ coordinates: String, _ query: String = "", most: Int = 100) throws -> OsrmRequest {
    try OsrmRequest(
      coordinates: coordinates, query: try RequestQuery(query), known: ["steps", "sources", "annotations"], most: most)
  }

  @Test func pairsPolylinesAndBodiesNameTheSamePlaces() throws {
    let pairs = try request("13.38886,52.51704;13.39763,52.52941;13.42855,52.52322").places.map(\.coordinate)
    let line = try request("polyline(ofp_Ik_vpAilAyu@te@g`E)").places.map(\.coordinate)
    let body = try OsrmRequest(
      body: try JSONValue(parsing: Array(#"{"coordinates":[[13.38886,52.51704],[13.39763,52.52941],[13.42855,52.52322]]}"#.utf8)),
      known: [], most: 10
    ).places.map(\.coordinate)
    #expect(pairs == line)
    #expect(pairs == body)
    #expect(try request("13.38886,52.51704.json").places.count == 1)
  }

  @Test func optionsOfABodyMeanWhatTheyMeanInTheAddress() throws {
    let address = try request(
      "9,48;9.1,48.1;9.2,48.2",
      "bearings=0,20;;180,30&radiuses=unlimited;5.5;&approaches=;curb;&sources=0;2&annotations=duration,distance")
    let body = try OsrmRequest(
      body: try JSONValue(
        parsing: Array(
          """
          {"coordinates": [[9, 48], [9.1, 48.1], [9.2, 48.2]], "bearings": [[0, 20], null, [180, 30]], "radiuses": ["unlimited", 5.5, null],
           "approaches": [null, "curb", null], "sources": [0, 2], "annotations": ["duration", "distance"]}
          """.utf8)), known: ["sources", "annotations"], most: 10)
    for request in [address, body] {
      #expect(request.places.map { $0.bearing?.value } == [0, nil, 180])
      #expect(request.places.map { $0.bearing?.range } == [20, nil, 30])
      #expect(request.places.map(\.radius) == [nil, Metres(5.5), nil])
      #expect(request.places.map(\.approach) == [.unrestricted, .curb, .unrestricted])
      #expect(try request.options.indices("sources", count: 3) == [0, 2])
      #expect(request.options["annotations"] == "duration,distance")
    }
  }

  @Test(arguments: [
    ("9;48", "", "InvalidQuery"), ("9,48;", "", "InvalidQuery"), ("200,48;9,48", "", "InvalidValue"),
    ("9,48;9,48", "bearings=0,20", "InvalidOptions"), ("9,48", "bearings=400,20", "InvalidQuery"),
    ("9,48", "radiuses=-1", "InvalidOptions"), ("9,48", "radiuses=1e19", "InvalidOptions"),
    ("9,48", "radiuses=100001", "InvalidOptions"), ("9,48", "radiuses=inf", "InvalidOptions"),
    ("9,48", "radiuses=nan", "InvalidQuery"),
    ("9,48", "approaches=left", "InvalidQuery"),
    ("9,48", "exclude=motorway", "InvalidValue"), ("9,48", "snapping=some", "InvalidQuery"),
    ("9,48", "hints=%00", "InvalidValue"),
    ("9,48", "skip_waypoints=1", "InvalidQuery"), ("9,48", "format=flatbuffers", "InvalidOptions"),
    ("9,48.flatbuffers", "", "InvalidOptions"), ("9,48", "step=true", "InvalidQuery"), ("polyline(~)", "", "InvalidQuery"),
    ("9,48;9,48;9,48;9,48", "", "TooBig"),
  ])
  func whatIsMalformedIsRefusedWithOsrmsCode(coordinates: String, query: String, code: String) throws {
    let fault = #expect(throws: OsrmFault.self) { try self.request(coordinates, query, most: 3) }
    #expect(fault?.code.rawValue == code)
    #expect(fault?.message.isEmpty == false)
  }

  // MARK: Trips

  /// The cost of an order that returns to its begin, or not.
  private func cost(_ order: [Int], _ durations: [Int32], _ count: Int, round: Bool) -> Int {
    var sum = zip(order, order.dropFirst()).reduce(0) { $0 + Int(durations[$1.0 * count + $1.1]) }
    if round, let first = order.first, let last = order.last { sum += Int(durations[last * count + first]) }
    return sum
  }

  private func orders(_ places: [Int]) -> [[Int]] {
    places.isEmpty ? [[]] : places.flatMap { first in orders(places.filter { $0 != first }).map { [first] + $0 } }
  }

  /// All orders are tried: 720 of six places.
  @Test(arguments: Seed.hundred.prefix(4))
  func tripsAreAsShortAsTheShortestOfAllOrders(seed: Seed) throws {
    var random = seed
    let count = 6
    let durations = (0..<count * count).map { Int32($0 % (count + 1) == 0 ? 0 : Int.random(in: 10...500, using: &random)) }
    for isRound in [true, false] {
      for first in [true, false] {
        for last in [true, false] {
          let order = try TripOrder.order(
            of: count, durations: durations, ends: TripOrder.Ends(isRound: isRound, startsAtFirst: first, endsAtLast: last))
          #expect(order.sorted() == Array(0..<count))
          if first { #expect(order.first == 0) }
          if last { #expect(order.last == count - 1) }
          let best = orders(Array(0..<count)).filter { (!first || $0.first == 0) && (!last || $0.last == count - 1) }
            .map { cost($0, durations, count, round: isRound) }.min()
          #expect(cost(order, durations, count, round: isRound) == best)
        }
      }
    }
  }
}
