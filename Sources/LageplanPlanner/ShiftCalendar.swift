import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// A shift of the plan: whose, when.
struct PlannedShift {
  /// Index into the inspectors of the request.
  var inspector: Int
  /// On which it begins.
  var day: CalendarDate
  var begin: Instant
  var end: Instant
}

/// One day of an inspector, on which shifts begin.
struct InspectorDay: Hashable {
  /// By id.
  var inspector: String
  var day: CalendarDate
}

/// The shifts of a request, by day and then in the order of the inspectors, and the clock of its problem: second 0 is the earliest begin of a shift.
struct ShiftCalendar {
  let shifts: [PlannedShift]
  private let request: TourRequest
  private let time: TownTime
  private let origin: Instant
  /// The days that are shorter than 24 hours.
  private let losesTime: Set<CalendarDate>

  init(_ request: TourRequest, _ time: TownTime) {
    self.request = request
    self.time = time
    losesTime = Set(
      (-1...request.days + 1).map { request.day.adding(days: $0) }.filter { day in
        let (begin, end) = (time.instant(on: day, at: 0), time.instant(on: day.adding(days: 1), at: 0))
        return end.millisecondsSince1970 - begin.millisecondsSince1970 < 86_400_000
      })
    let days = request.calendar.map { day in (day, request.inspectors.map { $0.shifts(on: day, of: request) }) }
    shifts = days.flatMap { day, windows in
      windows.enumerated().flatMap { inspector, windows in
        windows.map { window in
          PlannedShift(
            inspector: inspector, day: day, begin: Self.instant(on: day, at: window.begin, time),
            end: Self.instant(on: day, at: window.end, time))
        }
      }
    }
    origin = shifts.map(\.begin).min() ?? time.instant(on: request.day, at: 0)
  }

  /// A time of the day beyond 24 h is one of the next day; where the clock skips it, the moment at which it does, so that no end comes before its begin.
  private static func instant(on day: CalendarDate, at timeOfDay: Seconds, _ time: TownTime) -> Instant {
    let (day, timeOfDay) = clock(day, timeOfDay)
    return time.reaches(timeOfDay, on: day)
  }

  private static func clock(_ day: CalendarDate, _ timeOfDay: Seconds) -> (CalendarDate, Seconds) {
    timeOfDay.value > 86_400 ? (day.adding(days: 1), Seconds(timeOfDay.value - 86_400)) : (day, timeOfDay)
  }

  /// Whether the clock shows neither end of a window that begins on this day: summer time begins in it.
  private func isSkipped(_ window: TourRequest.DayWindow, on day: CalendarDate) -> Bool {
    guard losesTime.contains(day) || losesTime.contains(day.adding(days: 1)) else { return false }
    return [window.begin, window.end].allSatisfy { end in
      let (day, timeOfDay) = Self.clock(day, end)
      return !time.shows(timeOfDay, on: day)
    }
  }

  func inspectorDay(_ shift: PlannedShift) -> InspectorDay {
    InspectorDay(inspector: request.inspectors[shift.inspector].id, day: shift.day)
  }

  /// For each tour of a plan the index of its shift; `nil`: its inspector has no such shift any more.
  ///
  /// On one day both stand in the same order. Where there are fewer tours than shifts, as after an absence, each tour belongs to the first shift that was not
  /// over when it left.
  func shifts(of routes: [TourPlan.Route]) -> [Int?] {
    var shiftsOfDay = Dictionary(grouping: shifts.indices) { inspectorDay(shifts[$0]) }
    let tours = Dictionary(routes.map { ($0.inspectorDay, 1) }, uniquingKeysWith: +)
    let isComplete = shiftsOfDay.mapValues(\.count).filter { day, count in tours[day, default: 0] >= count }
    return routes.map { route in
      guard let left = shiftsOfDay[route.inspectorDay], !left.isEmpty else { return nil }
      let inOrder = isComplete[route.inspectorDay] != nil
      let place = inOrder ? 0 : left.firstIndex { shifts[$0].end > route.departure } ?? left.count - 1
      shiftsOfDay[route.inspectorDay]?.remove(at: place)
      return left[place]
    }
  }

  func instant(_ seconds: Seconds) -> Instant {
    Instant(millisecondsSince1970: origin.millisecondsSince1970 + Int64(seconds.value) * 1000)
  }

