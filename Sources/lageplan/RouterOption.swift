import ArgumentParser
import LageplanExchange
import LageplanFeatures
import LageplanPlanner
import LageplanServer
import LageplanStore

/// `--router`: the travel times of tours from a router elsewhere.
struct RouterOption: ParsableArguments {
  @Option(
    name: .customLong("router"),
    help: ArgumentHelp(
      "Take the travel times of tours from an OSRM or Valhalla server instead of imported roads: osrm=https://router.example.org.",
      valueName: "service=url"))
  var text: String?

  /// `nil` where none is named. Throws `TravelFailure`.
  var router: TravelRouter? {
    get throws(TravelFailure) {
      guard let text else { return nil }
      return try TravelRouter(parsing: text)
    }
  }

  /// The router that is named, else the roads that were imported beside the database, else as the crow flies.
  func sources(of store: Store, time: TownTime) throws -> TravelSources {
    if let router = try router { return router.sources() }
    return try TourRoads.sources(of: store, time: time) { Terminal.note($0) }
  }

  func validate() throws {
    do { _ = try router } catch { throw ValidationError("--router: \(error)") }
  }
}
