import LageplanFeatures
import LageplanTours
import Testing

@testable import LageplanExchange

/// What VROOM's documents may hold at most, and what becomes of the largest numbers.
@Suite struct VroomLimitTests {
  private func faults(of document: String) throws -> VroomInput.Faults {
    try #require(throws: VroomInput.Faults.self) { try VroomProblem(JSONValue(parsing: document)) }
  }

  private func solved(_ document: String) throws -> JSONValue {
    let problem = try VroomProblem(JSONValue(parsing: document))
    return try problem.answer(TourSolver.solve(problem.problem, seed: 1, budget: .iterations(100))).json()
  }

  // MARK: Places

  @Test func rowsBetweenWhichTheRoadsAreAskedStandAtOnePlaceEach() throws {
    let bike = #""matrices":{"bike":{"durations":[[0,999],[999,0]]}}"#
    let missing = try faults(
      of: #"{\#(bike),"vehicles":[{"id":1,"start_index":0,"start":[8.68,49.4]}],"jobs":[{"id":1,"location_index":1}]}"#)
    #expect(
      missing.lines == ["jobs[0].location: [longitude, latitude] of row 1 is missing; give it, or matrices.car"])
    let two = try faults(
      of: #"{\#(bike),"vehicles":[{"id":1,"start_index":0,"start":[8.69,49.4],"end_index":0,"end":[8.9,49.4]}]}"#)
    #expect(two.lines.count == 1 && two.lines[0].hasPrefix("vehicles[0].end: row 0 stands at [8.69, 49.4]"), "\(two)")
    // Told once, the place of a row is known everywhere; and where every profile has its matrix no place is needed.
    let once = #"{\#(bike),"vehicles":[{"id":1,"start_index":0,"start":[8.69,49.4],"end_index":0}]}"#
    #expect(try VroomInput(JSONValue(parsing: once)).missing.profiles == ["car"])
    let own = #"{\#(bike),"vehicles":[{"id":1,"profile":"bike","start_index":0}],"jobs":[{"id":1,"location_index":1}]}"#
    #expect(try solved(own)["summary"]?["duration"] == 999)
  }

  // MARK: Sizes

  @Test func tooMuchOfSomethingIsToldApartFromMistakes() throws {
    func vehicles(_ count: Int, _ more: (Int) -> String = { _ in "" }) -> String {
      (0..<count).map { #"{"id":\#($0),"start_index":0\#(more($0))}"# }.joined(separator: ",")
    }
    let matrix = #""matrices":{"car":{"durations":[[0]]}}"#
    let many = try faults(of: #"{"vehicles":[\#(vehicles(5_001))],\#(matrix)}"#)
    #expect(many.isTooLarge && many.lines == ["vehicles: 5001 of them; at most 5000"])
    let mixed = try faults(of: #"{"vehicles":[\#(vehicles(5_001))],"jobs":[{"id":-1,"location_index":0}],\#(matrix)}"#)
    #expect(!mixed.isTooLarge && mixed.lines.count == 2, "\(mixed)")
    let rows = Array(repeating: "[]", count: 10_001).joined(separator: ",")
    #expect(try faults(of: #"{"vehicles":[\#(vehicles(1))],"matrices":{"car":{"durations":[\#(rows)]}}}"#).isTooLarge)
    // Each speed needs a table of its own.
    let row = "[" + Array(repeating: "0", count: 224).joined(separator: ",") + "]"
    let table = Array(repeating: row, count: 224).joined(separator: ",")
    let speeds = vehicles(5_000) { #","speed_factor":\#(Double($0 + 1) / 1_000)"# }
    let kinds = try faults(of: #"{"vehicles":[\#(speeds)],"matrices":{"car":{"durations":[\#(table)]}}}"#)
    #expect(kinds.isTooLarge && kinds.lines[0].hasPrefix("vehicles: 5000 kinds"), "\(kinds)")
  }

  @Test func visitsThatAreLongerThanTheClockAreNamed() throws {
    let document = """
      {"vehicles":[{"id":1,"start_index":0}],"matrices":{"car":{"durations":[[0]]}},
       "jobs":[{"id":1,"location_index":0},{"id":2,"location_index":0,"setup":126144000,"service":126144000}],
       "shipments":[{"pickup":{"id":1,"location_index":0,"setup":134217728,"service_per_type":{"a":1}},
                     "delivery":{"id":1,"location_index":0}}]}
      """
    let lines = try faults(of: document).lines
    #expect(
      lines == [
        "jobs[1]: setup and service together are 252288000 s; at most 134217728",
        "shipments[0].pickup: setup and service together are 134217729 s; at most 134217728",
      ])
  }

  // MARK: Moments

  @Test func momentsThatLieYearsApartAreAFault() throws {
    let document = """
      {"vehicles":[{"id":1,"start_index":0}],"matrices":{"car":{"durations":[[0]]}},
       "jobs":[{"id":1,"location_index":0,"time_windows":[[0,10]]},
               {"id":2,"location_index":0,"time_windows":[[1700000000,1700003600]]}]}
      """
    let lines = try faults(of: document).lines
    #expect(lines.count == 1)
    for part in ["jobs[1].time_windows[0]: begins at 1700000000", "jobs[0].time_windows[0] is over at 10"] {
      #expect(lines[0].contains(part), "\(lines)")
    }
  }

  @Test func windowsThatAreAlwaysOpenDoNotHideTheOthers() throws {
    let document = """
      {"vehicles":[{"id":1,"start_index":0,"time_window":[0,4294967295]}],"matrices":{"car":{"durations":[[0,60],[60,0]]}},
       "jobs":[{"id":1,"location_index":1,"time_windows":[[1700000000,1700003600]]},
               {"id":2,"location_index":1,"time_windows":[[0,1600000000],[1700007200,1700008000]]},
               {"id":3,"location_index":1,"time_windows":[[1700003600,4294967295]]}]}
      """
    let distant = try faults(of: document)
    #expect(distant.lines[0].contains("jobs[1].time_windows[0] is over at 1600000000"), "\(distant)")
    let answer = try solved(document.replacing("[0,1600000000],", with: ""))
    #expect(answer["summary"]?["unassigned"] == 0)
    let steps = answer["routes"]?[0]?["steps"]?.array ?? []
    #expect(steps.first { $0["id"] == 1 }?["arrival"]?.integer.map { $0 <= 1_700_003_600 } == true)
  }

  // MARK: Costs

  @Test func breaksAreCountedAtAnyPrice() throws {
    let answer = try solved(
      """
      {"vehicles":[{"id":1,"start_index":0,"end_index":0,"costs":{"per_hour":3599,"per_task_hour":1000000},
                    "breaks":[{"id":1,"service":1800}]}],
       "jobs":[{"id":1,"location_index":1}],"matrices":{"car":{"durations":[[0,100],[100,0]]}}}
      """)
    // Half an hour of a million, and 200 s at 3,599 an hour: 199.94.
    #expect(answer["summary"]?["cost"] == 500_200)
  }

  @Test(arguments: [(2, 4), (4, 2)])
  func dearWaysAreToldApart(forward: Int, back: Int) throws {
    let (a, b) = (forward * 100_000, back * 100_000)
    let answer = try solved(
      """
      {"vehicles":[{"id":1,"start_index":0,"end_index":0,"costs":{"per_km":1}}],
       "jobs":[{"id":1,"location_index":1},{"id":2,"location_index":2}],
       "matrices":{"car":{"durations":[[0,9,9],[9,0,9],[9,9,0]],"distances":[[0,9,9],[9,0,9],[9,9,0]],
                          "costs":[[0,\(a),\(b)],[\(b),0,\(a)],[\(a),\(b),0]]}}}
      """)
    #expect(answer["summary"]?["cost"] == 600_000)
  }

  // MARK: Plan mode

  /// A vehicle that stays where it is, and does `count` jobs.
  private func plan(_ count: Int, step: (Int) -> String = { _ in "" }, job: (Int) -> String = { _ in "" }) -> String {
    let steps = (0..<count).map { #"{"type":"job","id":\#($0)\#(step($0))}"# }.joined(separator: ",")
    let jobs = (0..<count).map { #"{"id":\#($0),"location_index":0\#(job($0))}"# }.joined(separator: ",")
    return """
      {"options":{"c":true},"vehicles":[{"id":1,"start_index":0,"steps":[\(steps)]}],"jobs":[\(jobs)],
       "matrices":{"car":{"durations":[[0]]}}}
      """
  }

  @Test func planModeEndsWhenItIsToldTo() throws {
    let long = try VroomProblem(JSONValue(parsing: plan(150)))
    #expect(throws: CancellationError.self) { try long.timedSteps { true } }
    #expect(try long.timedSteps { false }.routes.first?.tasks.count == 150)
    // Less than is worth a look at the clock.
    #expect(try VroomProblem(JSONValue(parsing: plan(50))).timedSteps { true }.routes.first?.tasks.count == 50)
  }

  @Test func prescribedMomentsAreKeptHoweverManyThereAre() throws {
    let document = plan(
      800, step: { #","service_at":\#(1_000 + 100 * $0)"# },
      job: { #","time_windows":[[\#(970 + 100 * $0),\#(1_050 + 100 * $0)]]"# })
    let answer = try VroomProblem(JSONValue(parsing: document)).timedSteps().json()
    #expect(answer["summary"]?["violations"] == [])
    let begins = (answer["routes"]?[0]?["steps"]?.array ?? []).dropFirst().dropLast().map {
      ($0["arrival"]?.integer ?? 0) + ($0["waiting_time"]?.integer ?? 0)
    }
    #expect(begins == (0..<800).map { 1_000 + 100 * $0 })
  }
}
