import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner
import LageplanTours

/// A router elsewhere that stands in for roads of our own: `osrm=https://router.example.org` or `valhalla=…`.
///
/// For those who run a country: its roads need not be imported here.
public struct TravelRouter: Hashable, Sendable {
  public enum Service: String, Hashable, Sendable, CaseIterable {
    case osrm, valhalla
  }

  public var service: Service
  /// Without a slash at its end.
  public var address: String

  /// Reads `SERVICE=URL`. Throws ``/LageplanPlanner/TravelFailure``.
  public init(parsing text: String) throws(TravelFailure) {
    let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
    let services = Service.allCases.map(\.rawValue).joined(separator: " or ")
    guard halves.count == 2, let service = Service(rawValue: halves[0]) else {
      throw TravelFailure("\"\(text)\" names no router: write osrm=URL, with \(services) before the =")
    }
    let lower = halves[1].lowercased()
    guard lower.hasPrefix("http://") || lower.hasPrefix("https://"), !halves[1].contains("?") else {
      throw TravelFailure("\"\(shown(halves[1]))\" is no address of a router: write http:// or https://, without parameters")
    }
    self.service = service
    address = String(halves[1].reversed().drop { $0 == "/" }.reversed())
  }

  /// What one plan may fetch from it, and from nobody else: a router that the operator did not name is not asked.
  public static let standardLimits: FetchLimits = {
    var limits = FetchLimits()
    limits.bytes = 1 << 30
    limits.seconds = 120
    limits.retries = 1
    limits.redirects = 0
    return limits
  }()

  public func sources(limits: FetchLimits = standardLimits) -> TravelSources {
    .router { profile in
      switch service {
      case .osrm: OsrmTravel(router: self, profile: profile, limits: limits)
      case .valhalla: ValhallaTravel(router: self, profile: profile, limits: limits)
      }
    }
  }

  func travel(profile: String) -> TourPlan.Travel {
    .router(service: service.rawValue, address: shown(address), profile: profile)
  }

  /// As far as a place may be from the road on which the router puts it.
  static let reach = Metres(1000)

  /// The document that the router answers; what it says against the request becomes a failure.
  func ask(_ path: String, _ client: HttpClient) throws(TravelFailure) -> JSONValue {
    let answer: HttpAnswer
    let bytes: [UInt8]
    do {
      (answer, bytes) = try client.document(address + path, accepting: "application/json")
    } catch {
      throw TravelFailure("The router gives no travel times: \(error)", kind: Self.kind(of: error))
    }
    guard !(300..<400).contains(answer.status) else {
      let target = answer.headers["location"].map { " to \(excerpt(shown($0)))" } ?? ""
      throw TravelFailure(
        "\(shown(address)) answers \(answer.status), a redirect\(target), and none is followed. Name the router itself after --router.",
        kind: .routerRedirects)
    }
    do { return try JSONValue(parsing: bytes) } catch { throw notUnderstood("the answer is no JSON, \(error)") }
  }

  private static func kind(of error: FetchError) -> TravelFailure.Kind {
    switch error {
    case .libraryMissing, .addressRefused, .unreachable, .cancelled: .routerUnreachable
    case .refused: .routerRefuses
    case .beyondLimit: .routerBeyondLimit
    case .notUnderstood, .layerNeeded, .incomplete: .routerNotUnderstood
    }
  }

  func client(_ limits: FetchLimits) throws(TravelFailure) -> HttpClient {
    do { return try HttpClient(limits: limits) } catch {
      throw TravelFailure("The router cannot be asked: \(error)", kind: Self.kind(of: error))
    }
  }

  func notUnderstood(_ what: String) -> TravelFailure {
    TravelFailure(
      "\(shown(address)) does not answer as \(service.rawValue) does: \(what). Check the address after --router.",
      kind: .routerNotUnderstood)
  }
}

/// A table that is asked for in square blocks, as routers allow only so many places at once.
struct BlockwiseTable {
  private let count: Int
  private(set) var seconds: [Int32]
  private(set) var metres: [Int32]
  var obstacles: [Int: TravelObstacle] = [:]

  init(count: Int) {
    self.count = count
    seconds = [Int32](repeating: TravelTable.unreachable, count: count * count)
    metres = seconds
  }

  /// Pairs of ranges that cover the table, each range with at most `side` places.
  static func blocks(_ count: Int, side: Int) -> [(from: Range<Int>, to: Range<Int>)] {
    let ranges = stride(from: 0, to: count, by: side).map { $0..<min($0 + side, count) }
    return ranges.flatMap { from in ranges.map { (from, $0) } }
  }

  /// Rounded up; what is missing or beyond all measure stays unreachable.
  mutating func set(_ from: Int, _ to: Int, seconds time: Double?, metres length: Double?) {
    guard let time, let length, (0...Double(TravelTable.longest)).contains(time),
      (0...Double(TravelTable.longest)).contains(length)
    else { return }
    seconds[from * count + to] = Int32(time.rounded(.up))
    metres[from * count + to] = Int32(length.rounded(.up))
  }

  /// Nobody comes to a place that is not on the network, nor leaves it, but who is there is there.
  func matrix() throws(TravelFailure) -> TravelMatrix {
    var (seconds, metres) = (seconds, metres)
    for place in obstacles.keys {
      for other in 0..<count {
        for cell in [place * count + other, other * count + place] {
          seconds[cell] = TravelTable.unreachable
          metres[cell] = TravelTable.unreachable
        }
      }
    }
    for place in 0..<count {
      seconds[place * count + place] = 0
      metres[place * count + place] = 0
    }
    do {
      return TravelMatrix(
        table: try TravelTable(locationCount: count, seconds: seconds, metres: metres), obstacles: obstacles)
    } catch {
      throw TravelFailure("The travel times are not valid: \(error)", kind: .routerNotUnderstood)
    }
  }
}
