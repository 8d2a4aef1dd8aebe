import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// Tells why features are left out: one reason with figures, and what keeps them out of each shift.
struct ObstacleWords {
  private let model: TourModel
  private let explanation: TourExplanation
  private let solution: TourSolution

  init(_ model: TourModel, _ solution: TourSolution) {
    self.model = model
    self.solution = solution
    explanation = TourExplanation(of: solution, in: model.problem, atMost: TourExplanation.standardWork)
  }

  /// An entry for each feature left out, in the order of the stops.
  ///
  /// A plan that leaves out thousands of visits of thousands of shifts would else explain for longer than it plans: the reasons share half of the work, and then
  /// the stops tell what keeps them out of each shift, the most important ones first, until all of it is done.
  func unassigned() throws(PlanError) -> [TourPlan.Unassigned] {
    var firstJob: [Int: Int] = [:]
    for job in solution.unassigned.reversed() { firstJob[model.stopOfJob[job]] = job }
    let left = firstJob.sorted { $0.key < $1.key }
    let mostImportant = left.map(\.key).sorted {
      let (a, b) = (model.stops[$0], model.stops[$1])
      return (a.rank, -a.prize, $0) < (b.rank, -b.prize, $1)
    }
    let share = TourExplanation.standardWork / 2 / max(1, left.count)
    var reasons: [Int: (reason: TourPlan.Reason, message: TourText)] = [:]
    for (index, job) in left { reasons[index] = why(job, model.stops[index], within: share) }
    var obstaclesOfStop: [Int: [TourPlan.Obstacle]] = [:]
    for index in mostImportant where !explanation.isSpent {
      guard let job = firstJob[index], reasons[index]?.reason.dependsOnShift ?? false else { continue }
      let told = obstacles(for: job, model.stops[index])
      if !explanation.isSpent { obstaclesOfStop[index] = told }
    }
    var entries: [TourPlan.Unassigned] = []
    for (index, _) in left {
      guard let (reason, message) = reasons[index] else { continue }
      let stop = model.stops[index]
      for visit in stop.visits {
        entries.append(
          TourPlan.Unassigned(
            visit: visit, location: stop.location, reason: reason, message: message, obstacles: obstaclesOfStop[index] ?? []))
      }
    }
    return entries
  }

  // MARK: The reason

  private func why(_ job: Int, _ stop: TourStopWork, within work: Int) -> (TourPlan.Reason, TourText) {
    if model.calendar.shifts.isEmpty {
      return (
        .noRoomLeft,
        TourText(
          english: "no inspector has a shift on the days of the plan",
          german: "an den Tagen des Plans hat niemand eine Schicht")
      )
    }
    let finding = explanation.finding(for: job, within: work)
    var (reason, text) = told(finding.reason, job, stop)
    if finding.tried < finding.of {
      text.english += "; \(finding.tried) of \(finding.of) shifts were tried"
      text.german += "; geprüft wurden \(finding.tried) von \(finding.of) Schichten"
    }
    return (reason, text)
  }

  private func told(_ reason: UnassignedReason, _ job: Int, _ stop: TourStopWork) -> (TourPlan.Reason, TourText) {
    switch reason {
    case .noQualifiedInspector:
      let needed = TourWords.list(stop.conditions.qualifications)
      return (
        .noQualifiedInspector,
        TourText(english: "no inspector holds all of: \(needed)", german: "niemand hat alle diese Sachkunden: \(needed)")
      )
    case .pinnedToOthers: return refused(job, stop)
    case .notReachable: return TravelWords(model).notReachable(from: stop)
    case .loadTooLarge: return loadTooLarge(stop)
    case .shiftTooShort(let shift, let missing): return tooLong(stop, shift, missing)
    case .windowMissed(let shift, let late):
      let (who, late) = (shiftName(shift), TourWords.short(late))
      return (
        .windowMissed,
        TourText(
          english: "in \(who.english), which comes nearest, the visit or a break would begin \(late) too late",
          german: "in \(who.german), wo am wenigsten fehlt, begänne der Besuch oder eine Pause \(late) zu spät")
      )
    case .wayTooLong(let shift, let missing):
      let who = shiftName(shift)
      return (
        .shiftTooShort,
        TourText(
          english: "even alone its way is \(Int(missing.value)) m longer than \(who.english) may drive",
          german: "selbst allein ist der Weg \(Int(missing.value)) m länger, als \(who.german) fahren darf")
      )
    case .partnerLeftOut:
      return (
        .notEnoughPeople,
        TourText(
          english: "at no time can as many people be there as it needs",
          german: "zu keiner Zeit können so viele Personen dort sein, wie es braucht")
      )
    case .peopleMissing(let needs, of: let people, let isAlone): return peopleMissing(stop, needs, of: people, isAlone)
    case .noRoomLeft(let shift, let missing?) where missing.longest == 0:
      let (visit, who) = (visit(stop), shiftName(shift))
      return (
        .noRoomLeft,
        TourText(
          english: "\(visit.english) would fit into \(who.english); search longer to find the place",
          german: "\(visit.german) passte in \(who.german); suchen Sie länger, um den Platz zu finden")
      )
    case .noRoomLeft(let shift, let missing):
      let (visit, lack) = (visit(stop), roomMissing(missing, shift))
      return (
        .noRoomLeft,
        TourText(
          english: "\(visit.english) would fit alone, but the tours are full: \(lack.english)",
          german: "\(visit.german) passte allein, aber die Touren sind voll: \(lack.german)")
      )
    }
  }

