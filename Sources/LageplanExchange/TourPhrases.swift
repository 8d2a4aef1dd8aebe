import LageplanFeatures
import LageplanGeometry
import LageplanPlanner

/// Days, times and amounts as people read them on paper, in one language and on the clock of one town.
struct TourPhrases: Sendable {
  var language: TourLanguage
  var time: TownTime

  /// One of two wordings.
  func say(_ german: String, _ english: String) -> String { language == .german ? german : english }

  /// `07:05`, on the town's clock.
  func clock(_ instant: Instant) -> String {
    let minutes = time.timeOfDay(of: instant).value / 60
    return "\(two(minutes / 60)):\(two(minutes % 60))"
  }

  /// `07:05`, with the day before it where it is another than `day`: a night's shift ends on the next.
  func clock(_ instant: Instant, seenFrom day: CalendarDate) -> String {
    let own = time.day(of: instant)
    return own == day ? clock(instant) : "\(shortDay(own)) \(clock(instant))"
  }

  /// `2026-12-01 07:05:30`, as spreadsheets understand it.
  func moment(_ instant: Instant) -> String {
    let seconds = time.timeOfDay(of: instant).value
    return "\(time.day(of: instant).iso) \(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  /// `1.12.2026, 07:05`, `1 Dec 2026, 07:05`.
  func stamp(_ instant: Instant) -> String {
    let day = time.day(of: instant)
    let month = Self.months[language, default: []][day.month - 1].prefix(3)
    return say("\(day.day).\(day.month).\(day.year)", "\(day.day) \(month) \(day.year)") + ", " + clock(instant)
  }

  /// `Dienstag, 1. Dezember 2026`, `Tuesday, 1 December 2026`.
  func longDay(_ day: CalendarDate) -> String {
    let weekday = Self.weekdays[language, default: []][day.weekday - 1]
    let month = Self.months[language, default: []][day.month - 1]
    return say("\(weekday), \(day.day). \(month) \(day.year)", "\(weekday), \(day.day) \(month) \(day.year)")
  }

  /// `Di 1.12.`, `Tue 1 Dec`.
  func shortDay(_ day: CalendarDate) -> String {
    let weekday = Self.weekdays[language, default: []][day.weekday - 1]
    let month = Self.months[language, default: []][day.month - 1]
    return say("\(weekday.prefix(2)) \(day.day).\(day.month).", "\(weekday.prefix(3)) \(day.day) \(month.prefix(3))")
  }

  /// `1 h 12 min`, `25 min`; to the nearest minute.
  func span(seconds: Int) -> String {
    let minutes = (seconds + 30) / 60
    return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(two(minutes % 60)) min"
  }

  /// `850 m`, `34,2 km`.
  func way(metres: Int) -> String {
    guard metres >= 1000 else { return "\(metres) m" }
    let tenths = (metres + 50) / 100
    return "\(tenths / 10)\(say(",", "."))\(tenths % 10) km"
  }

  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static let weekdays: [TourLanguage: [String]] = [
    .german: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    .english: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  ]
  private static let months: [TourLanguage: [String]] = [
    .german: [
      "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
    ],
    .english: [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ],
  ]
}
