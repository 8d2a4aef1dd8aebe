import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// The tour problem of what is still to be done of a changed plan: tours that have begun go on from where they are, and what has been told to somebody is
/// promised.
struct ResumedModel {
  /// The job of a stop of the plan, in the tour that has it.
  private struct Placed {
    var job: Int
    var shift: Int
    /// `nil`: a person has moved it there.
    var promised: Instant?
    /// Among the stops of the tour as it was planned.
    var index: Int
  }

  private let changed: ChangedPlan
  private(set) var model: TourModel
  /// Of each tour of the plan; `nil`: its inspector has no such shift any more.
  let shiftOfTour: [Int?]
  /// The ways to the kept stops of each tour that goes on.
  let keptLegs: [[TourPlan.Leg]]
  /// The tours of the plan as far as they can stay, with what a person has moved.
  private(set) var start: TourSolution

  init(
    _ changed: ChangedPlan, _ work: ResumedWork, time: TownTime, source: any TravelSource, walking: (any TravelSource)?
  ) throws(PlanError) {
    self.changed = changed
    let places = changed.tours.compactMap { $0.resumption?.place }
    model = try TourModel(
      work.request, features: work.features, time: time, source: source, walking: walking, groups: work.groups,
      furtherPlaces: places, from: changed.change.at)
    shiftOfTour = model.calendar.shifts(of: changed.plan.routes)
    do {
      keptLegs = try changed.tours.map { tour throws(TravelFailure) in
        tour.resumption == nil ? [] : try tour.legsOfKept(from: source)
      }
    } catch {
      throw .noTravelTimes(error)
    }
    start = TourSolution(routes: [], unassigned: [])
    do {
      try resume()
    } catch {
      throw .violation(["the changed problem cannot be put: \(error)"])
    }
  }

  private mutating func resume() throws(TourProblemError) {
    let shifts = resumedShifts()
    let placed = arrangement()
    var jobs = model.problem.jobs
    meet(&jobs)
    pin(placed, &jobs)
    rank(placed, &jobs)
    model.problem = try model.problem.with(jobs: jobs, shifts: shifts)
    start = timed(placed)
    promise(placed, &jobs)
    model.problem = try model.problem.with(jobs: jobs, mostChanges: changed.change.mostChanges)
  }

  // MARK: - Shifts

  private mutating func resumedShifts() -> [TourShift] {
    var shifts = model.problem.shifts
    let tourOfShift = Dictionary(shiftOfTour.enumerated().compactMap { tour, shift in shift.map { ($0, tour) } }) { first, _ in
      first
    }
    var places: [Int: Int] = [:]
    for tour in changed.tours.indices where changed.tours[tour].resumption != nil {
      places[tour] = model.firstFurtherPlace + places.count
    }
    for shift in shifts.indices {
      if let tour = tourOfShift[shift], let resumption = changed.tours[tour].resumption, let place = places[tour] {
        goOn(tour, resumption, &shifts[shift])
        shifts[shift].start = place
        model.startOfShift[shift] = resumption.place
      } else {
        let earliest = tourOfShift[shift].map { changed.tours[$0].earliest } ?? changed.change.at
        if let earliest { shifts[shift].begin(notBefore: model.calendar.seconds(earliest)) }
      }
    }
    return shifts
  }

  /// The rest of a shift: what has been used of its limits is gone.
  private func goOn(_ number: Int, _ resumption: RunningTour.Resumption, _ shift: inout TourShift) {
    let tour = changed.tours[number]
    if let longest = shift.longestWork {
      let latest = model.calendar.seconds(tour.route.departure).value + longest.value
      shift.span.latest = Seconds(min(shift.span.latest.value, max(0, latest)))
      shift.longestWork = nil
    }
    shift.breaks.removeFirst(min(tour.keptBreaks.count, shift.breaks.count))
    shift.begin(notBefore: model.calendar.seconds(resumption.ready))
    if let longest = shift.longestTravel {
      let driven = keptLegs[number].reduce(resumption.driven?.seconds ?? 0) { $0 + $1.seconds }
      shift.longestTravel = Seconds(max(0, longest.value - driven))
    }
    guard var capacity = shift.capacity else { return }
    // As the plan tells it: the register may not select any more what has been visited.
    let loads = tour.kept.flatMap(\.visits).map(\.load)
    for (measure, load) in model.request.loads.enumerated().prefix(TourLoad.measures) {
      let used = loads.reduce(0) { $0 + ($1[load.measure] ?? 0) }
      capacity.amounts[measure] = max(0, capacity.amounts[measure] - used)
    }
    shift.capacity = capacity
  }

  // MARK: - Jobs