  private func roomMissing(_ missing: TourShortage?, _ shift: Int) -> TourText {
    guard let missing else {
      return TourText(english: "no vehicle can carry it in addition", german: "kein Fahrzeug kann es noch mitnehmen")
    }
    let lack = ShortageWords(missing).lack(of: shiftName(shift))
    return TourText(english: "it needs \(lack.english)", german: lack.german)
  }

  private func tooLong(_ stop: TourStopWork, _ shift: Int, _ missing: TourShortage) -> (TourPlan.Reason, TourText) {
    let (visit, who, words) = (visit(stop), shiftName(shift), ShortageWords(missing))
    let over = model.over(ofShift: shift)
    guard over > 0 else {
      let lack = words.lack(of: who)
      return (
        .shiftTooShort,
        TourText(
          english: "\(visit.english) is too long even for an empty tour: it needs \(lack.english)",
          german: "\(visit.german) ist selbst für eine leere Tour zu lang: \(lack.german)")
      )
    }
    return (
      missing.longest <= over ? .noRoomLeft : .shiftTooShort,
      TourText(
        english: "\(visit.english) is too long for the rest of \(who.english): it needs \(words.lack.english)",
        german: "\(visit.german) ist zu lang: im Rest \(who.german) \(words.lack.german)")
    )
  }

  /// Not enough people where some of them could come; else what keeps out a single one keeps out all.
  private func peopleMissing(
    _ stop: TourStopWork, _ needs: [TourNeed], of people: Int, _ isAlone: Bool
  ) -> (TourPlan.Reason, TourText) {
    let isLate = needs.contains { $0.missing.lateness > 0 && $0.missing.ofLimits == 0 }
    let reason: TourPlan.Reason =
      needs.count < people ? .notEnoughPeople : !isAlone ? .noRoomLeft : isLate ? .windowMissed : .shiftTooShort
    let lacks = needs.map { ShortageWords($0.missing).lack(of: shiftName($0.shift)) }
    let (english, german) = (lacks.map(\.english), lacks.map(\.german))
    let visit = visit(stop)
    return (
      reason,
      TourText(
        english: "\(visit.english) needs \(people) people at one time\(isAlone ? ", even on empty tours" : ""): "
          + "it needs \(english.joined(separator: " and "))",
        german: "\(visit.german) braucht \(people) Personen zur gleichen Zeit\(isAlone ? ", selbst bei leeren Touren" : ""): "
          + german.joined(separator: " und "))
    )
  }

  private func loadTooLarge(_ stop: TourStopWork) -> (TourPlan.Reason, TourText) {
    let needs = zip(model.request.loads, stop.loads).filter { $0.1 > 0 }.map { "\($0.1) \($0.0.measure)" }.joined(separator: ", ")
    guard model.couldCarry(stop) else {
      return (
        .loadTooLarge,
        TourText(
          english: "no vehicle of a qualified inspector carries \(needs)",
          german: "kein Fahrzeug, mit dem jemand mit der Sachkunde fährt, fasst \(needs)")
      )
    }
    return (
      .noRoomLeft,
      TourText(
        english: "with what is on board already no vehicle has room for \(needs)",
        german: "mit dem, was schon geladen ist, hat kein Fahrzeug mehr Platz für \(needs)")
    )
  }

