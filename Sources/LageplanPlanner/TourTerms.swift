import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// Puts stops and shifts into the integers of a ``/LageplanTours/TourProblem``.
struct TourTerms {
  private let request: TourRequest
  private let calendar: ShiftCalendar
  private let room: ShiftRoom
  private let stops: [TourStopWork]
  private let placesOfStops: Int
  private let qualifications: [String]
  private let types: [String]
  /// The stop of each job.
  let stopOfJob: [Int]

  init(
    _ request: TourRequest, _ calendar: ShiftCalendar, _ room: ShiftRoom, _ stops: [TourStopWork], placesOfStops: Int
  ) {
    self.request = request
    self.calendar = calendar
    self.room = room
    self.stops = stops
    self.placesOfStops = placesOfStops
    qualifications = Set(stops.lazy.flatMap(\.conditions.qualifications)).sorted()
    types = Set(request.inspectors.compactMap(\.type)).sorted()
    stopOfJob = stops.indices.flatMap { stop in Array(repeating: stop, count: stops[stop].conditions.people) }
  }

  func problem(_ travel: TravelTable) throws(TourProblemError) -> TourProblem {
    try TourProblem(jobs: jobs, shifts: shifts(), travel: travel, ties: ties)
  }

  /// Jobs of one stop are done together.
  private var ties: TourTies {
    let jobs = Dictionary(grouping: stopOfJob.indices) { stopOfJob[$0] }
    return TourTies(together: stops.indices.compactMap { jobs[$0] }.filter { $0.count > 1 })
  }

  // MARK: Jobs

  private var jobs: [TourJob] {
    let levels = Set(stops.map(\.rank)).sorted()
    return stopOfJob.enumerated().map { job, index in
      let stop = stops[index]
      let isFirst = job == 0 || stopOfJob[job - 1] != index
      let hasWindows = !stop.conditions.windows.isEmpty || stop.conditions.isNightOnly
      let visitors = hasWindows ? room.visitors(of: stop) : nil
      let windows = visitors.map { room.windows(of: stop, for: $0) } ?? []
      let isNever = hasWindows && windows.isEmpty
      var job = TourJob(
        location: stop.place, service: stop.service, windows: windows, skills: skills(stop.conditions.qualifications),
        level: levels.firstIndex(of: stop.rank) ?? 0, prize: stop.prize,
        load: TourLoad(amounts: amounts { stop.loads[$0] }), pinned: isNever ? [] : allowedShifts(for: stop, isFirst, visitors))
      job.setUp = stop.setUp
      for (number, type) in types.enumerated() {
        let service = stop.service(ofType: type)
        if service != stop.service { job.serviceByType[number + 1] = service }
      }
      // A pin and a wish are about one of several people.
      guard isFirst else { return job }
      job.wishes = stop.preferences.sorted { $0.key < $1.key }.map { inspector, worth in
        TourWish(shifts: Set(shifts { request.inspectors[$0.inspector].id == inspector }), cost: worth.value)
      }
      return job
    }
  }

  /// By day, independence, pace, and, of the first job of a stop, pin; `nil`: every shift.
  private func allowedShifts(for stop: TourStopWork, _ isFirst: Bool, _ visitors: ShiftRoom.Visitors?) -> Set<Int>? {
    var conditions = stop.conditions
    if !isFirst { conditions.inspector = nil }
    let tooSlow = Set(
      request.inspectors.indices.filter { inspector in visitors.map { room.keepsOut(inspector, of: stop, for: $0) } ?? false })
    let allowed = shifts {
      ShiftRefusal(of: conditions, by: request.inspectors[$0.inspector], on: $0.day) == nil && !tooSlow.contains($0.inspector)
    }
    return allowed.count == calendar.shifts.count ? nil : Set(allowed)
  }

  private func shifts(where fits: (PlannedShift) -> Bool) -> [Int] {
    calendar.shifts.indices.filter { fits(calendar.shifts[$0]) }
  }

  private func skills(_ held: some Sequence<String>) -> SkillSet {
    let held = Set(held)
    return SkillSet(rawValue: qualifications.enumerated().reduce(0) { held.contains($1.element) ? $0 | 1 << $1.offset : $0 })
  }

  private func amounts(_ amount: (Int) -> Int) -> SIMD4<Int> {
    var amounts = SIMD4<Int>.zero
    for measure in request.loads.indices.prefix(TourLoad.measures) { amounts[measure] = amount(measure) }
    return amounts
  }

  // MARK: Shifts

  private func shifts() -> [TourShift] {
    calendar.shifts.map { shift in
      let inspector = request.inspectors[shift.inspector]
      let place = placesOfStops + 2 * shift.inspector
      let isBounded = request.loads.contains { inspector.capacity[$0.measure] != nil }
      return TourShift(
        start: place, end: place + 1, span: calendar.span(shift), longestWork: inspector.longestWork,
        longestTravel: inspector.longestTravel, skills: skills(inspector.qualifications),
        capacity: isBounded
          ? TourLoad(amounts: amounts { inspector.capacity[request.loads[$0].measure] ?? TourLoad.largest }) : nil,
        breaks: calendar.breaks(of: shift), type: inspector.type.flatMap { types.firstIndex(of: $0) }.map { $0 + 1 } ?? 0)
    }
  }
}

/// Why a stop may not be served in a shift, whatever the tour.
enum ShiftRefusal: Hashable {
  /// Only on these days.
  case day(ClosedRange<CalendarDate>)
  /// Only by this inspector.
  case pinned(String)
  /// The inspector must not know the work: has made the last visit, say.
  case notIndependent

  init?(of conditions: TourStopWork.Conditions, by inspector: TourRequest.Inspector, on day: CalendarDate) {
    if let pinned = conditions.inspector, pinned != inspector.id {
      self = .pinned(pinned)
    } else if conditions.excluded.contains(inspector.id) || inspector.name.map({ conditions.excluded.contains($0) }) ?? false {
      self = .notIndependent
    } else if let days = conditions.days, !days.contains(day) {
      self = .day(days)
    } else {
      return nil
    }
  }
}