  /// Every stop of the plan that can stay, in the order of its tour, and every one that a person has moved to a certain place.
  private func arrangement() -> [Placed] {
    let jobsOfStop = Dictionary(grouping: model.problem.jobs.indices) { model.stopOfJob[$0] }
    var stopOf: [FeatureReference: Int] = [:]
    for (index, stop) in model.stops.enumerated() { for visit in stop.visits { stopOf[visit.feature] = index } }
    var used: [Int: Int] = [:]
    func job(of stop: Int) -> Int? {
      guard let jobs = jobsOfStop[stop], used[stop, default: 0] < jobs.count else { return nil }
      used[stop, default: 0] += 1
      return jobs[used[stop, default: 0] - 1]
    }
    var placed: [Placed] = []
    var gone = Set<Int>()
    for (number, tour) in changed.tours.enumerated() {
      guard let shift = shiftOfTour[number] else { continue }
      // Counted as a person sees them: with what has begun or is cancelled. What is no longer one stop comes one after the other.
      var stops = tour.route.stops.enumerated().flatMap { index, stop -> [(stop: Int?, promised: Instant?, index: Int)] in
        var open: [Int] = []
        for feature in stop.features where !tour.hasBegun(feature) {
          if let stop = stopOf[feature], !open.contains(stop) { open.append(stop) }
        }
        return open.isEmpty ? [(nil, stop.begin, index)] : open.map { ($0, stop.begin, index) }
      }
      stops.removeAll { $0.stop.map { isMoved($0) } ?? false }
      for (stop, position) in moved(to: shift, stopOf) where gone.insert(stop).inserted {
        let place = min(position - 1, stops.count)
        stops.insert((stop, nil, place == 0 ? 0 : stops[place - 1].index), at: place)
      }
      for (stop, promised, index) in stops {
        guard let job = stop.flatMap({ job(of: $0) }) else { continue }
        placed.append(Placed(job: job, shift: shift, promised: promised, index: index))
      }
    }
    return placed
  }

  /// The tours with the times that they can keep: each as early as it can be, breaks behind the stops that they were planned behind, and who comes together not
  /// before the time that was planned.
  private func timed(_ placed: [Placed]) -> TourSolution {
    let shifts = model.problem.shifts
    let sequences = shifts.indices.map { shift in placed.filter { $0.shift == shift } }
    var solution = TourSolution(sequences: sequences.map { $0.map(\.job) }, of: model.problem)
    for (tour, shift) in zip(changed.tours, shiftOfTour) {
      guard let shift else { continue }
      solution.routes[shift].departure = shifts[shift].span.earliest
      let breaks = tour.route.breaks.dropFirst(tour.keptBreaks.count).map { pause in
        sequences[shift].count { $0.index < pause.afterStops }
      }
      if breaks.count == shifts[shift].breaks.count { solution.routes[shift].breaks = breaks }
      for place in sequences[shift] {
        let isTogether = model.stop(ofJob: place.job).conditions.people > 1
        let begin = isTogether ? place.promised.map { model.calendar.seconds($0) } : nil
        solution.routes[shift].appointments[place.job] = begin
      }
    }
    return solution
  }

  private func isMoved(_ stop: Int) -> Bool { wanted(stop) != nil }

  private func wanted(_ stop: Int) -> ChangedPlan.Wanted? {
    model.stops[stop].visits.lazy.compactMap { changed.wanted[$0.feature] }.first
  }

  private func shift(of wanted: ChangedPlan.Wanted) -> Int? {
    model.calendar.shifts.indices.first { shift in
      model.inspector(ofShift: shift).id == wanted.inspector && model.calendar.shifts[shift].begin == wanted.begin
    }
  }

  /// The stops that a person has moved to a certain place of this shift's tour, the first place first.
  private func moved(to shift: Int, _ stopOf: [FeatureReference: Int]) -> [(stop: Int, position: Int)] {
    var positions: [Int: Int] = [:]
    for (feature, wanted) in changed.wanted where self.shift(of: wanted) == shift {
      if let stop = stopOf[feature], let position = wanted.position { positions[stop] = position }
    }
    return positions.map { (stop: $0.key, position: $0.value) }.sorted { ($0.position, $0.stop) < ($1.position, $1.stop) }
  }

  /// Whoever joins somebody who has begun begins in the same second.
  private func meet(_ jobs: inout [TourJob]) {
    for job in jobs.indices {
      let features = model.stop(ofJob: job).visits.map(\.feature)
      let stops = changed.tours.flatMap(\.kept)
      guard let feature = features.first(where: changed.begun.contains),
        let begin = stops.first(where: { $0.features.contains(feature) })?.begin
      else { continue }
      let second = max(0, model.calendar.seconds(begin))
      jobs[job].windows = [TimeWindow(earliest: second, latest: second)]
      jobs[job].level = 0
    }
  }

