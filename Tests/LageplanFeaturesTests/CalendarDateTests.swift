import Foundation
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

@Suite struct CalendarDateTests {
  @Test(arguments: [
    ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-12-01", 20_788), ("0000-03-01", -719_468),
    ("1582-10-15", -141_427), ("9999-12-31", 2_932_896),
  ])
  func knownDays(iso: String, days: Int32) throws {
    let date = try #require(CalendarDate(iso: iso))
    #expect(date.daysSince1970 == days)
    #expect(date.iso == iso)
  }

  @Test func everyDayOfEightHundredYearsAgreesWithCounting() {
    // The oracle walks day by day with nothing but the lengths of months.
    var (year, month, day) = (1600, 1, 1)
    var count: Int32 = -135_140
    while year < 2400 {
      let date = CalendarDate(daysSince1970: count)
      guard date.year == year, date.month == month, date.day == day,
        CalendarDate(year: year, month: month, day: day) == date, CalendarDate(iso: date.iso) == date
      else {
        Issue.record("day \(count) is \(date.iso), counted \(year)-\(month)-\(day)")
        return
      }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      day += 1
      if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
      count += 1
    }
    #expect(count == 157_054)
  }

  @Test(arguments: [
    "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31", "26-01-01", "2026-1-1", "2026-01-01 ",
    " 2026-01-01", "20260101", "2026/01/01", "+2026-01-01", "2026-01-01T00:00:00Z", "", "٢٠٢٦-٠١-٠١",
  ])
  func wrongDatesAreRefused(text: String) {
    #expect(CalendarDate(iso: text) == nil)
  }

  @Test func weekdayCountsFromMonday() throws {
    #expect(try #require(CalendarDate(iso: "2026-12-01")).weekday == 2)
    #expect(try #require(CalendarDate(iso: "1969-12-28")).weekday == 7)
  }

  @Test func monthsEndOnTheLastDayOfAShorterMonth() throws {
    let january = try #require(CalendarDate(iso: "2024-01-31"))
    #expect(january.adding(months: 1).iso == "2024-02-29")
    #expect(january.adding(months: -11).iso == "2023-02-28")
    #expect(january.adding(months: 12).iso == "2025-01-31")
    #expect(january.adding(days: 30).iso == "2024-03-01")
  }

  @Test func farYearsPrintWithSign() {
    #expect(CalendarDate(year: -1, month: 1, day: 1)?.iso == "-000001-01-01")
    #expect(CalendarDate(year: 12_345, month: 1, day: 1)?.iso == "+012345-01-01")
  }
}

@Suite struct InstantTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
    ("2026-12-01T07:30:00+01:00", 1_796_106_600_000, "2026-12-01T06:30:00Z"),
    ("2026-12-01t06:30:00z", 1_796_106_600_000, "2026-12-01T06:30:00Z"),
    ("2026-12-01T07:30:00+0100", 1_796_106_600_000, "2026-12-01T06:30:00Z"),
    ("2026-12-01T07:30:00+01", 1_796_106_600_000, "2026-12-01T06:30:00Z"),
    ("2026-12-01T06:30:00.5Z", 1_796_106_600_500, "2026-12-01T06:30:00.500Z"),
    ("2026-12-01T06:30:00.0079Z", 1_796_106_600_007, "2026-12-01T06:30:00.007Z"),
    ("1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"),
    ("2000-01-01T00:00:00-12:45", 946_730_700_000, "2000-01-01T12:45:00Z"),
  ])
  func readsAndPrints(text: String, milliseconds: Int64, iso: String) throws {
    let instant = try #require(Instant(iso: text))
    #expect(instant.millisecondsSince1970 == milliseconds)
    #expect(instant.iso == iso)
    #expect(Instant(iso: iso) == instant)
  }

  @Test(arguments: [
    "2026-12-01T06:30:00", "2026-12-01 06:30:00Z", "2026-12-01", "2026-12-01T24:00:00Z", "2026-12-01T06:60:00Z",
    "2026-12-01T06:30:60Z", "2026-12-01T06:30Z", "2026-12-01T06:30:00.Z", "2026-12-01T06:30:00+25:00",
    "2026-12-01T06:30:00+01:60", "2026-12-01T06:30:00Zx", "2026-12-01T06:30:00+1",
  ])
  func wrongInstantsAreRefused(text: String) {
    #expect(Instant(iso: text) == nil)
  }

  @Test(arguments: Seed.hundred) func printsWhatFoundationPrints(seed: Seed) {
    var seed = seed
    // Foundation counts by the Julian calendar before October 1582.
    let second = Int64.random(in: -12_000_000_000...30_000_000_000, using: &seed)
    let instant = Instant(millisecondsSince1970: second * 1000)
    #expect(instant.iso == Date(timeIntervalSince1970: Double(second)).formatted(.iso8601))
  }
}

@Suite struct TownTimeTests {
  private func instant(_ day: String, _ hour: Int, _ minute: Int, zone: String = "Europe/Berlin") throws -> String {
    let day = try #require(CalendarDate(iso: day))
    return try TownTime(zone: zone).instant(on: day, at: .init(hour * 3600 + minute * 60)).iso
  }

  @Test func winterAndSummer() throws {
    #expect(try instant("2026-12-01", 7, 0) == "2026-12-01T06:00:00Z")
    #expect(try instant("2026-07-01", 7, 0) == "2026-07-01T05:00:00Z")
  }

  @Test func skippedHourMovesOnByTheGap() throws {
    #expect(try instant("2026-03-29", 1, 59) == "2026-03-29T00:59:00Z")
    #expect(try instant("2026-03-29", 2, 30) == "2026-03-29T01:30:00Z")
    #expect(try instant("2026-03-29", 3, 0) == "2026-03-29T01:00:00Z")
  }

  @Test func repeatedHourIsTheFirst() throws {
    #expect(try instant("2026-10-25", 2, 30) == "2026-10-25T00:30:00Z")
    #expect(try instant("2026-10-25", 3, 0) == "2026-10-25T02:00:00Z")
  }

  @Test func dayAndTimeOfAnInstant() throws {
    let town = try TownTime()
    let evening = try #require(Instant(iso: "2026-12-01T23:30:15.250Z"))
    #expect(town.day(of: evening).iso == "2026-12-02")
    #expect(town.timeOfDay(of: evening) == .init(1815))
    let second = try #require(Instant(iso: "2026-10-25T01:30:00Z"))
    #expect(town.timeOfDay(of: second) == .init(9000))
  }

  @Test func everyQuarterHourOfAYearComesBack() throws {
    let town = try TownTime()
    let start = try #require(Instant(iso: "2025-12-31T23:00:00Z"))
    var movedBack: [Int64] = []
    for quarter in 0..<(366 * 96) {
      let instant = Instant(millisecondsSince1970: start.millisecondsSince1970 + Int64(quarter) * 900_000)
      let back = town.instant(on: town.day(of: instant), at: town.timeOfDay(of: instant))
      if back != instant { movedBack.append(instant.millisecondsSince1970 - back.millisecondsSince1970) }
    }
    // Only the second run of the repeated hour does not: it comes back as the first.
    #expect(movedBack == [3_600_000, 3_600_000, 3_600_000, 3_600_000])
  }

  @Test func unknownZoneIsRefused() {
    #expect(throws: TownTime.UnknownZone.self) { try TownTime(zone: "Europa/Musterstadt") }
  }
}
