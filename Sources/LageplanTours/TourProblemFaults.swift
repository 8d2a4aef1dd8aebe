import LageplanGeometry

extension TourProblem {
  /// The most jobs and shifts of one problem.
  public static let mostJobs = 20_000
  public static let mostShifts = 5_000
  /// The most jobs that are done together.
  public static let mostTogether = 8
  /// So many ways, over all the tables that a search keeps: about four gigabytes.
  public static let mostWays = 250_000_000

  /// Everything that is wrong with a problem, in the order of its parts; empty: it can be put.
  public static func faults(
    jobs: [TourJob], shifts: [TourShift], travel: TravelTable, objective: TourObjective = TourObjective(),
    ties: TourTies = TourTies(), otherTravel: [TravelTable] = [], mostChanges: Int? = nil
  ) -> [TourProblemError] {
    let rules = Set(shifts.map { TravelRule(profile: $0.profile, costs: $0.costs ?? objective) })
    let ways = travel.seconds.count.multipliedReportingOverflow(by: max(1, rules.count))
    guard jobs.count <= mostJobs, shifts.count <= mostShifts, !ways.overflow, ways.partialValue <= mostWays else {
      return [.tooLarge(jobs: jobs.count, shifts: shifts.count)]
    }
    var found: [TourProblemError] = []
    for (index, job) in jobs.enumerated() { check(job, index, shifts.indices, travel, &found) }
    var fixed = Set<Int>()
    for (index, shift) in shifts.enumerated() {
      check(shift, index, travel, &found)
      if !(0...otherTravel.count).contains(shift.profile) { found.append(.unknownProfile(shift: index, profile: shift.profile)) }
      if let costs = shift.costs { check(costs, .shift(index), &found) }
      for job in shift.fixed {
        if !jobs.indices.contains(job) {
          found.append(.unknownIndex(.shift(index), "fixed", job))
        } else if !fixed.insert(job).inserted {
          found.append(.fixedTwice(job: job))
        }
      }
    }
    for (index, table) in otherTravel.enumerated() where table.locationCount != travel.locationCount {
      found.append(.otherTravelSize(profile: index + 1, locations: table.locationCount, expected: travel.locationCount))
    }
    check(objective, .objective, &found)
    check(ties, jobs.indices, shifts, &found)
    if let mostChanges, mostChanges < 0 { found.append(.valueOutOfRange(.objective, "mostChanges", mostChanges)) }
    return found
  }

  private static let clock = 0...Int(TravelTable.longest)

  private static func check(_ weights: TourObjective, _ part: TourProblemError.Part, _ found: inout [TourProblemError]) {
    for (name, weight) in [
      ("travelSecond", weights.travelSecond), ("metre", weights.metre), ("usedShift", weights.usedShift),
      ("workSecond", weights.workSecond),
    ] where !(0...1_000_000_000).contains(weight) {
      found.append(.valueOutOfRange(part, name, weight))
    }
  }

  private static func check(
    _ job: TourJob, _ index: Int, _ shifts: Range<Int>, _ travel: TravelTable, _ found: inout [TourProblemError]
  ) {
    if !(0..<travel.locationCount).contains(job.location) {
      found.append(.locationOutOfRange(.job(index), location: job.location))
    }
    for span in [job.service, job.setUp] + job.serviceByType.values.sorted() where !clock.contains(span.value) {
      found.append(.valueOutOfRange(.job(index), span == job.setUp ? "setUp" : "service", span.value))
    }
    check(job.load, .job(index), "load", most: 1_000_000, &found)
    check(job.delivery, .job(index), "delivery", most: 1_000_000, &found)
    if !(0..<16).contains(job.level) { found.append(.valueOutOfRange(.job(index), "level", job.level)) }
    if !(1...1_000_000).contains(job.prize) { found.append(.valueOutOfRange(.job(index), "prize", job.prize)) }
    var after = -1
    for window in job.windows {
      if !isValid(window) || window.earliest.value <= after { found.append(.badWindow(.job(index), window)) }
      after = window.latest.value
    }
    for shift in (job.pinned ?? []).sorted() where !shifts.contains(shift) {
      found.append(.unknownIndex(.job(index), "pinned", shift))
    }
    for wish in job.wishes {
      for shift in wish.shifts.sorted() where !shifts.contains(shift) {
        found.append(.unknownIndex(.job(index), "wishes", shift))
      }
      if !(0...1_000_000_000).contains(wish.cost) { found.append(.valueOutOfRange(.job(index), "wishes", wish.cost)) }
    }
    if let rank = job.rank, !(0...1_000_000).contains(rank) { found.append(.valueOutOfRange(.job(index), "rank", rank)) }
    if let promise = job.promise {
      if !shifts.contains(promise.shift) { found.append(.unknownIndex(.job(index), "promise", promise.shift)) }
      if !isValid(promise.begin) { found.append(.badWindow(.job(index), promise.begin)) }
      if !(0...1_000_000_000).contains(promise.cost) { found.append(.valueOutOfRange(.job(index), "promise", promise.cost)) }
    }
    let costs = job.wishes.reduce(job.promise?.cost ?? 0) { $0.addingReportingOverflow($1.cost).partialValue }
    if costs > 1_000_000_000 { found.append(.valueOutOfRange(.job(index), "wishes", costs)) }
  }