  /// Ties what is locked or moved to its very shift.
  private func pin(_ placed: [Placed], _ jobs: inout [TourJob]) {
    for place in placed {
      let features = model.stop(ofJob: place.job).visits.map(\.feature)
      guard place.promised == nil || features.contains(where: changed.locked.contains) else { continue }
      jobs[place.job].pinned = jobs[place.job].pinned?.intersection([place.shift]) ?? [place.shift]
    }
    // Moved, but to no certain place: of those who come together one is the one who is wanted.
    var arranged = Set(placed.map { model.stopOfJob[$0.job] })
    for job in jobs.indices where arranged.insert(model.stopOfJob[job]).inserted {
      guard let shift = wanted(model.stopOfJob[job]).flatMap({ self.shift(of: $0) }) else { continue }
      jobs[job].pinned = jobs[job].pinned?.intersection([shift]) ?? [shift]
    }
  }

  /// Keeps the order of what is locked, and of every stop of a tour to a certain place of which a person has moved one.
  private func rank(_ placed: [Placed], _ jobs: inout [TourJob]) {
    let arranged = Set(placed.filter { $0.promised == nil }.map(\.shift))
    for (order, place) in placed.enumerated() {
      let stop = model.stop(ofJob: place.job)
      guard stop.conditions.people == 1 else { continue }
      let isLocked = stop.visits.contains { changed.locked.contains($0.feature) }
      if isLocked || arranged.contains(place.shift) { jobs[place.job].rank = order }
    }
  }

  /// Promises what people know: not what is urgent now, nor what the change itself makes late or leaves without one of those who were to come together.
  private func promise(_ placed: [Placed], _ jobs: inout [TourJob]) {
    let urgent = Set(changed.change.urgent.map(\.feature))
    let tolerance = changed.change.promise.value
    var begins: [Int: Int] = [:]
    for shift in model.problem.shifts.indices {
      for visit in TourTimetable(of: start.routes[shift], shift: shift, in: model.problem).visits {
        begins[visit.job] = visit.begin.value
      }
    }
    let people = Dictionary(placed.map { (model.stopOfJob[$0.job], 1) }, uniquingKeysWith: +)
    for place in placed where people[model.stopOfJob[place.job]] == model.stop(ofJob: place.job).conditions.people {
      let features = model.stop(ofJob: place.job).visits.map(\.feature)
      guard let promised = place.promised, !features.contains(where: urgent.contains) else { continue }
      let begin = model.calendar.seconds(promised).value
      guard let now = begins[place.job], now <= begin + tolerance, begin + tolerance >= 0 else { continue }
      let window = TimeWindow(earliest: Seconds(max(0, begin - tolerance)), latest: Seconds(begin + tolerance))
      jobs[place.job].promise = TourPromise(shift: place.shift, begin: window, cost: TourReplanner.changeCost)
    }
  }

  // MARK: - Solving

  /// The best solution found by so many searches side by side.
  func solve(budget: SolverBudget, searches: Int, progress: @Sendable (TourProgress) -> Bool) -> TourSolution {
    ParallelSearch.solve(
      model.problem, seed: changed.change.seed, budget: budget, searches: searches, start: start, progress: progress)
  }

  /// The model that lets this solution break as many promises as it does, where the search found no way to break fewer.
  func allowing(_ solution: TourSolution) throws(PlanError) -> ResumedModel {
    guard let most = model.problem.mostChanges else { return self }
    let broken = brokenPromises(solution)
    guard broken > most else { return self }
    var resumed = self
    do {
      resumed.model.problem = try model.problem.with(mostChanges: broken)
    } catch {
      throw .violation(["the changed problem cannot be put: \(error)"])
    }
    return resumed
  }

  private func brokenPromises(_ solution: TourSolution) -> Int {
    var kept = 0
    for (shift, route) in solution.routes.enumerated() {
      for visit in TourTimetable(of: route, shift: shift, in: model.problem).visits {
        if model.problem.jobs[visit.job].promise?.isKept(on: shift, begin: visit.begin) ?? false { kept += 1 }
      }
    }
    return model.problem.jobs.count { $0.promise != nil } - kept
  }
}

extension TourShift {
  /// Cuts off what is over; whatever must happen may happen then.
  fileprivate mutating func begin(notBefore earliest: Seconds) {
    span.earliest = max(span.earliest, earliest)
    span.latest = max(span.latest, span.earliest)
    for index in breaks.indices { breaks[index].window.latest = max(breaks[index].window.latest, span.earliest) }
  }
}
