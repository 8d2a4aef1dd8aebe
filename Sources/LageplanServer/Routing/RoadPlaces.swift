import LageplanGeometry
import LageplanRouting

/// Which profile is meant by a name: its id, or the name that OSRM's and Valhalla's clients know it by.
struct RoadProfileNames: Sendable {
  /// The ids of the profiles that are there.
  let ids: [String]

  private static let aliases = [
    "driving": "car", "auto": "car", "cycling": "bicycle", "bike": "bicycle", "walking": "foot", "pedestrian": "foot",
  ]

  init(_ ids: [String]) { self.ids = ids }

  /// `nil` where there is no such profile.
  func id(named name: String) -> String? {
    if ids.contains(name) { return name }
    return Self.aliases[name].flatMap { ids.contains($0) ? $0 : nil }
  }

  /// Whether everybody knows what travels under this name, be it routed here or not.
  static func isUsual(_ name: String) -> Bool { aliases[name] != nil || aliases.values.contains(name) }
}

extension RoadService.Standing {
  /// `nil` where there is no such profile.
  func profileId(named name: String) -> String? { RoadProfileNames(roads.profiles.map(\.id)).id(named: name) }

  /// `nil` where there is no such profile.
  func router(named name: String) -> RoadRouter? { profileId(named: name).flatMap { routers[$0] } }

  /// The ids of the profiles, for messages.
  var profileNames: String { roads.profiles.map(\.id).joined(separator: ", ") }

  /// The router that a parameter of our own resources names; car where it is absent. Throws 400 where there is no such profile.
  func router(of query: RequestQuery, parameter: String = "profile") throws(Problem) -> RoadRouter {
    let name = query[parameter] ?? "car"
    guard let router = router(named: name) else {
      throw Problem.badParameter(parameter, value: name, "There is no such profile. There are: \(profileNames).")
    }
    return router
  }

  /// What sorts features by the way from a place.
  func ranking(by query: RequestQuery, parameter: String, around place: Coordinate, candidates: Int) throws(Problem)
    -> RoadRanking
  {
    let router = try router(of: query, parameter: parameter)
    let id = profileId(named: query[parameter] ?? "car") ?? ""
    return RoadRanking(router: router, fastest: fastest[id] ?? .infinity, place: place, mostCandidates: candidates)
  }
}

/// How large work about roads is, in cells of a table: about 20 ns each.
enum RoadWork {
  /// Above this size work takes more than some milliseconds.
  static let small = 20_000

  /// For each place a road is looked for, and maybe for several.
  static func snaps(of places: Int) -> Int { places * 100 }

  static func table(of cells: Int, places: Int) -> Int { max(cells, snaps(of: places)) }

  /// Each leg is searched for by itself, and drawn and described in full.
  static func route(through places: Int) -> Int { places * 1_000 }
}

extension LageplanApplication {
  /// Does small work at once, larger work on a thread of its own, one after the other, so that maps stay quick. `body` is told whether the client
  /// has left; for one who leaves before the work begins it is not begun.
  func roadWork<T: Sendable>(
    of size: Int, for context: LageplanRequestContext, _ body: @escaping @Sendable (() -> Bool) throws -> T
  ) async throws -> T {
    let departure = Departure.of(context.channel)
    guard size > RoadWork.small else { return try body { departure?.hasLeft ?? false } }
    return try await roadThread.run {
      if departure?.hasLeft == true { throw CancellationError() }
      return try body { departure?.hasLeft ?? false }
    }
  }

  /// The roads, where a list is to be sorted by them and there are any.
  func roads(of query: RequestQuery) async throws -> RoadService.Standing? {
    query["by"] == nil ? nil : try await roads.standingIfAny()
  }
}