  /// Every qualified inspector is refused: for whatever reason comes first.
  private func refused(_ job: Int, _ stop: TourStopWork) -> (TourPlan.Reason, TourText) {
    let qualified = model.problem.shifts.indices.filter {
      model.problem.shifts[$0].skills.isSuperset(of: model.problem.jobs[job].skills)
    }
    let refusals = qualified.map { refusal(of: stop, $0) }
    // Where somebody may come who does not, it is the windows that are never open for long enough.
    if refusals.contains(nil) { return refused(nil, stop) }
    // The day is the last thing that is asked: where it keeps out one, that one may come on another day.
    for case .day(let days)? in refusals { return refused(.day(days), stop) }
    for case .pinned(let inspector)? in refusals { return refused(.pinned(inspector), stop) }
    return refused(refusals.first ?? nil, stop)
  }

  /// `nil`: the windows are never open for long enough.
  private func refused(_ refusal: ShiftRefusal?, _ stop: TourStopWork) -> (TourPlan.Reason, TourText) {
    switch refusal {
    case .day(let days): (.windowMissed, onlyOn(days))
    case .pinned(let inspector):
      (
        .pinnedToOthers,
        TourText(
          english: "only \(title(inspector)) may make the visit, who is not qualified or not there then",
          german: "nur \(title(inspector)) darf den Besuch machen, hat dann aber keine Schicht oder nicht die Sachkunde")
      )
    case .notIndependent:
      (
        .pinnedToOthers,
        TourText(
          english: "everybody with the qualification is named as not independent",
          german: "alle mit der Sachkunde sind als nicht unabhängig eingetragen")
      )
    case nil: (.windowMissed, neverOpen(stop))
    }
  }

  private func onlyOn(_ days: ClosedRange<CalendarDate>) -> TourText {
    let (first, last) = (TourWords.day(days.lowerBound), TourWords.day(days.upperBound))
    return days.lowerBound == days.upperBound
      ? TourText(
        english: "it may only be visited on \(first.english)", german: "es darf nur am \(first.german) besucht werden")
      : TourText(
        english: "it may only be visited from \(first.english) to \(last.english)",
        german: "es darf nur vom \(first.german) bis zum \(last.german) besucht werden")
  }

  private func neverOpen(_ stop: TourStopWork) -> TourText {
    if !stop.conditions.windows.isEmpty, model.calendar.windows(stop.conditions.windows).isEmpty {
      return TourText(
        english: "the clock skips the time in which it may be visited: summer time begins in that night",
        german: "die Uhr überspringt die Zeit, in der es besucht werden darf: In dieser Nacht beginnt die Sommerzeit")
    }
    return TourText(
      english: "its windows are shorter than the work, or do not meet the night",
      german: "die Zeitfenster sind kürzer als die Arbeit oder liegen nicht in der Nacht")
  }

  // MARK: Each shift

  private func obstacles(for job: Int, _ stop: TourStopWork) -> [TourPlan.Obstacle] {
    let obstacles = zip(model.calendar.shifts.indices, explanation.obstacles(for: job))
    return obstacles.filter { shift, _ in !model.problem.shifts[shift].isOver }.map { shift, obstacle in
      var entry = TourPlan.Obstacle(
        inspector: model.inspector(ofShift: shift).id, day: model.calendar.shifts[shift].day, reason: .noRoomLeft,
        message: TourText(english: "", german: ""))
      switch obstacle {
      case .skillsMissing:
        let missing = stop.conditions.qualifications.subtracting(model.inspector(ofShift: shift).qualifications)
        let list = TourWords.list(missing)
        entry.reason = .noQualifiedInspector
        entry.message = TourText(english: "does not hold \(list)", german: "hat nicht die Sachkunde \(list)")
      case .pinnedElsewhere:
        (entry.reason, entry.message) = refusedHere(refusal(of: stop, shift), stop)
      case .notReachable:
        entry.reason = .notReachable
        entry.message = TourText(
          english: "has no way there and to the end of the tour", german: "hat keinen Weg dorthin und zum Ende der Tour")
      case .overloaded(let excess):
        let measures = model.request.loads.indices.filter { excess.amounts[$0] > 0 }
        let list = measures.map { "\(excess.amounts[$0]) \(model.request.loads[$0].measure)" }.joined(separator: ", ")
        entry.reason = .loadTooLarge
        entry.message = TourText(english: "the vehicle lacks room for \(list)", german: "im Fahrzeug fehlt Platz für \(list)")
      case .windowMissed(let late):
        entry.reason = .windowMissed
        entry.missing = late
        entry.message = TourText(
          english: "would come \(TourWords.short(late)) too late even without other visits",
          german: "käme auch ohne andere Besuche \(TourWords.short(late)) zu spät")
      case .shiftTooShort(let missing):
        let lack = ShortageWords(missing).lack
        let over = model.over(ofShift: shift)
        entry.reason = missing.longest <= over ? .noRoomLeft : .shiftTooShort
        entry.missing = missing.longest
        entry.message =
          over > 0
          ? TourText(
            english: "needs \(lack.english) in the rest of the shift", german: "im Rest der Schicht \(lack.german)")
          : TourText(
            english: "needs \(lack.english) even without other visits", german: "auch ohne andere Besuche \(lack.german)")
      case .noRoomLeft(let missing):
        let lack = ShortageWords(missing).lack
        entry.missing = missing.longest
        entry.message = TourText(
          english: "the tour is full: needs \(lack.english)", german: "die Tour ist voll: es \(lack.german)")
      case .wayTooLong(let missing), .noWayLeft(let missing):
        entry.message = TourText(
          english: "the way would be \(Int(missing.value)) m longer than it may be",
          german: "der Weg wäre \(Int(missing.value)) m länger, als er sein darf")
      case .tooManyJobs(let most):
        entry.message = TourText(
          english: "the tour has \(most) stop\(most == 1 ? "" : "s") already, and may not have more",
          german: "die Tour hat schon \(most) Halt\(most == 1 ? "" : "e"), mehr sind nicht erlaubt")
      case .partnerLeftOut:
        entry.reason = .notEnoughPeople
        entry.message = TourText(
          english: "could come, but not at a time when the others can too",
          german: "könnte kommen, aber nicht zu einer Zeit, zu der auch die anderen können")
      case .none:
        entry.message = TourText(
          english: "would fit; search longer to find the place", german: "passte; suchen Sie länger, um den Platz zu finden")
      }
      if entry.reason == .noRoomLeft || entry.reason == .loadTooLarge { displace(job, shift, &entry) }
      return entry
    }
  }

