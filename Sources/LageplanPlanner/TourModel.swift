import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// The tour problem of a request, and what its indices mean.
struct TourModel {
  let request: TourRequest
  let source: any TravelSource
  let time: TownTime
  /// The shifts of the problem, in its order.
  let calendar: ShiftCalendar
  let stops: [TourStopWork]
  /// Features that nobody can visit, whatever the tours.
  let unplaced: [TourPlan.Unassigned]
  /// The stop of each job: one that needs several people is several jobs.
  let stopOfJob: [Int]
  let matrix: TravelMatrix
  /// Of the travel table: places before them are those of stops, then come start and end of each inspector, then further ones.
  let placesOfStops: Int
  var problem: TourProblem
  /// Where tours begin that go on from a place on the way, in CRS84.
  var startOfShift: [Int: Coordinate] = [:]

  /// Throws `noTravelTimes` when a source gives none; `violation` when the problem cannot be put, which is a defect of the program.
  ///
  /// - Parameters:
  ///   - request: With its inspectors.
  ///   - features: What to visit.
  ///   - time: The clock of the request.
  ///   - source: Of the ways between stops.
  ///   - walking: Of the ways on foot; `nil`: as the crow flies.
  ///   - groups: Features that share a stop with each other and with nobody else, whatever is near.
  ///   - furtherPlaces: What else the travel table shall have, from ``firstFurtherPlace`` on.
  ///   - begin: Before it nothing can be done any more; `nil`: shifts are whole.
  init(
    _ request: TourRequest, features: [TourFeature], time: TownTime, source: any TravelSource, walking: (any TravelSource)?,
    groups: [[FeatureReference]] = [], furtherPlaces: [Coordinate] = [], from begin: Instant? = nil
  ) throws(PlanError) {
    self.request = request
    self.source = source
    self.time = time
    calendar = ShiftCalendar(request, time)
    let room = ShiftRoom(request, calendar, from: begin)
    let work = JobBuilder(features, request: request, room: room, groups: groups)
    unplaced = work.unassigned
    let placesOfStops = work.stops.count
    self.placesOfStops = placesOfStops
    do {
      let ends = request.inspectors.flatMap { [$0.start, $0.end] }
      let matrix = try source.matrix(of: work.stops.map(\.location) + ends + furtherPlaces)
      self.matrix = matrix
      room.ways = (matrix.table, placesOfStops)
      let sites = work.divided(by: room)
      if let walk = request.walk {
        let rounds = WalkRounds(
          reach: walk.reach, room: room, driving: matrix.table, source: walking ?? GeodesicTravel.onFoot)
        stops = try rounds.joined(sites)
      } else {
        stops = sites
      }
    } catch {
      throw .noTravelTimes(error)
    }
    let terms = TourTerms(request, calendar, room, stops, placesOfStops: placesOfStops)
    stopOfJob = terms.stopOfJob
    do {
      problem = try terms.problem(matrix.table)
    } catch {
      throw .violation(["the problem cannot be put: \(error)"])
    }
  }

  var firstFurtherPlace: Int { placesOfStops + 2 * request.inspectors.count }

  /// Whose shift it is.
  func inspector(ofShift shift: Int) -> TourRequest.Inspector { request.inspectors[calendar.shifts[shift].inspector] }

  func stop(ofJob job: Int) -> TourStopWork { stops[stopOfJob[job]] }
}

extension GeodesicTravel {
  /// Of people without a network of paths: 4.5 km/h, and the way 1.3 times as long as the geodesic.
  static let onFoot = GeodesicTravel(detourFactor: 1.3, kmh: 4.5)
}