  private static func check(_ shift: TourShift, _ index: Int, _ travel: TravelTable, _ found: inout [TourProblemError]) {
    for location in [shift.start, shift.end] where !(0..<travel.locationCount).contains(location) {
      found.append(.locationOutOfRange(.shift(index), location: location))
    }
    if !isValid(shift.span) { found.append(.badWindow(.shift(index), shift.span)) }
    for (name, limit) in [("longestWork", shift.longestWork), ("longestTravel", shift.longestTravel)] {
      if let limit, !clock.contains(limit.value) { found.append(.valueOutOfRange(.shift(index), name, limit.value)) }
    }
    if let way = shift.longestWay, !(0...Double(TravelTable.longest)).contains(way.value) {
      found.append(.valueOutOfRange(.shift(index), "longestWay", way.value.isFinite ? Int(clamping: way.value) : -1))
    }
    if let most = shift.mostJobs, most < 0 { found.append(.valueOutOfRange(.shift(index), "mostJobs", most)) }
    if let capacity = shift.capacity { check(capacity, .shift(index), "capacity", most: TourLoad.largest, &found) }
    if shift.breaks.count > TourShift.mostBreaks { found.append(.tooManyBreaks(shift: index, count: shift.breaks.count)) }
    for pause in shift.breaks {
      if !isValid(pause.window) { found.append(.badWindow(.shift(index), pause.window)) }
      if !clock.contains(pause.duration.value) {
        found.append(.valueOutOfRange(.shift(index), "breaks", pause.duration.value))
      }
      if let most = pause.largestLoad { check(most, .shift(index), "breaks.largestLoad", most: TourLoad.largest, &found) }
    }
  }

  private static func check(
    _ ties: TourTies, _ jobs: Range<Int>, _ shifts: [TourShift], _ found: inout [TourProblemError]
  ) {
    var tied = Set<Int>()
    func tie(_ job: Int, _ part: TourProblemError.Part) {
      if !jobs.contains(job) {
        found.append(.unknownIndex(part, "job", job))
      } else if !tied.insert(job).inserted {
        found.append(.tiedTwice(job: job))
      }
    }
    for (number, group) in ties.together.enumerated() {
      if !(2...mostTogether).contains(group.count) { found.append(.badGroup(number, jobs: group.count)) }
      for job in group { tie(job, .together(number)) }
    }
    for (number, shipment) in ties.shipments.enumerated() {
      tie(shipment.pickup, .shipment(number))
      tie(shipment.delivery, .shipment(number))
      check(shipment.amount, .shipment(number), "amount", most: 1_000_000, &found)
      for shift in shifts {
        guard let delivery = shift.fixed.firstIndex(of: shipment.delivery) else { continue }
        if !shift.fixed[..<delivery].contains(shipment.pickup) { found.append(.deliveredBeforePickup(shipment: number)) }
      }
    }
  }

  private static func check(
    _ load: TourLoad, _ part: TourProblemError.Part, _ name: String, most: Int, _ found: inout [TourProblemError]
  ) {
    for measure in 0..<TourLoad.measures where !(0...most).contains(load.amounts[measure]) {
      found.append(.valueOutOfRange(part, name, load.amounts[measure]))
    }
  }

  private static func isValid(_ window: TimeWindow) -> Bool {
    clock.contains(window.earliest.value) && clock.contains(window.latest.value) && window.earliest <= window.latest
  }
}

extension Int {
  /// The nearest whole number that can be held.
  fileprivate init(clamping value: Double) { self = value >= 9e18 ? .max : value <= -9e18 ? .min : Int(value) }
}
