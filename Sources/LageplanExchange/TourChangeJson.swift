import LageplanFeatures
import LageplanGeometry
public import LageplanPlanner

/// A change of a plan as JSON, in the form that `POST /tours/{id}/replan` takes: what has led to a version is kept with it.
public enum TourChangeJson {
  public static let mediaType = "application/json"

  /// `TourChange(parsing:time:)` reads back the same change.
  public static func encode(_ change: TourChange) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    if let at = change.at { json.member("at", at.iso) }
    json.features("cancelled", change.cancelled)
    if !change.urgent.isEmpty { json.list("urgent", change.urgent) { urgent, json in json.urgent(urgent) } }
    json.features("done", change.done)
    if !change.delays.isEmpty {
      json.list("delays", change.delays) { delay, json in
        json.beginObject()
        json.member("inspector", delay.inspector)
        if let day = delay.day { json.member("day", day.iso) }
        json.minutes("minutes", delay.time)
        json.endObject()
      }
    }
    if !change.absent.isEmpty {
      json.list("absent", change.absent) { absence, json in
        json.beginObject()
        json.member("inspector", absence.inspector)
        if let day = absence.day { json.member("day", day.iso) }
        json.endObject()
      }
    }
    json.features("locks", change.locks)
    json.features("unlocks", change.unlocks)
    if !change.moves.isEmpty {
      json.list("moves", change.moves) { move, json in
        json.beginObject()
        json.member("feature", move.feature.description)
        json.member("inspector", move.inspector)
        if let day = move.day { json.member("day", day.iso) }
        if let position = move.position { json.member("position", position) }
        json.endObject()
      }
    }
    if let most = change.mostChanges { json.member("mostChanges", most) }
    json.minutes("promiseMinutes", change.promise)
    if let seconds = change.seconds { json.member("seconds", seconds) }
    json.member("seed", Int(clamping: change.seed))
    if change.isBackground { json.member("background", true) }
    json.endObject()
    return json.bytes
  }
}

extension JSONWriter {
  /// Nothing where there are none.
  fileprivate mutating func features(_ name: String, _ features: [FeatureReference]) {
    if !features.isEmpty { list(name, features) { feature, json in json.value(feature.description) } }
  }

  fileprivate mutating func minutes(_ name: String, _ time: Seconds) { member(name, Double(time.value) / 60) }

  fileprivate mutating func urgent(_ urgent: TourChange.Urgent) {
    beginObject()
    member("feature", urgent.feature.description)
    if let service = urgent.service { minutes("serviceMinutes", service) }
    if let windows = urgent.windows { self.windows(windows) }
    member("level", urgent.level.rawValue)
    endObject()
  }

  /// On the town's clock, each with begin and end.
  mutating func windows(_ windows: [TourRequest.DayWindow]) {
    list("windows", windows) { window, json in
      json.beginArray()
      json.clock(window.begin)
      json.clock(Seconds(window.end.value > 86_400 ? window.end.value - 86_400 : window.end.value))
      json.endArray()
    }
  }

  private mutating func clock(_ time: Seconds) {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    value("\(two(time.value / 3600)):\(two(time.value / 60 % 60))")
  }
}
