import LageplanExchange
import LageplanFeatures
import LageplanPlanner
import LageplanStore

/// The JSON documents of the resources below `/tours`.
struct TourDocument {
  let links: Links

  /// A version with its plan, whose members stand beside the state.
  func plan(_ plan: TourPlan, _ version: TourPlanVersion, of entry: TourEntry, language: TourLanguage) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    for (key, value) in state(version, of: entry, tellsDay: false).object ?? [] {
      json.key(key)
      json.value(value)
    }
    TourJson.writeMembers(of: plan, language: language, to: &json)
    json.endObject()
    return json.bytes
  }

  /// What a version is, without its plan.
  func state(_ version: TourPlanVersion, of entry: TourEntry, problem: JSONValue? = nil, tellsDay: Bool = true) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("id", .text(entry.id)), ("version", .integer(Int64(version.number))), ("status", .text(version.status.rawValue)),
    ]
    if let title = entry.record.title { members.append(("title", .text(title))) }
    if tellsDay { members.append(("day", .text(entry.record.day.iso))) }
    members += [("stored", .boolean(entry.isStored)), ("created", .text(version.created.iso))]
    if version.status == .planning, let run = entry.run { members.append(("progress", Self.progress(run.view.progress))) }
    if let figures = version.figures { members.append(("figures", Self.figures(figures))) }
    if let problem { members.append(("problem", problem)) }
    members.append(("links", .array(links(of: version, entry))))
    return .object(members)
  }

  /// All versions, the newest first.
  func versions(of entry: TourEntry, showsActors: Bool) -> JSONValue {
    let entries = entry.record.versions.reversed().map { version -> JSONValue in
      var members: [(key: String, value: JSONValue)] = [
        ("version", .integer(Int64(version.number))), ("status", .text(version.status.rawValue)),
        ("created", .text(version.created.iso)),
      ]
      // Names of people only for those who are trusted with a token.
      if showsActors, let actor = version.actor { members.append(("actor", .text(actor))) }
      if let figures = version.figures { members.append(("figures", Self.figures(figures))) }
      if let change = version.change, let change = try? JSONValue(parsing: change, limits: .trusted) {
        members.append(("change", change))
      }
      members.append(
        ("links", [links.link("\(entry.path)?version=\(version.number)", rel: "version", type: "application/json")]))
      return .object(members)
    }
    return [
      "id": .text(entry.id), "versions": .array(entries),
      "links": [
        links.link("\(entry.path)/versions", rel: "self", type: "application/json"),
        links.link(entry.path, rel: "latest-version", type: "application/json"),
      ],
    ]
  }

  /// Stored plans, the newest first.
  func list(_ entries: [TourEntry], next: String?) -> JSONValue {
    var ownLinks = [links.link("/tours", rel: "self", type: "application/json")]
    if let next { ownLinks.append(links.link("/tours?\(next)", rel: "next", type: "application/json")) }
    let tours = entries.compactMap { entry in
      (entry.record.released ?? entry.newest).map { state($0, of: entry) }
    }
    return ["tours": .array(tours), "links": .array(ownLinks)]
  }

  static func progress(_ progress: TourRun.Progress) -> JSONValue {
    [
      "spent": .real(progress.spent), "leftOut": progress.leftOut.map { .integer(Int64($0)) } ?? .null,
      "cost": progress.cost.map { .integer(Int64($0)) } ?? .null,
      "seconds": .real((progress.seconds * 100).rounded() / 100),
    ]
  }

  private static func figures(_ figures: TourPlanFigures) -> JSONValue {
    .object(
      [
        ("tours", figures.tours), ("stops", figures.stops), ("leftOut", figures.leftOut), ("metres", figures.metres),
        ("seconds", figures.seconds),
      ].map { ($0.0, .integer(Int64($0.1))) })
  }

  private func links(of version: TourPlanVersion, _ entry: TourEntry) -> [JSONValue] {
    let own = "\(entry.path)?version=\(version.number)"
    var result = [
      links.link(own, rel: "self", type: "application/json"),
      links.link(entry.path, rel: "latest-version", type: "application/json"),
      links.link("\(entry.path)/versions", rel: "version-history", type: "application/json"),
      links.link("\(entry.path)/request", rel: "describedby", type: "application/json", title: "What was asked"),
    ]
    if version.status == .planning {
      result.append(
        links.link("\(entry.path)/events", rel: "monitor", type: EventStream.mediaType, title: "How the search goes on"))
    }
    guard version.figures != nil else { return result }
    for format in TourFormat.allCases where format != .json {
      result.append(links.link("\(own)&f=\(format.rawValue)", rel: "alternate", type: format.mediaType))
    }
    return result
  }
}
