import LageplanFeatures
import LageplanGeometry
import LageplanPlanner

/// Travel as an OSRM server tells it (https://project-osrm.org/docs/, v1): tables in blocks, lines leg by leg.
struct OsrmTravel: TravelSource {
  let router: TravelRouter
  let profile: String
  let limits: FetchLimits

  /// A server as it comes allows tables of 100 by 100 places.
  private static let largestSide = 100
  /// A server as it comes allows 500 places on a route; the address of the request should not become too long.
  private static let mostPlaces = 100

  var travel: TourPlan.Travel { router.travel(profile: profile) }

  /// What a request of OSRM calls our profiles; others have the name that the server gives them.
  private var name: String { ["car": "driving", "bicycle": "cycling", "foot": "walking"][profile] ?? profile }

  func matrix(of places: [Coordinate]) throws(TravelFailure) -> TravelMatrix {
    let client = try router.client(limits)
    var table = BlockwiseTable(count: places.count)
    for (from, to) in BlockwiseTable.blocks(places.count, side: Self.largestSide) {
      let asked = from == to ? Array(from) : Array(from) + Array(to)
      var path = "/table/v1/\(name)/\(Self.text(asked.map { places[$0] }))?annotations=duration,distance"
      if from != to {
        path += "&sources=\(Self.indices(0..<from.count))&destinations=\(Self.indices(from.count..<asked.count))"
      }
      let answer = try document(path, client)
      guard let durations = answer["durations"]?.array, let distances = answer["distances"]?.array,
        durations.count == from.count, distances.count == from.count
      else { throw router.notUnderstood("the table has not \(from.count) rows of durations and distances") }
      for (row, start) in from.enumerated() {
        guard let times = durations[row].array, let lengths = distances[row].array, times.count == to.count,
          lengths.count == to.count
        else { throw router.notUnderstood("row \(row) of the table has not \(to.count) cells") }
        for (column, end) in to.enumerated() {
          table.set(start, end, seconds: times[column].number, metres: lengths[column].number)
        }
        // A server puts every place on some road, however far it is.
        if let snapped = answer["sources"]?[row]?["distance"]?.number, snapped > TravelRouter.reach.value {
          table.obstacles[start] = .notOnNetwork(within: TravelRouter.reach)
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
      // Turning back at a stop is allowed, or the legs would be longer than the table says.
      let answer = try document(
        "/route/v1/\(name)/\(Self.text(Array(part)))?overview=false&steps=true&geometries=geojson&continue_straight=false", client
      )
      guard let legs = answer["routes"]?[0]?["legs"]?.array, legs.count == part.count - 1 else {
        throw router.notUnderstood("the route has not \(part.count - 1) legs")
      }
      for leg in legs {
        var line: [Coordinate] = []
        for step in leg["steps"]?.array ?? [] {
          for position in step["geometry"]?["coordinates"]?.array ?? [] {
            guard let longitude = position[0]?.number, let latitude = position[1]?.number else {
              throw router.notUnderstood("a step's geometry has a position without numbers")
            }
            let place = Coordinate(longitude: longitude, latitude: latitude)
            if place != line.last { line.append(place) }
          }
        }
        lines.append(line)
      }
    }
    return lines
  }

  private func document(_ path: String, _ client: HttpClient) throws(TravelFailure) -> JSONValue {
    let answer = try router.ask(path, client)
    let code = answer["code"]?.text ?? "no code"
    guard code == "Ok" else {
      throw router.notUnderstood(excerpt("\(code)\(answer["message"]?.text.map { ", \($0)" } ?? "")"))
    }
    return answer
  }

  private static func text(_ places: [Coordinate]) -> String {
    places.map { "\(Degrees.text($0.x)),\(Degrees.text($0.y))" }.joined(separator: ";")
  }

  private static func indices(_ range: Range<Int>) -> String { range.map(String.init).joined(separator: ";") }
}

/// Degrees with six decimals, a decimetre: what routers take.
enum Degrees {
  static func text(_ value: Double) -> String {
    var json = JSONWriter()
    json.fixed(value, decimals: 6)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
