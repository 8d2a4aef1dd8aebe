public import LageplanFeatures
import LageplanGeometry

extension TourRequest {
  /// Reads a request and finds everything that is wrong with it at once.
  ///
  /// Throws ``TourRequestError`` with every fault, or with the first 100 and one `tooMany` that says that there are more. What only the data can tell (unknown collections and properties, too many features) is
  /// found by ``TourWork``.
  public init(parsing document: JSONValue, limits: TourLimits = .standard) throws(TourRequestError) {
    var reader = TourRequestReader(limits: limits)
    let request = reader.request(JSONNode(document))
    guard let request, reader.faults.isEmpty else { throw TourRequestError(reader.faults) }
    self = request
  }
}

/// Reads the parts of a request and keeps every fault. Each function answers `nil` where it noted one.
struct TourRequestReader {
  private(set) var faults: [TourRequestFault] = []
  /// More help nobody, and a body of a million mistakes must not become an answer of a million faults.
  private static let mostFaults = 100
  static let mostUnknownMembers = 100
  let limits: TourLimits

  init(limits: TourLimits) { self.limits = limits }

  private static let members = [
    "title", "collections", "filter", "bbox", "polygon", "near", "along", "ids", "due", "priority", "name", "serviceMinutes",
    "setUpMinutes", "windows", "nightOnly", "night", "requires", "independentOf", "people", "load", "mergeMetres", "walk", "day",
    "days", "inspectors", "pins", "preferences", "balance", "profile", "detourFactor", "kmh", "seed", "seconds", "iterations",
    "background", "store",
  ]

  mutating func request(_ root: JSONNode) -> TourRequest? {
    guard isObject(root, with: Self.members) else { return nil }
    let collections = required(root, "collections", "name the collections to visit: [\"playgrounds\"]")
      .flatMap { self.texts($0, atMost: limits.collections) }
    let service = required(
      root, "serviceMinutes", "say how many minutes a visit takes: 20, or {\"property\":\"minutes\",\"default\":20}"
    )
    .flatMap { self.service($0) }
    let day = required(root, "day", "name the day of the tours: \"2026-12-01\"").flatMap { self.day($0) }
    let staff = required(root, "inspectors", "name at least one inspector with id, start, end and shift").flatMap {
      self.staff($0)
    }
    var request = TourRequest(
      collections: collections ?? [], service: service?.told ?? .fixed(0), day: day ?? CalendarDate(daysSince1970: 0),
      inspectors: staff?.inspectors ?? [])
    request.serviceByType = service?.byType ?? [:]
    request.register = staff?.register
    readWork(root, &request)
    readTerms(root, &request)
    readSearch(root, &request)
    if day != nil, staff != nil { readAssignments(root, &request) }
    return faults.isEmpty ? request : nil
  }

  private mutating func readSearch(_ root: JSONNode, _ request: inout TourRequest) {
    request.title = root.optional("title").flatMap { text($0) }
    request.isBackground = root.optional("background").flatMap { boolean($0) } ?? false
    request.isStored = root.optional("store").flatMap { boolean($0) } ?? false
    let seconds = request.isBackground ? limits.backgroundSeconds : limits.seconds
    request.seconds = root.optional("seconds").flatMap { number($0, in: 0.1...seconds) }
    request.iterations = root.optional("iterations").flatMap { whole($0, in: 1...10_000_000) }.map { Int($0) }
    if let seed = root.optional("seed").flatMap({ whole($0, in: 0...Int64.max) }) { request.seed = UInt64(seed) }
    if let balance = root.optional("balance"), isObject(balance, with: ["percent"]) {
      request.balance = required(balance, "percent", "say how many percent more way the balance may cost")
        .flatMap { self.whole($0, in: 0...100) }.map { Int($0) }
    }
    request.travel = travel(root) ?? .standard
    request.detourFactor = root.optional("detourFactor").flatMap { number($0, in: 1...5) } ?? request.detourFactor
    request.kmh = root.optional("kmh").flatMap { number($0, in: 1...130) } ?? request.kmh
  }

  /// `profile` asks for roads; a detour factor or a speed means something only as the crow flies, so whoever names one asks for that.
  private mutating func travel(_ root: JSONNode) -> TourRequest.Travel? {
    let crow = ["detourFactor", "kmh"].compactMap { name in root.optional(name).map { (name, $0) } }
    guard let node = root.optional("profile") else { return crow.isEmpty ? .standard : .geodesic }
    for (name, place) in crow {
      note(
        "conflict", place,
        "leave it out: with a profile the speeds of the roads hold, and \(name) is for travel as the crow flies")
    }
    return text(node).map { .roads(profile: $0) }
  }

  // MARK: Faults

  private var isFull: Bool { faults.count > Self.mostFaults }

  mutating func keep(_ fault: @autoclosure () -> TourRequestFault) {
    if faults.count < Self.mostFaults {
      faults.append(fault())
    } else if !isFull {
      faults.append(
        TourRequestFault(code: "tooMany", path: "$", value: nil, remedy: "there are more faults; mend these first"))
    }
  }

  /// Notes a fault and answers the nothing that stands for the value.
  mutating func note<T>(_ code: String, _ node: JSONNode, _ remedy: String) -> T? {
    note(code, node, remedy)
    return nil
  }

  mutating func note(_ code: String, _ node: JSONNode, _ remedy: String) {
    keep(TourRequestFault(code: code, path: node.path, value: node.value.excerpt(), remedy: remedy))
  }
}
