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

/// The shifts of a request, by day and then in the order of the inspectors, and the clock of its problem: second 0 is the earliest begin of a shift.
struct ShiftCalendar {
  let shifts: [PlannedShift]
  private let request: TourRequest
  private let time: TownTime
  private let origin: Instant

  init(_ request: TourRequest, _ time: TownTime) {
    self.request = request
    self.time = time
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

  /// A time of the day beyond 24 h is one of the next day.
  private static func instant(on day: CalendarDate, at timeOfDay: Seconds, _ time: TownTime) -> Instant {
    timeOfDay.value > 86_400
      ? time.instant(on: day.adding(days: 1), at: Seconds(timeOfDay.value - 86_400)) : time.instant(on: day, at: timeOfDay)
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
      case .within(let hours): return TourBreak.within(hours, of: span.earliest, duration: pause.duration)
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

  /// The windows on every day that a shift touches, sorted and joined where they meet; on the clock of the problem, on which nothing is before 0.
  func windows(_ windows: [TourRequest.DayWindow]) -> [TimeWindow] {
    let all = (-1...request.days).flatMap { offset in
      windows.map { window($0, on: request.day.adding(days: offset)) }
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
