import LageplanGeometry

/// What cannot be meant in a tour problem.
public enum TourProblemError: Error, Hashable, Sendable {
  public enum Part: Hashable, Sendable {
    case job(Int)
    case shift(Int)
    case objective
  }

  /// The travel tables do not have the square of the locations.
  case tableSize(locations: Int, seconds: Int, metres: Int)
  case travelOutOfRange(from: Int, to: Int, seconds: Int, metres: Int)
  case locationOutOfRange(Part, location: Int)
  case valueOutOfRange(Part, String, Int)
  /// Ends before it begins, overlaps the one before, or lies outside the clock.
  case badWindow(Part, TimeWindow)
  /// A pin or a wish names a shift, or a shift's fixed jobs name a job, that the problem does not have.
  case unknownIndex(Part, String, Int)
  /// Fixed in two shifts or twice in one.
  case fixedTwice(job: Int)
  case tooManyBreaks(shift: Int, count: Int)
  /// More jobs or shifts than a search can hold.
  case tooLarge(jobs: Int, shifts: Int)
  /// The levels and prizes cannot be told apart in 64 bits: use fewer levels or smaller prizes and weights.
  case costTooLarge
}

extension TourProblem {
  /// The most jobs and shifts of one problem.
  public static let mostJobs = 20_000
  public static let mostShifts = 5_000

  /// Everything that is wrong with a problem, in the order of its parts; empty: it can be put.
  public static func faults(
    jobs: [TourJob], shifts: [TourShift], travel: TravelTable, objective: TourObjective = TourObjective()
  ) -> [TourProblemError] {
    guard jobs.count <= mostJobs, shifts.count <= mostShifts else {
      return [.tooLarge(jobs: jobs.count, shifts: shifts.count)]
    }
    var found: [TourProblemError] = []
    for (index, job) in jobs.enumerated() { check(job, index, shifts.indices, travel, &found) }
    var fixed = Set<Int>()
    for (index, shift) in shifts.enumerated() {
      check(shift, index, travel, &found)
      for job in shift.fixed {
        if !jobs.indices.contains(job) {
          found.append(.unknownIndex(.shift(index), "fixed", job))
        } else if !fixed.insert(job).inserted {
          found.append(.fixedTwice(job: job))
        }
      }
    }
    for (name, weight) in [
      ("travelSecond", objective.travelSecond), ("metre", objective.metre), ("usedShift", objective.usedShift),
    ] where !(0...1_000_000_000).contains(weight) {
      found.append(.valueOutOfRange(.objective, name, weight))
    }
    return found
  }

  private static let clock = 0...Int(TravelTable.longest)

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
  }

  private static func check(_ shift: TourShift, _ index: Int, _ travel: TravelTable, _ found: inout [TourProblemError]) {
    for location in [shift.start, shift.end] where !(0..<travel.locationCount).contains(location) {
      found.append(.locationOutOfRange(.shift(index), location: location))
    }
    if !isValid(shift.span) { found.append(.badWindow(.shift(index), shift.span)) }
    for (name, limit) in [("longestWork", shift.longestWork), ("longestTravel", shift.longestTravel)] {
      if let limit, !clock.contains(limit.value) { found.append(.valueOutOfRange(.shift(index), name, limit.value)) }
    }
    if let capacity = shift.capacity { check(capacity, .shift(index), "capacity", most: TourLoad.largest, &found) }
    if shift.breaks.count > TourShift.mostBreaks { found.append(.tooManyBreaks(shift: index, count: shift.breaks.count)) }
    for pause in shift.breaks {
      if !isValid(pause.window) { found.append(.badWindow(.shift(index), pause.window)) }
      if !clock.contains(pause.duration.value) {
        found.append(.valueOutOfRange(.shift(index), "breaks", pause.duration.value))
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
