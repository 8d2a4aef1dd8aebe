import LageplanExchange
import LageplanFeatures
import LageplanPlanner

/// A part of a plan: the tours of one inspector, of one day, or the one tour of both.
struct TourPart {
  static let parameters = ["inspector", "day"]

  private let inspector: String?
  private let day: CalendarDate?

  init(_ query: RequestQuery) throws(Problem) {
    inspector = query["inspector"]
    day = try query.day("day")
  }

  /// Throws 404 where no plan of the request has such a tour, before anybody searches for one.
  func check(_ request: TourRequest) throws(Problem) {
    if let inspector, !request.inspectors.contains(where: { $0.id == inspector }) {
      let known = request.inspectors.map(\.id).joined(separator: ", ")
      throw Problem.notFound("The request has no such inspector. It has: \(known).", value: inspector)
    }
    if let day, !(request.day...request.lastDay).contains(day) {
      throw Problem.notFound(
        "The request has no such day: it is about \(request.day.iso) to \(request.lastDay.iso).", value: day.iso)
    }
  }

  /// The plan with these tours alone; what is left out belongs to nobody's tour, and stands only in the whole. Throws 404 where there is no such tour.
  func of(_ plan: TourPlan) throws(Problem) -> TourPlan {
    guard inspector != nil || day != nil else { return plan }
    let part = plan.tours(of: inspector, on: day)
    guard !part.routes.isEmpty else {
      let known = plan.routes.map { "\($0.inspector) on \($0.day.iso)" }.joined(separator: ", ")
      throw Problem.notFound("The plan has no such tour. It has: \(known).", value: inspector ?? day?.iso)
    }
    return part
  }
}

extension RequestQuery {
  /// A calendar day; `nil` where the parameter is absent.
  func day(_ name: String) throws(Problem) -> CalendarDate? {
    guard let text = self[name] else { return nil }
    guard let day = CalendarDate(iso: text) else {
      throw Problem.badParameter(name, value: text, "A day is needed, as 2026-12-01.")
    }
    return day
  }
}
