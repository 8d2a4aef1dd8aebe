import Foundation
import LageplanFeatures

/// The header `Date` (RFC 9110, section 5.6.7: IMF-fixdate).
enum HttpDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Since 1970.
  static var secondNow: Int64 { Int64(time(nil)) }

  /// `second` since 1970, which was a Thursday: `Mon, 23 Nov 2026 07:48:06 GMT`.
  static func text(_ second: Int64) -> String {
    let day = Int(second / 86_400)
    let ofDay = Int(second % 86_400)
    let date = CalendarDate(daysSince1970: Int32(day))
    let clock = [ofDay / 3_600, ofDay / 60 % 60, ofDay % 60].map(twoDigits).joined(separator: ":")
    return "\(days[day % 7]), \(twoDigits(date.day)) \(months[date.month - 1]) \(date.year) \(clock) GMT"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
