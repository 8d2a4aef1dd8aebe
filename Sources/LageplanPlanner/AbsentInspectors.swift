import LageplanFeatures
import LageplanGeometry

/// Who is absent, and when; each said once.
struct AbsentInspectors {
  /// In the order in which they were said.
  let absences: [TourChange.Absence]
  private let named: Set<TourChange.Absence>
  private let inspectors: Set<String>

  init(_ absences: [TourChange.Absence]) {
    let always = Set(absences.filter { $0.day == nil }.map(\.inspector))
    var named: Set<TourChange.Absence> = []
    self.absences = absences.filter { absence in
      (absence.day == nil || !always.contains(absence.inspector)) && named.insert(absence).inserted
    }
    self.named = named
    inspectors = Set(named.map(\.inspector))
  }

  /// Whether the inspector is absent on that day.
  func contains(_ inspector: String, on day: CalendarDate) -> Bool {
    [nil, day].contains { named.contains(TourChange.Absence(inspector: inspector, day: $0)) }
  }

  /// Whether one day at least is named by both.
  func overlaps(_ absence: TourChange.Absence) -> Bool {
    guard let day = absence.day else { return inspectors.contains(absence.inspector) }
    return contains(absence.inspector, on: day)
  }

  /// Who is still absent when these come all the same. Whoever was to be absent on all days and comes on one is absent on the others.
  func without(_ present: AbsentInspectors, of days: [CalendarDate]) -> AbsentInspectors {
    AbsentInspectors(
      absences.flatMap { absence -> [TourChange.Absence] in
        guard present.overlaps(absence) else { return [absence] }
        guard absence.day == nil else { return [] }
        return days.filter { !present.contains(absence.inspector, on: $0) }
          .map { TourChange.Absence(inspector: absence.inspector, day: $0) }
      })
  }

  /// Without a day somebody is absent on all days that are to come: some of them are named where others are over.
  func limited(to days: [CalendarDate], where isToCome: (String, CalendarDate) -> Bool) -> AbsentInspectors {
    AbsentInspectors(
      absences.flatMap { absence -> [TourChange.Absence] in
        guard absence.day == nil else { return [absence] }
        let coming = days.filter { isToCome(absence.inspector, $0) }
        guard coming.count < days.count else { return [absence] }
        return coming.map { TourChange.Absence(inspector: absence.inspector, day: $0) }
      })
  }
}

/// When the days of inspectors are over: with the last shift that begins on them, and the last tour.
struct InspectorDayEnds {
  private let ends: [InspectorDay: Instant]
  private let time: TownTime

  init(_ calendar: ShiftCalendar, _ plan: TourPlan) {
    time = plan.time
    let shifts = calendar.shifts.map { (calendar.inspectorDay($0), $0.end) }
    ends = Dictionary(shifts + plan.routes.map { ($0.inspectorDay, $0.arrival) }, uniquingKeysWith: max)
  }

  /// `at`: now; `nil`: no day has begun.
  func isOver(_ inspector: String, on day: CalendarDate, at now: Instant?) -> Bool {
    guard let now else { return false }
    let end = ends[InspectorDay(inspector: inspector, day: day)] ?? time.instant(on: day.adding(days: 1), at: 0)
    return end <= now
  }
}
