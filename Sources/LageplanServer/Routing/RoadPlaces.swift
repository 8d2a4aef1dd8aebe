import LageplanGeometry
import LageplanRouting

/// Which profile is meant by a name: its id, or the name that OSRM's and Valhalla's clients know it by.
extension RoadService.Standing {
  private static let aliases = [
    "driving": "car", "auto": "car", "cycling": "bicycle", "bike": "bicycle", "walking": "foot", "pedestrian": "foot",
  ]

  /// `nil` where there is no such profile.
  func profileId(named name: String) -> String? {
    if routers[name] != nil { return name }
    return Self.aliases[name].flatMap { routers[$0] == nil ? nil : $0 }
  }

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

extension LageplanApplication {
  /// Above this size (cells of a table) work about roads takes more than some milliseconds.
  private static var smallWork: Int { 20_000 }

  /// Does small work at once, larger work on a thread of its own, one after the other, so that maps stay quick. `body` is told whether the client
  /// has left.
  func roadWork<T: Sendable>(
    of size: Int, for context: LageplanRequestContext, _ body: @escaping @Sendable (() -> Bool) throws -> T
  ) async throws -> T {
    let departure = Departure.of(context.channel)
    guard size > Self.smallWork else { return try body { departure?.hasLeft ?? false } }
    return try await roadThread.run { try body { departure?.hasLeft ?? false } }
  }

  /// The roads, where a list is to be sorted by them and there are any.
  func roads(of query: RequestQuery) async throws -> RoadService.Standing? {
    query["by"] == nil ? nil : try await roads.standingIfAny()
  }
}
