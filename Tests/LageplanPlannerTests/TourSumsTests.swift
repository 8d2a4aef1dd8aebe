import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import Testing

/// Registers whose rows are all well, and too much all together: a fault of the request, told before anything is planned.
struct TourSumsTests {
  private static let yard = Coordinate(longitude: 10.8, latitude: 52.5)

  private func request() throws -> TourRequest {
    TourRequest(
      collections: ["playgrounds"], service: .fixed(60), day: try #require(CalendarDate(iso: "2026-12-01")), days: 31,
      inspectors: [
        TourRequest.Inspector(id: "A", start: Self.yard, end: Self.yard, shiftStart: 25_200, shiftEnd: 54_000)
      ])
  }

  private func faults(_ register: TourRegister, _ request: TourRequest) -> [String] {
    do {
      _ = try TourWork(request, reader: register, descriptors: register.descriptors)
      return []
    } catch let error as TourRequestError {
      return error.faults.map { "\($0.code) \($0.path)" }
    } catch {
      return ["\(error)"]
    }
  }

  @Test(arguments: [(100, false), (120, true)]) func preferencesOfAllFeaturesFitIntoOneSum(count: Int, isTooMuch: Bool) throws {
    var register = TourRegister()
    try register.add("playgrounds", [("name", .text)], (1...count).map { ("\($0)", Self.yard, [.text("Platz")]) })
    var request = try request()
    request.preferences = Array(
      repeating: TourRequest.Preference(
        .filter(.equalities([TourRequest.PropertyEquality(property: "name", value: "Platz")])), inspector: "A",
        worth: 86_400), count: 100)
    #expect(faults(register, request) == (isTooMuch ? ["tooMany $.preferences"] : []))
  }

  @Test(arguments: [(161, false), (162, true)]) func aPlanHasNoMoreShiftsThanCanBePlanned(each: Int, isTooMuch: Bool) throws {
    var register = TourRegister()
    try register.add("playgrounds", [("name", .text)], [("1", Self.yard, [.text("Platz")])])
    try register.add(
      "inspectors", [("id", .text), ("shift_start", .text), ("shift_end", .text)],
      [("1", Self.yard, [.text("A"), .text("07:00"), .text("15:00")])])
    var request = try request()
    request.inspectors = []
    request.register = TourRequest.InspectorRegister(ids: nil)
    func clock(_ minutes: Int) -> PropertyValue {
      .text("\(minutes / 60 < 10 ? "0" : "")\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)")
    }
    let shifts = request.calendar.flatMap { day in (0..<each).map { (day, $0 * 8) } }
    try register.add(
      "shifts", [("inspector", .text), ("day", .date), ("start", .text), ("end", .text)],
      shifts.enumerated().map { number, shift in
        ("\(number)", nil, [.text("A"), .date(shift.0), clock(shift.1), clock(shift.1 + 7)])
      })
    #expect(faults(register, request) == (isTooMuch ? ["tooMany $.inspectors"] : []))
  }
}
