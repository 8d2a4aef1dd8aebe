import Foundation
import TestSupport
import Testing

/// `lageplan tour plan`, `replan` and `compare`, as a person at the shell uses them.
@Suite struct TourReplanTests {
  private static let playgrounds = """
    id,name,lon,lat
    1,Anger,10.79,52.42
    2,Bruch,10.80,52.42
    3,Camp,10.81,52.42
    4,Damm,10.82,52.42
    """
  private static let request = """
    {"collections":["playgrounds"],"serviceMinutes":20,"day":"2026-12-01","iterations":300,
     "inspectors":[{"id":"A","start":[10.78,52.42],"end":[10.78,52.42],"shift":["07:00","15:00"]}]}
    """

  /// Runs the body in a folder with the database and `request.json`, and hands it the plan of the request, which is `plan.json` there.
  private func withPlan(_ body: (URL, [String: Any]) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      try write(Self.playgrounds, "playgrounds.csv", in: folder)
      try write(Self.request, "request.json", in: folder)
      let imported = try lageplan("import", "playgrounds.csv", "--collection", "playgrounds", in: folder)
      #expect(imported.status == 0, "\(imported.errors)")
      let planned = try lageplan("tour", "plan", "request.json", "-o", "plan.json", in: folder)
      #expect(planned.status == 0, "\(planned.errors)")
      try body(folder, try json(String(contentsOf: folder.appendingPathComponent("plan.json"), encoding: .utf8)))
    }
  }

  private func write(_ text: String, _ name: String, in folder: URL) throws {
    try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  private func lageplan(_ arguments: String..., in folder: URL, input: String? = nil) throws -> CommandRun {
    try CommandRun.lageplan(
      arguments, in: folder, environment: ["LAGEPLAN_DATABASE": folder.appendingPathComponent("town.sqlite").path], input: input)
  }

  private func replan(_ change: String, in folder: URL, _ arguments: String...) throws -> CommandRun {
    try write(change, "change.json", in: folder)
    return try CommandRun.lageplan(
      ["tour", "replan", "plan.json", "change.json", "--request", "request.json"] + arguments, in: folder,
      environment: ["LAGEPLAN_DATABASE": folder.appendingPathComponent("town.sqlite").path])
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Of all tours, in their order.
  private func stops(_ plan: [String: Any]) throws -> [[String: Any]] {
    try #require(plan["routes"] as? [[String: Any]]).flatMap { try #require($0["stops"] as? [[String: Any]]) }
  }

  private func features(_ plan: [String: Any]) throws -> [String] {
    try stops(plan).flatMap { try #require($0["features"] as? [String]) }
  }

  @Test func aCancelledVisitIsOutOfTheNewPlanAndTheComparisonSaysSo() throws {
    try withPlan { folder, plan in
      #expect(Set(try features(plan)) == ["playgrounds/1", "playgrounds/2", "playgrounds/3", "playgrounds/4"])
      let run = try replan(#"{"cancelled":["playgrounds/2"],"mostChanges":0}"#, in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let new = try json(run.output)
      #expect(try features(new) == features(plan).filter { $0 != "playgrounds/2" })
      let left = try #require(new["unassigned"] as? [[String: Any]])
      #expect(left.map { $0["feature"] as? String } == ["playgrounds/2"])
      // What the people at the shell are told is what the comparison of both files says.
      try write(run.output, "new.json", in: folder)
      let told = try lageplan("tour", "compare", "plan.json", "new.json", in: folder)
      #expect(told.status == 0, "\(told.errors)")
      let lines = told.output.split(separator: "\n")
      #expect(lines.first { $0.hasPrefix("playgrounds/2 Bruch: removed, A 2026-12-01 ") }?.hasSuffix("-> -") == true, "\(lines)")
      let summary = try #require(lines.last)
      #expect(summary.contains("1 removed") && summary.contains("0 promises broken (*); visited 4 -> 3"), "\(summary)")
      #expect(run.errors.hasSuffix("\(summary)\n"))
      let document = try json(try lageplan("tour", "compare", "plan.json", "new.json", "--json", in: folder).output)
      let changes = try #require(document["changes"] as? [[String: Any]])
      #expect(changes.filter { $0["kind"] as? String == "removed" }.map { $0["feature"] as? String } == ["playgrounds/2"])
    }
  }

  @Test func whoeverIsLateComesLaterEverywhereByTheSameMinutes() throws {
    try withPlan { folder, plan in
      let run = try replan(
        #"{"delays":[{"inspector":"A","minutes":20}],"mostChanges":0}"#, in: folder, "-o", "new.json")
      #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
      let new = try json(String(contentsOf: folder.appendingPathComponent("new.json"), encoding: .utf8))
      #expect(try features(new) == features(plan))
      let moments = ISO8601DateFormatter()
      for (before, after) in zip(try stops(plan), try stops(new)) {
        let (old, now) = (before["begin"] as? String, after["begin"] as? String)
        let (begin, later) = (try #require(old.flatMap(moments.date)), try #require(now.flatMap(moments.date)))
        #expect(later.timeIntervalSince(begin) == 1200)
      }
      // Within the promise or not is a matter of its minutes.
      for (minutes, broken) in [("30", "0 promises broken"), ("10", "4 promises broken")] {
        let told = try lageplan("tour", "compare", "plan.json", "new.json", "--promise", minutes, in: folder)
        #expect(told.output.contains("4 later") && told.output.contains(broken), "\(told.output)")
        #expect(told.output.split(separator: "\n").count { $0.hasSuffix(" *") } == (minutes == "10" ? 4 : 0))
      }
    }
  }

  @Test func inspectorsOfACollectionKeepTheirToursAndUrgentWorkItsTerms() throws {
    try TemporaryFolder.with { folder in
      try write(Self.playgrounds, "playgrounds.csv", in: folder)
      let anna =
        #"{"type":"Feature","id":"A","geometry":{"type":"Point","coordinates":[10.78,52.42]},"#
        + #""properties":{"shift_start":"07:00","shift_end":"15:00"}}"#
      try write(#"{"type":"FeatureCollection","features":[\#(anna)]}"#, "inspectors.geojson", in: folder)
      try write(
        #"{"collections":["playgrounds"],"serviceMinutes":20,"filter":"name <> 'Damm'","day":"2026-12-01","iterations":300,"#
          + #""inspectors":{"collection":"inspectors"}}"#, "request.json", in: folder)
      for (file, collection) in [("playgrounds.csv", "playgrounds"), ("inspectors.geojson", "inspectors")] {
        let imported = try lageplan("import", file, "--collection", collection, in: folder)
        #expect(imported.status == 0, "\(imported.errors)")
      }
      let planned = try lageplan("tour", "plan", "request.json", "-o", "plan.json", in: folder)
      #expect(planned.status == 0, "\(planned.errors)")
      var expected = Set(["playgrounds/1", "playgrounds/2", "playgrounds/3"])
      let urgent = #"{"urgent":[{"feature":"playgrounds/4","serviceMinutes":45}]}"#
      for (change, added) in [("{}", nil), (urgent, "playgrounds/4"), ("{}", nil)] {
        let run = try replan(change, in: folder)
        #expect(run.status == 0, "\(run.errors)")
        if let added { expected.insert(added) }
        #expect(Set(try features(json(run.output))) == expected, "after \(change)")
        try write(run.output, "plan.json", in: folder)
      }
      let visits = try stops(json(String(contentsOf: folder.appendingPathComponent("plan.json"), encoding: .utf8)))
        .flatMap { try #require($0["visits"] as? [[String: Any]]) }
      #expect(visits.first { $0["feature"] as? String == "playgrounds/4" }?["service"] as? Int == 2700)
    }
  }

  @Test func everyFaultOfAChangeIsToldAtOnce() throws {
    try withPlan { folder, _ in
      let unreadable = try replan(#"{"absent":[{"inspector":7}],"mostChanges":-1,"nonsense":true}"#, in: folder)
      #expect(unreadable.status == 1 && unreadable.output.isEmpty)
      for place in ["$.absent[0].inspector", "$.mostChanges", "$.nonsense"] {
        #expect(unreadable.errors.contains(place), "\(unreadable.errors)")
      }
      let unknown = try replan(#"{"cancelled":["playgrounds/9"],"absent":[{"inspector":"Z"}]}"#, in: folder)
      #expect(unknown.status == 1 && unknown.output.isEmpty)
      for place in ["$.cancelled[0]", "$.absent[0].inspector"] { #expect(unknown.errors.contains(place), "\(unknown.errors)") }
    }
  }

  @Test func whatIsNoPlanIsRefusedByName() throws {
    try withPlan { folder, _ in
      let strange = try lageplan("tour", "compare", "plan.json", "request.json", in: folder)
      #expect(strange.status == 1)
      #expect(strange.errors.contains("request.json is no tour plan"), "\(strange.errors)")
      let broken = try lageplan("tour", "compare", "playgrounds.csv", "plan.json", in: folder)
      #expect(broken.status == 1)
      #expect(broken.errors.contains("playgrounds.csv is no JSON"), "\(broken.errors)")
      #expect(try lageplan("tour", "compare", "plan.json", "plan.json", "--promise", "2000", in: folder).status == 2)
      #expect(try lageplan("tour", "replan", "plan.json", "plan.json", in: folder).status == 2, "without the request")
    }
  }

  @Test func aLongSearchTellsHowItGoesAndNoneTellsNothing() throws {
    try TemporaryFolder.with { folder in
      // Too many to try every order.
      let rows = (1...14).map { "\($0),10.\(780 + $0),52.\(400 + $0 * 37 % 50)" }
      try write("id,lon,lat\n" + rows.joined(separator: "\n"), "playgrounds.csv", in: folder)
      try write(Self.request, "request.json", in: folder)
      #expect(try lageplan("import", "playgrounds.csv", "--collection", "playgrounds", in: folder).status == 0)
      let long = try lageplan("tour", "plan", "request.json", "--seconds", "2.5", "-o", "long.json", in: folder)
      #expect(long.errors.contains(/\d+ %: cost \d+ min, \d+ left out\n/), "\(long.errors)")
      let none = try lageplan("tour", "plan", "request.json", "--seconds", "0", "-o", "none.json", in: folder)
      #expect(none.status == 0)
      #expect(none.errors.contains(/^14 features: \d+ stops in 1 tour, \d+ left out\n$/), "\(none.errors)")
    }
  }
}
