import LageplanExchange
import LageplanFeatures
import Testing

struct SchemaInferenceTests {
  private func kinds(_ text: String, configure: (inout ImportSettings) throws -> Void = { _ in }) throws -> [PropertyKind] {
    try Deliver(text: text, configure: configure).delivery.schema.properties.map(\.kind)
  }

  @Test func leadingZerosStayText() throws {
    let run = try Deliver(text: "plz,count\n01067,7\n04103,0\n")
    #expect(run.delivery.schema.properties.map(\.kind) == [.text, .integer])
    #expect(run.values(of: "plz") == [.text("01067"), .text("04103")])
    #expect(run.report.sources[0].columns[0].rule == .leadingZeros)
  }

  @Test func germanDatesAreDates() throws {
    let run = try Deliver(text: "a,b\n30.12.1988,1.2.2024\n31.12.1988,\n")
    #expect(run.delivery.schema.properties.map(\.kind) == [.date, .date])
    #expect(run.values(of: "a").compactMap(\.spelling) == ["1988-12-30", "1988-12-31"])
    #expect(run.values(of: "b") == [.date(try #require(CalendarDate(iso: "2024-02-01"))), .null])
  }

  @Test func daysThatAreNotStayText() throws {
    #expect(try kinds("a,b\n31.02.2024,2024-13-01\n") == [.text, .text])
  }

  @Test func decimalCommasAndPointsAreNumbers() throws {
    let run = try Deliver(text: "a;b;c\n16991,50;1.25;1,5\n-3;2;1.5\n")
    #expect(run.delivery.schema.properties.map(\.kind) == [.real, .real, .text])
    #expect(run.values(of: "a") == [.real(16991.5), .real(-3)])
    #expect(run.values(of: "b") == [.real(1.25), .real(2)])
  }

  @Test func hyphenAndNothingAreNull() throws {
    let run = try Deliver(text: "a,b,c\n-,1,x\n,-,-\n5,,\" \"\n")
    #expect(run.delivery.schema.properties.map(\.kind) == [.integer, .integer, .text])
    #expect(run.values(of: "a") == [.null, .null, .integer(5)])
    #expect(run.values(of: "b") == [.integer(1), .null, .null])
    #expect(run.values(of: "c") == [.text("x"), .null, .null])
  }

  @Test func yesAndNoAreBooleansInGermanToo() throws {
    let run = try Deliver(text: "a,b,c\nja,true,J\nNein,FALSE,N\n")
    #expect(run.delivery.schema.properties.map(\.kind) == [.boolean, .boolean, .text])
    #expect(run.values(of: "a") == [.boolean(true), .boolean(false)])
  }

  @Test func fourteenDigitsAreAMomentOfTheTown() throws {
    // Leipzig's clock shows summer time in June: two hours before UTC.
    let run = try Deliver(text: "a,b\n20240607190541,20240607190541\n20241201000000,99999999999999\n")
    #expect(run.delivery.schema.properties.map(\.kind) == [.dateTime, .integer])
    #expect(run.values(of: "a").compactMap(\.spelling) == ["2024-06-07T17:05:41Z", "2024-11-30T23:00:00Z"])
  }

  @Test func timesWithAndWithoutZoneAreMoments() throws {
    let run = try Deliver(text: "a,b\n2024-06-07T19:05:41+02:00,1\n2024-06-07 19:05,2\n07.06.2024 19:05:41.250,3\n")
    #expect(
      run.values(of: "a").compactMap(\.spelling) == ["2024-06-07T17:05:41Z", "2024-06-07T17:05:00Z", "2024-06-07T17:05:41.250Z"])
  }

  @Test func givenDateFormatIsRead() throws {
    let run = try Deliver(text: "a,b\n12/30/88,x\n01/02/24,y\n") { $0.dateFormat = try DateFormat("MM/dd/yy") }
    #expect(run.delivery.schema.properties.map(\.kind) == [.date, .text])
    #expect(run.values(of: "a").compactMap(\.spelling) == ["1988-12-30", "2024-01-02"])
  }

  @Test(arguments: ["dd.MM", "yyyy-MM-dd-dd", "QQ.yyyy", ""]) func dateFormatWithoutADayIsRefused(pattern: String) {
    #expect(throws: ExchangeError.self) { _ = try DateFormat(pattern) }
  }

  @Test func forcedTypeRejectsTheRowsThatDoNotFit() throws {
    let run = try Deliver(text: "a,b\n1,x\nviele,y\n3,z\n") { $0.types = ["a": .integer] }
    #expect(run.values(of: "a") == [.integer(1), .integer(3)])
    let row = try #require(run.report.rejected.first)
    #expect(run.report.rejected.count == 1)
    #expect(row.position == .line(3))
    #expect(row.reason.contains("\"viele\""))
    #expect(row.remedy.contains("--type a=text"))
  }

  @Test func typeOfTheCollectionIsKeptWhereItHolds() throws {
    let existing: [String: PropertyKind] = ["a": .text, "b": .real, "c": .integer]
    #expect(try kinds("a,b,c\n1,2,3.5\n") { $0.existing = existing } == [.text, .real, .real])
  }

  @Test func typeForNoColumnIsRefused() {
    #expect(throws: ExchangeError.self) { _ = try Deliver(text: "a\n1\n") { $0.types = ["b": .text] } }
  }

  @Test func typesOfATypedSourceAreKept() throws {
    let text = """
      {"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,
      "properties":{"code":"12","number":12,"real":1.5,"flag":true,"day":"30.12.1988","list":["a",1],"object":{"k":1}}}]}
      """
    let run = try Deliver(text: text, suffix: "geojson")
    #expect(run.delivery.schema.properties.map(\.kind) == [.text, .integer, .real, .boolean, .date, .json, .json])
    #expect(run.values(of: "code") == [.text("12")])
    #expect(run.values(of: "list") == [.json(#"[ "a", 1 ]"#)] || run.values(of: "list") == [.json(#"["a",1]"#)])
  }

  @Test func recordsBeginOnTheirLines() throws {
    // A header, a record over two lines, an empty line, and one that does not fit.
    let run = try Deliver(text: "a,b\n1,\"x\ny\"\n\n2,z\nq,u\n") { $0.types = ["a": .integer] }
    #expect(run.report.read == 3)
    #expect(run.report.rejected.map(\.position) == [.line(6)])
  }
}
