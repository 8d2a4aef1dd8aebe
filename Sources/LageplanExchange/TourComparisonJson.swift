import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A comparison of two plans as JSON: the answer of `GET /tours/{id}/compare`.
///
/// `before` and `after` are the figures of the plans (`visited`, `leftOut`, `stops`, `tours`, `metres`, and in seconds `travel`, `work`, `longestWork`). `changes` tells of each feature
/// its `kind` (moved, added, removed, later, earlier), where it was and is (`from`, `to`, each with `inspector`, `day`, `order` from 1, `begin`), and by how many seconds
/// it begins later. `brokenPromises` are stops of the old plan, with `promiseMinutes` as the measure.
public enum TourComparisonJson {
  public static let mediaType = "application/json"

  /// Instants are told on the clock of `plan`, either of the two that are compared.
  public static func encode(_ comparison: TourComparison, clock plan: TourPlan) -> [UInt8] {
    var json = JSONWriter(reservingCapacity: 320 * (comparison.changes.count + 4))
    json.beginObject()
    json.key("before")
    json.figures(comparison.before)
    json.key("after")
    json.figures(comparison.after)
    json.key("counts")
    json.beginObject()
    for kind in TourComparison.Kind.allCases { json.member(kind.rawValue, comparison.count(kind)) }
    json.endObject()
    json.list("changes", comparison.changes) { change, json in
      json.beginObject()
      json.member("feature", change.feature.description)
      if let name = change.name { json.member("name", name) }
      json.member("kind", change.kind.rawValue)
      if let before = change.before { json.place("from", before, plan) }
      if let after = change.after { json.place("to", after, plan) }
      if let later = change.later { json.member("later", later.value) }
      if let reason = change.reason { json.member("reason", reason.rawValue) }
      json.member("breaksPromise", change.breaksPromise)
      json.endObject()
    }
    json.list("brokenPromises", comparison.brokenPromises) { promise, json in
      json.beginObject()
      json.list("features", promise.features) { feature, json in json.value(feature.description) }
      json.place("from", promise.before, plan)
      json.endObject()
    }
    json.member("promiseMinutes", Double(comparison.promise.value) / 60)
    json.endObject()
    return json.bytes
  }
}

extension JSONWriter {
  fileprivate mutating func figures(_ figures: TourComparison.Figures) {
    beginObject()
    member("visited", figures.visited)
    member("leftOut", figures.leftOut)
    member("stops", figures.stops)
    member("tours", figures.tours)
    member("metres", figures.metres)
    member("travel", figures.travel.value)
    member("work", figures.work.value)
    member("longestWork", figures.longestWork.value)
    endObject()
  }

  fileprivate mutating func place(_ name: String, _ place: TourComparison.Place, _ plan: TourPlan) {
    key(name)
    beginObject()
    member("inspector", place.inspector)
    member("day", place.day.iso)
    member("order", place.order)
    member("begin", plan.local(place.begin))
    endObject()
  }
}
