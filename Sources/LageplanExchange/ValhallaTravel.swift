import LageplanFeatures
import LageplanGeometry
import LageplanPlanner

/// Travel as a Valhalla server tells it (https://valhalla.github.io/valhalla/api/): its matrix in blocks, its route leg by leg.
struct ValhallaTravel: TravelSource {
  let router: TravelRouter
  let profile: String
  let limits: FetchLimits

  /// A server as it comes allows matrices of 50 places on both sides together, and 20 on a route.
  private static let largestSide = 25
  private static let mostPlaces = 20

  var travel: TourPlan.Travel { router.travel(profile: profile) }

  private var costing: String { ["car": "auto", "foot": "pedestrian"][profile] ?? profile }

  func matrix(of places: [Coordinate]) throws(TravelFailure) -> TravelMatrix {
    let client = try router.client(limits)
    var table = BlockwiseTable(count: places.count)
    for (from, to) in BlockwiseTable.blocks(places.count, side: Self.largestSide) {
      let request = JSONValue.object([
        ("sources", locations(places[from])), ("targets", locations(places[to])), ("costing", .text(costing)),
      ])
      let answer = try document("/sources_to_targets", request, client)
      guard let rows = answer["sources_to_targets"]?.array, rows.count == from.count else {
        throw router.notUnderstood("the matrix has not \(from.count) rows")
      }
      for (row, start) in zip(rows, from) {
        guard let cells = row.array, cells.count == to.count else {
          throw router.notUnderstood("a row of the matrix has not \(to.count) cells")
        }
        for (cell, end) in zip(cells, to) {
          table.set(start, end, seconds: cell["time"]?.number, metres: cell["distance"]?.number.map { $0 * 1000 })
        }
      }
    }
    return try table.matrix()
  }

  func lines(through places: [Coordinate]) throws(TravelFailure) -> [[Coordinate]]? {
    let client = try router.client(limits)
    var lines: [[Coordinate]] = []
    for start in stride(from: 0, to: places.count - 1, by: Self.mostPlaces - 1) {
      let part = places[start..<min(start + Self.mostPlaces, places.count)]
      let request = JSONValue.object([
        ("locations", locations(part)), ("costing", .text(costing)), ("units", .text("kilometers")),
      ])
      guard let legs = try document("/route", request, client)["trip"]?["legs"]?.array, legs.count == part.count - 1 else {
        throw router.notUnderstood("the trip has not \(part.count - 1) legs")
      }
      for leg in legs {
        guard let line = leg["shape"]?.text.flatMap({ Self.line(polyline6: $0) }) else {
          throw router.notUnderstood("a leg has no shape in polyline6")
        }
        lines.append(line)
      }
    }
    return lines
  }

  /// A line in Google's encoding (https://developers.google.com/maps/documentation/utilities/polylinealgorithm) with six decimals;
  /// `nil`: the text is none.
  static func line(polyline6 text: String) -> [Coordinate]? {
    var numbers: [Int] = []
    var (value, shift) = (0, 0)
    for byte in text.utf8 {
      guard (63...126).contains(byte), shift < 40 else { return nil }
      let bits = Int(byte) - 63
      value |= (bits & 31) << shift
      shift += 5
      if bits < 32 {
        let previous = numbers.count > 1 ? numbers[numbers.count - 2] : 0
        numbers.append(previous &+ (value & 1 == 1 ? ~(value >> 1) : value >> 1))
        (value, shift) = (0, 0)
      }
    }
    guard shift == 0, numbers.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: numbers.count, by: 2).map {
      Coordinate(longitude: Double(numbers[$0 + 1]) / 1e6, latitude: Double(numbers[$0]) / 1e6)
    }
  }

  private func document(_ path: String, _ request: JSONValue, _ client: HttpClient) throws(TravelFailure) -> JSONValue {
    try router.ask(ServiceAddress(path).with("json", request.json).text, client)
  }

  /// Stops are places to turn back at, so that legs are as long as the matrix says.
  private func locations(_ places: ArraySlice<Coordinate>) -> JSONValue {
    .array(
      places.map {
        .object([
          ("lat", .real($0.y)), ("lon", .real($0.x)), ("type", .text("break")),
          ("search_cutoff", .real(TravelRouter.reach.value)),
        ])
      })
  }
}
