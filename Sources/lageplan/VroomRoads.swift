import LageplanExchange
import LageplanFeatures
import LageplanPlanner
import LageplanRouting
import LageplanServer
import LageplanStore

/// The roads beside a database, for documents of VROOM's form that name places instead of a matrix.
struct VroomRoads {
  private let sources: TravelSources

  init(database path: String) throws {
    let store = try Store(path: path, mode: .readOnly, readers: 1)
    sources = try TourRoads.sources(of: store, time: TownTime()) { Terminal.note($0) }
  }

  /// The document with travel times for every profile that has none.
  func adding(to input: VroomInput) throws -> VroomInput {
    let (profiles, places) = input.missing
    var input = input
    for profile in profiles {
      do {
        input = input.adding(try sources.source(profile: profile).matrix(of: places), for: profile)
      } catch let error as TourRequestError {
        throw CommandFailure("profile \(profile): \(error.faults.map(\.remedy).joined(separator: "; "))")
      } catch let failure as TravelFailure {
        throw CommandFailure("\(failure)")
      }
    }
    return input
  }
}
