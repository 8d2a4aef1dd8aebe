import LageplanFeatures
import Testing

@Suite struct PropertyValueTests {
  @Test(arguments: [
    ("12", PropertyKind.integer, PropertyValue.integer(12)), ("-9223372036854775808", .integer, .integer(.min)),
    ("12", .real, .real(12)), ("-1.5e3", .real, .real(-1500)), ("true", .boolean, .boolean(true)), ("01", .text, .text("01")),
    ("2026-12-01", .date, .date(CalendarDate(daysSince1970: 20_788))),
    ("1970-01-01T00:00:01Z", .dateTime, .dateTime(Instant(millisecondsSince1970: 1000))), ("[1,2]", .json, .json("[1,2]")),
  ])
  func parses(text: String, kind: PropertyKind, value: PropertyValue) {
    #expect(PropertyValue(parsing: text, as: kind) == value)
    #expect(value.kind == kind)
    if kind != .real { #expect(value.spelling == text) }
  }

  @Test(arguments: [
    ("12.0", PropertyKind.integer), ("9223372036854775808", .integer), (" 12", .integer), ("+1", .integer), ("01", .integer),
    ("", .integer), ("nan", .real), ("inf", .real), ("1e999", .real), ("0x10", .real), ("1,5", .real), ("TRUE", .boolean),
    ("1", .boolean), ("01.12.2026", .date), ("2026-12-01", .dateTime), ("{", .json),
  ])
  func refuses(text: String, kind: PropertyKind) {
    #expect(PropertyValue(parsing: text, as: kind) == nil)
  }

  @Test func lentValuesFollowTheSchema() {
    func lend(_ text: String, _ kind: PropertyKind) -> PropertyValue {
      var text = text
      return text.withUTF8 { LentValue.text(UnsafeRawBufferPointer($0)).value(as: kind) }
    }
    #expect(lend("2026-12-01", .date) == .date(CalendarDate(daysSince1970: 20_788)))
    #expect(lend("{}", .json) == .json("{}"))
    #expect(lend("Linde", .text) == .text("Linde"))
    #expect(lend("unbekannt", .date) == .text("unbekannt"))
    #expect(LentValue.integer(1).value(as: .boolean) == .boolean(true))
    #expect(LentValue.integer(7).value(as: .boolean) == .integer(7))
    #expect(LentValue.integer(7).value(as: .real) == .real(7))
    #expect(LentValue.null.value(as: .text) == .null)
  }
}
