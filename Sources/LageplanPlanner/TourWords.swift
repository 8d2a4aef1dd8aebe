import LageplanFeatures
import LageplanGeometry

/// Parts of sentences in both languages. Minutes are rounded up.
enum TourWords {
  static func minutes(_ span: Seconds) -> Int { (span.value + 59) / 60 }

  /// `5 min`, alike in both languages.
  static func short(_ span: Seconds) -> String { "\(minutes(span)) min" }

  /// `1 more minute` and `1 Minute`.
  static func missing(_ span: Seconds) -> TourText {
    let count = minutes(span)
    return TourText(
      english: count == 1 ? "1 more minute" : "\(count) more minutes", german: count == 1 ? "1 Minute" : "\(count) Minuten")
  }

  /// `2026-12-05` and `5.12.2026`.
  static func day(_ day: CalendarDate) -> TourText { TourText(english: day.iso, german: "\(day.day).\(day.month).\(day.year)") }

  /// `08:05` and `08:05 Uhr`.
  static func clock(_ instant: Instant, _ time: TownTime) -> TourText {
    let seconds = time.timeOfDay(of: instant).value
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
    return TourText(english: clock, german: "\(clock) Uhr")
  }

  static func list(_ words: some Sequence<String>) -> String { words.sorted().joined(separator: ", ") }
}

extension TourText {
  static let noPlace = TourText(
    english: "the feature has no geometry; give it a place", german: "das Objekt hat keinen Ort; tragen Sie einen ein")

  static let noServiceTime = TourText(
    english: "nothing tells how long the visit takes; fill in the property or name a default",
    german: "nichts sagt, wie lange der Besuch dauert; füllen Sie die Eigenschaft oder nennen Sie einen Vorgabewert")

  static func notBefore(_ day: CalendarDate, lastDay: CalendarDate) -> TourText {
    let (day, last) = (TourWords.day(day), TourWords.day(lastDay))
    return TourText(
      english: "it may be visited from \(day.english) on, after the last day of the plan, \(last.english)",
      german: "es darf ab dem \(day.german) besucht werden, nach dem letzten Tag des Plans, dem \(last.german)")
  }
}
