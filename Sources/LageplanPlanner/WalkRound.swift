import LageplanGeometry
import LageplanTours

/// A round on foot from the vehicle over the visits of a stop and back.
struct WalkRound {
  struct Leg {
    var metres: Int
    var seconds: Int
    /// In CRS84; the two ends where only lengths are known.
    var line: [Coordinate]
  }

  /// One more than visits, in their order.
  var legs: [Leg]
  var seconds: Int { legs.reduce(0) { $0 + $1.seconds } }
}

/// Decides where the vehicle is parked once for several places.
///
/// In the order in which they were founded, each stop that is in no round yet becomes a place to park and takes, nearest first, those around it that may be reached
/// on foot within ``TourRequest/Walk/reach``, meet the same conditions, leave the round to fit into a shift (see ``ShiftRoom``), and whose part of the walk takes no
/// longer than it would take to drive there from the parked vehicle and get ready anew, where one can drive there. The order of the round is the shortest: all orders of at most eight places are weighed (Held and Karp: A dynamic
/// programming approach to sequencing problems, 1962, doi:10.1137/0110015). Decision 0022 tells why.
struct WalkRounds {
  /// Places of one round, that of the vehicle among them.
  static let mostPlaces = 8

  private let reach: Metres
  private let driving: TravelTable
  private let source: any TravelSource
  private let room: ShiftRoom

  init(reach: Metres, room: ShiftRoom, driving: TravelTable, source: any TravelSource) {
    self.reach = reach
    self.room = room
    self.driving = driving
    self.source = source
  }

  /// The stops that remain, in their order.
  func joined(_ sites: [TourStopWork]) throws(TravelFailure) -> [TourStopWork] {
    var isTaken = Array(repeating: false, count: sites.count)
    var stops: [TourStopWork] = []
    for site in sites.indices where !isTaken[site] {
      isTaken[site] = true
      let near = neighbours(of: site, sites, isTaken)
      guard !near.isEmpty else {
        stops.append(sites[site])
        continue
      }
      let members = [site] + near
      let foot = try source.matrix(of: members.map { sites[$0].location }).table
      var chosen = [0]
      for candidate in members.indices.dropFirst() where mayJoin(candidate, chosen, members, sites, foot) {
        chosen.append(candidate)
      }
      for member in chosen { isTaken[members[member]] = true }
      stops.append(try stop(chosen.map { sites[members[$0]] }, chosen, foot))
    }
    return stops
  }

  /// By their distance as the crow flies, which no walk undercuts.
  private func neighbours(of site: Int, _ sites: [TourStopWork], _ isTaken: [Bool]) -> [Int] {
    let centre = sites[site]
    let reach = centre.conditions.group == nil ? self.reach : Metres(.infinity)
    let around = Geodesic.envelope(around: centre.location, within: self.reach)
    return sites.indices
      .filter {
        !isTaken[$0] && (centre.conditions.group != nil || around.contains(sites[$0].location))
          && sites[$0].conditions == centre.conditions
      }
      .map { (site: $0, distance: Geodesic.distance(centre.location, sites[$0].location)) }
      .filter { $0.distance <= reach }
      .sorted { ($0.distance, $0.site) < ($1.distance, $1.site) }
      .prefix(centre.conditions.group == nil ? 3 * Self.mostPlaces : Self.mostPlaces - 1)
      .map(\.site)
  }

  private func mayJoin(_ candidate: Int, _ chosen: [Int], _ members: [Int], _ sites: [TourStopWork], _ foot: TravelTable) -> Bool
  {
    guard chosen.count < Self.mostPlaces, foot.isReachable(from: 0, to: candidate), foot.isReachable(from: candidate, to: 0)
    else {
      return false
    }
    let site = sites[members[candidate]]
    let longer = chosen + [candidate]
    let together = round(longer.map { sites[members[$0]] }, longer, foot).stop
    if site.conditions.group != nil { return room.holds(together, share: 1) }
    guard foot.metres(from: 0, to: candidate) <= reach, room.holds(together, share: 2) else { return false }
    let (parked, there) = (sites[members[0]].place, site.place)
    guard driving.isReachable(from: parked, to: there) else { return true }
    let gain = Self.shortestRound(over: longer, foot).seconds - Self.shortestRound(over: chosen, foot).seconds
    return gain <= driving.seconds(from: parked, to: there).value + site.setUp.value
  }

  /// `chosen` are the places of the sites in the table of the walk; the vehicle stands at the first.
  private func stop(_ sites: [TourStopWork], _ chosen: [Int], _ foot: TravelTable) throws(TravelFailure) -> TourStopWork {
    guard sites.count > 1 else { return sites[0] }
    var (stop, halts) = round(sites, chosen, foot)
    guard let lines = try source.lines(through: halts.map { sites[$0].location }) else { return stop }
    for leg in lines.indices { stop.walk?.legs[leg].line = lines[leg] }
    return stop
  }

  /// The stop that the round is, its ways drawn straight, and the sites from halt to halt.
  private func round(_ sites: [TourStopWork], _ chosen: [Int], _ foot: TravelTable) -> (stop: TourStopWork, halts: [Int]) {
    let order = Self.shortestRound(over: chosen, foot).order
    var stop = sites[0]
    for place in order.dropFirst() { stop.join(sites[place]) }
    // From visit to visit: those at one place have no way between them.
    let places = order.flatMap { place in Array(repeating: place, count: sites[place].visits.count) }
    let halts = [order[0]] + places + [order[0]]
    stop.walk = WalkRound(
      legs: (0..<halts.count - 1).map { leg in
        let (from, to) = (chosen[halts[leg]], chosen[halts[leg + 1]])
        return WalkRound.Leg(
          metres: from == to ? 0 : Int(foot.metres(from: from, to: to).value),
          seconds: from == to ? 0 : foot.seconds(from: from, to: to).value,
          line: [sites[halts[leg]].location, sites[halts[leg + 1]].location])
      })
    return (stop, halts)
  }

  /// The round from the first of the places over all others and back, by positions in `places`.
  static func shortestRound(over places: [Int], _ table: TravelTable) -> (seconds: Int, order: [Int]) {
    let others = places.count - 1
    guard others > 0 else { return (0, [0]) }
    func way(_ from: Int, _ to: Int) -> Int { table.seconds(from: places[from], to: places[to]).value }
    // best[set][last]: from the vehicle over the set, ending at `last` (an index from 0 that stands for place 1 and so on).
    var best = Array(repeating: Array(repeating: (seconds: Int.max, before: -1), count: others), count: 1 << others)
    for last in 0..<others { best[1 << last][last] = (way(0, last + 1), -1) }
    for set in 1..<(1 << others) {
      for last in 0..<others where set & 1 << last != 0 && best[set][last].seconds < Int.max {
        for next in 0..<others where set & 1 << next == 0 {
          let seconds = best[set][last].seconds + way(last + 1, next + 1)
          if seconds < best[set | 1 << next][next].seconds { best[set | 1 << next][next] = (seconds, last) }
        }
      }
    }
    var set = (1 << others) - 1
    var last = 0
    for end in 0..<others where best[set][end].seconds + way(end + 1, 0) < best[set][last].seconds + way(last + 1, 0) {
      last = end
    }
    let seconds = best[set][last].seconds + way(last + 1, 0)
    var order: [Int] = []
    while last >= 0 {
      order.append(last + 1)
      (set, last) = (set & ~(1 << last), best[set][last].before)
    }
    return (seconds, [0] + order.reversed())
  }
}
