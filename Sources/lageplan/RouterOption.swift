import ArgumentParser
import LageplanExchange
import LageplanPlanner

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

  func validate() throws {
    do { _ = try router } catch { throw ValidationError("--router: \(error)") }
  }
}
