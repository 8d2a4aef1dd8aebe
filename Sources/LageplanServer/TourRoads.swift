import LageplanExchange
import LageplanPlanner

extension LageplanApplication {
  /// Where tours take their travel times from: the router that the service was told of, else as the crow flies.
  func travelSources() async throws -> TravelSources { configuration.router?.sources() ?? .geodesic }
}
