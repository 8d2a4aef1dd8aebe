import Foundation
import LageplanExchange
public import LageplanFeatures
public import LageplanPlanner
import LageplanRouting
public import LageplanStore

/// The travel sources of a database: the roads that were imported beside it, under the closures that hold.
public enum TourRoads {
  /// For a program that makes one plan; a service holds its roads ready.
  ///
  /// Throws what the file of the roads or the store throws; closures that cannot be understood are told to `noting`.
  public static func sources(of store: Store, time: TownTime, noting: (String) -> Void) throws -> TravelSources {
    let path = Roads.path(besides: store.path)
    guard FileManager.default.fileExists(atPath: path) else { return .geodesic }
    let roads = try Roads(mapping: path)
    let book = try store.readSync { reader in
      try ClosureBook(
        RoadService.closures, profiles: RoadProfileNames(roads.profiles.map(\.id)), from: reader, town: time)
    }
    for fault in book.faults { noting("The closure \(fault.id) cannot be followed: \(fault.reason)") }
    let closures = book.active(at: .now).map(\.closure)
    return .roads(try roads.profiles.map { try RoadRouter(roads, profile: $0.id).closing(closures) })
  }
}

extension LageplanApplication {
  /// Where tours take their travel times from: the router that the service was told of, else the roads, else as the crow flies.
  func travelSources() async throws -> TravelSources {
    if let router = configuration.router { return router.sources() }
    guard let standing = try await roads.standingIfAny() else { return .geodesic }
    return .roads(standing.roads.profiles.compactMap { standing.routers[$0.id] })
  }
}