  private func refusedHere(_ refusal: ShiftRefusal?, _ stop: TourStopWork) -> (TourPlan.Reason, TourText) {
    switch refusal {
    case .pinned(let inspector):
      (
        .pinnedToOthers,
        TourText(
          english: "only \(title(inspector)) may make the visit", german: "nur \(title(inspector)) darf den Besuch machen")
      )
    case .notIndependent:
      (.pinnedToOthers, TourText(english: "is named as not independent", german: "ist als nicht unabhängig eingetragen"))
    case .day(let days): (.windowMissed, onlyOn(days))
    case nil: (.windowMissed, neverOpen(stop))
    }
  }

  private func displace(_ job: Int, _ shift: Int, _ entry: inout TourPlan.Obstacle) {
    guard let leaving = explanation.displaced(by: job, on: shift) else { return }
    let visits = model.stop(ofJob: leaving).visits
    entry.displaces = visits.map(\.feature)
    let names = visits.prefix(3).map { $0.name ?? "\($0.feature)" }.joined(separator: ", ") + (visits.count > 3 ? ", …" : "")
    entry.message.english += "; \(names) would have to go"
    entry.message.german += "; \(names) \(visits.count == 1 ? "müsste" : "müssten") weichen"
  }

  private func refusal(of stop: TourStopWork, _ shift: Int) -> ShiftRefusal? {
    ShiftRefusal(of: stop.conditions, by: model.inspector(ofShift: shift), on: model.calendar.shifts[shift].day)
  }

  // MARK: Names

  /// What people call the inspector with that id.
  private func title(_ inspector: String) -> String {
    model.request.inspectors.first { $0.id == inspector }?.title ?? inspector
  }

  private func shiftName(_ shift: Int) -> TourText {
    let (who, day) = (model.inspector(ofShift: shift).title, TourWords.day(model.calendar.shifts[shift].day))
    return model.request.days == 1
      ? TourText(english: "\(who)'s shift", german: "der Schicht von \(who)")
      : TourText(english: "\(who)'s shift on \(day.english)", german: "der Schicht von \(who) am \(day.german)")
  }

  private func visit(_ stop: TourStopWork) -> TourText {
    let (duration, count) = (TourWords.short(stop.service), stop.visits.count)
    return TourText(
      english: "the visit of \(duration)\(count > 1 ? " (one stop with \(count) features)" : "")",
      german: "der Besuch von \(duration)\(count > 1 ? " (ein Halt für \(count) Objekte)" : "")")
  }
}

extension TourPlan.Reason {
  /// Whether another shift could be kept out for another reason.
  fileprivate var dependsOnShift: Bool {
    switch self {
    case .noPlace, .noServiceTime, .notOnNetwork, .cancelled: false
    case .noQualifiedInspector, .notReachable, .shiftTooShort, .windowMissed, .noRoomLeft, .loadTooLarge, .pinnedToOthers,
      .notEnoughPeople:
      true
    }
  }
}