  /// Negative before the first shift.
  func seconds(_ instant: Instant) -> Seconds {
    Seconds(Int((instant.millisecondsSince1970 - origin.millisecondsSince1970) / 1000))
  }

  func span(_ shift: PlannedShift) -> TimeWindow { TimeWindow(earliest: seconds(shift.begin), latest: seconds(shift.end)) }

  /// The breaks of a shift, sorted by their begin: a window stands on the clock of the day on which the shift begins, or, where it is over before, of the next.
  func breaks(of shift: PlannedShift) -> [TourBreak] {
    let span = span(shift)
    let breaks = request.inspectors[shift.inspector].breaks.map { pause in
      switch pause.limit {
      case .within(let hours): return TourBreak.within(hours, of: span, duration: pause.duration)
      case .window(let window):
        let today = self.window(window, on: shift.day)
        let found = today.latest < span.earliest ? self.window(window, on: shift.day.adding(days: 1)) : today
        return TourBreak(
          duration: pause.duration,
          window: TimeWindow(earliest: max(found.earliest, span.earliest), latest: max(found.latest, span.earliest)))
      }
    }
    return breaks.sorted { ($0.window.earliest, $0.window.latest) < ($1.window.earliest, $1.window.latest) }
  }

  private func window(_ window: TourRequest.DayWindow, on day: CalendarDate) -> TimeWindow {
    TimeWindow(
      earliest: seconds(Self.instant(on: day, at: window.begin, time)),
      latest: seconds(Self.instant(on: day, at: window.end, time)))
  }

  /// The windows on every day that a shift touches, sorted and joined where they meet; on the clock of the problem, on which nothing is before 0. What the clock
  /// skips altogether is left out.
  func windows(_ windows: [TourRequest.DayWindow]) -> [TimeWindow] {
    let all = (-1...request.days).flatMap { offset -> [TimeWindow] in
      let day = request.day.adding(days: offset)
      return windows.filter { !isSkipped($0, on: day) }.map { window($0, on: day) }
    }
    var joined: [TimeWindow] = []
    for window in all.sorted(by: { ($0.earliest, $0.latest) < ($1.earliest, $1.latest) }) where window.latest >= 0 {
      let earliest = max(0, window.earliest)
      if let last = joined.last, earliest.value <= last.latest.value + 1 {
        joined[joined.count - 1].latest = max(last.latest, window.latest)
      } else {
        joined.append(TimeWindow(earliest: earliest, latest: window.latest))
      }
    }
    return joined
  }
}

extension TownTime {
  /// Whether the town's clock shows this time on this day, and does not skip it as summer time begins.
  fileprivate func shows(_ time: Seconds, on day: CalendarDate) -> Bool {
    (timeOfDay(of: instant(on: day, at: time)).value - time.value) % 86_400 == 0
  }

  /// When the town's clock shows this time of the day, or skips it.
  fileprivate func reaches(_ time: Seconds, on day: CalendarDate) -> Instant {
    let instant = instant(on: day, at: time)
    // Later than asked for by the length of the gap, which thus began within as long before.
    let gap = timeOfDay(of: instant).value - time.value % 86_400
    guard gap != 0 else { return instant }
    var (shown, skipped) = (time.value - (gap + 86_400) % 86_400, time.value)
    while skipped - shown > 1 {
      let middle = (shown + skipped) / 2
      if shows(Seconds(middle), on: day) { shown = middle } else { skipped = middle }
    }
    return self.instant(on: day, at: Seconds(skipped))
  }
}

extension TourRequest.Inspector {
  /// The shifts that begin on this day, in the order of their begin.
  func shifts(on day: CalendarDate, of request: TourRequest) -> [TourRequest.DayWindow] {
    let others = exceptions.filter { $0.day == day }
    if others.isEmpty { return works(on: day, of: request) ? [shift] : [] }
    return others.compactMap(\.shift).sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
  }

  private func works(on day: CalendarDate, of request: TourRequest) -> Bool {
    if let days { return days.contains(day) }
    if let weekdays { return weekdays.contains(day.weekday) }
    return request.days == 1 || (1...5).contains(day.weekday)
  }
}

extension TourPlan.Route {
  var inspectorDay: InspectorDay { InspectorDay(inspector: inspector, day: day) }
}
