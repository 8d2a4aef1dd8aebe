public import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

extension TourPlan {
  /// The part of the plan that is for one inspector, one day, or both: what the person takes along. What is left out belongs to nobody's tour, so
  /// that it stays only where neither is named.
  public func tours(of inspector: String?, on day: CalendarDate? = nil) -> TourPlan {
    guard inspector != nil || day != nil else { return self }
    var part = self
    part.routes = routes.filter { route in
      (inspector.map { route.inspector == $0 } ?? true) && (day.map { route.day == $0 } ?? true)
    }
    part.unassigned = []
    return part
  }

  /// Tours that somebody drives: those with stops.
  var driven: [Route] { routes.filter { !$0.stops.isEmpty } }

  /// A day must be said where the plan has several.
  public var hasSeveralDays: Bool { Set(routes.map(\.day)).count > 1 }
}

extension TourPlan.Visit {
  /// What people call it, else where it stands in the register.
  var title: String { name ?? feature.description }
}

extension TourPlan.Stop {
  /// When each visit begins: one after the other, the ways on foot between them.
  var begins: [Instant] {
    var instant = begin
    var begins: [Instant] = []
    for (index, visit) in visits.enumerated() {
      begins.append(instant)
      instant.millisecondsSince1970 += Int64(visit.service.value) * 1000
      // The first way on foot leads to the first visit, before its begin.
      if index + 1 < walk.count { instant.millisecondsSince1970 += Int64(walk[index + 1].seconds) * 1000 }
    }
    return begins
  }

  /// The names of all that is visited, in their order.
  var title: String { visits.map(\.title).joined(separator: ", ") }
}
