import LageplanFeatures
import LageplanTours
import Testing

@testable import LageplanExchange

/// VROOM's documents: what is read, what is refused, what is answered. Figures marked so are what VROOM 1.15 itself answers.
@Suite struct VroomTests {
  /// Every kind of member once: two profiles, a shipment, costs, breaks with two windows, types, set-up at a shared place.
  private static let everything = """
    {"vehicles":[
       {"id":1,"start_index":0,"end_index":0,"capacity":[4],"time_window":[1000,20000],"costs":{"fixed":100,"per_km":500,"per_task_hour":1800},
        "breaks":[{"id":7,"time_windows":[[3000,4000],[9000,9500]],"service":300,"description":"lunch"}],
        "speed_factor":0.7,"max_tasks":6,"type":"a","description":"van"},
       {"id":2,"start_index":3,"capacity":[5],"skills":[1],"profile":"bike"}],
     "jobs":[
       {"id":11,"location_index":1,"service":300,"setup":60,"delivery":[2],"priority":10,"time_windows":[[2000,2100],[5000,6000]],
        "service_per_type":{"a":200},"setup_per_type":{"a":30}},
       {"id":12,"location_index":1,"service":100,"setup":50,"pickup":[1]},
       {"id":13,"location_index":2,"service":100,"skills":[9],"description":"x"}],
     "shipments":[{"amount":[1],"priority":3,"pickup":{"id":1,"location_index":2,"service":30},
                   "delivery":{"id":1,"location_index":4,"service":20,"description":"to"}}],
     "matrices":{
       "car":{"durations":[[0,500,600,700,800],[500,0,300,200,100],[600,300,0,100,150],[700,200,100,0,50],[800,100,150,50,0]],
              "distances":[[0,5000,6000,7000,8000],[5000,0,3000,2000,1000],[6000,3000,0,1000,1500],[7000,2000,1000,0,500],[8000,1000,1500,500,0]]},
       "bike":{"durations":[[0,1500,1600,1700,1800],[1500,0,1300,1200,1100],[1600,1300,0,1100,1150],[1700,1200,1100,0,150],[1800,1100,1150,150,0]],
               "distances":[[0,5000,6000,7000,8000],[5000,0,3000,2000,1000],[6000,3000,0,1000,1500],[7000,2000,1000,0,500],[8000,1000,1500,500,0]]}}}
    """

  private func solved(_ document: String, iterations: Int = 300) throws -> JSONValue {
    let problem = try VroomProblem(JSONValue(parsing: document))
    let solution = TourSolver.solve(problem.problem, seed: 1, budget: .iterations(iterations), start: problem.start)
    #expect(TourChecker.violations(of: solution, in: problem.problem).isEmpty)
    return try problem.answer(solution).json()
  }

  @Test func everyMemberCountsAsWithVroom() throws {
    let answer = try solved(Self.everything)
    // VROOM's own figures.
    let summary = try #require(answer["summary"])
    #expect(summary["cost"] == 3350)
    #expect(summary["routes"] == 1)
    #expect(summary["unassigned"] == 1)
    #expect(summary["priority"] == 16)
    #expect(summary["duration"] == 3350)
    #expect(summary["distance"] == 3500)
    #expect(summary["service"] == 450)
    #expect(summary["delivery"] == [3])
    #expect(summary["pickup"] == [2])
    let route = try #require(answer["routes"]?[0])
    #expect(route["vehicle"] == 2)
    let kinds = route["steps"]?.array?.compactMap { $0["type"]?.text } ?? []
    #expect(kinds.first == "start" && kinds.last == "end")
    #expect(kinds.filter { $0 == "pickup" || $0 == "delivery" } == ["pickup", "delivery"])
    #expect(route["steps"]?[0]?["load"] == [2])
    #expect(answer["unassigned"]?[0]?["id"] == 13)
    #expect(answer["unassigned"]?[0]?["description"] == "x")
    #expect(answer["unassigned"]?[0]?["reason"] == "no vehicle has all of its skills")
  }

  @Test func momentsSince1970MoveEverythingByThemselves() throws {
    let origin = 1_796_104_800
    func document(_ shift: Int) -> String {
      """
      {"vehicles":[{"id":1,"start_index":0,"end_index":0,"skills":[1],"time_window":[\(shift),\(shift + 5000)],
                    "breaks":[{"id":1,"service":300,"time_windows":[[\(shift + 1000),\(shift + 1500)]]}]},
                   {"id":2,"start_index":0}],
       "jobs":[{"id":1,"location_index":1,"service":600,"skills":[1],"time_windows":[[\(shift + 900),\(shift + 1000)]]},
               {"id":2,"location_index":2,"service":600},{"id":3,"location_index":2,"service":4000}],
       "matrices":{"car":{"durations":[[0,120,240],[120,0,120],[240,120,0]]}}}
      """
    }
    let (near, far) = (try solved(document(0)), try solved(document(origin)))
    func times(_ answer: JSONValue, _ shift: Int) -> [Int64] {
      (answer["routes"]?.array ?? []).filter { $0["vehicle"] == 1 }.flatMap { $0["steps"]?.array ?? [] }
        .compactMap { $0["arrival"]?.integer.map { $0 - Int64(shift) } }
    }
    #expect(near["summary"]?["cost"] == far["summary"]?["cost"])
    #expect(!times(near, 0).isEmpty)
    #expect(times(near, 0) == times(far, origin))
  }

  @Test func setUpFallsAwayWhereTheStepBeforeIsAtTheSamePlace() throws {
    let answer = try solved(
      """
      {"vehicles":[{"id":1,"start_index":0,"end_index":0}],
       "jobs":[{"id":1,"location_index":1,"setup":120,"service":60},{"id":2,"location_index":1,"setup":120,"service":60},
               {"id":3,"location_index":2,"setup":120,"service":60}],
       "matrices":{"car":{"durations":[[0,100,200],[100,0,100],[200,100,0]]}}}
      """)
    #expect(answer["summary"]?["setup"] == 240)
    #expect(answer["summary"]?["service"] == 180)
  }

  @Test func allFaultsAreToldAtOnceWithTheirPlaces() throws {
    let document = """
      {"vehicles":[{"id":1},{"id":1,"start_index":9,"speed_factor":0,"time_window":[9,3],"capacity":[1,2]},{"id":"x","start_index":0}],
       "jobs":[{"id":4,"location_index":1,"service":-1,"priority":101},{"id":4,"location_index":1,"time_windows":[[0,9],[5,7]]},
               {"id":5,"delivery":[1]}],
       "shipments":[{"pickup":{"id":1,"location_index":0}}],
       "matrices":{"car":{"durations":[[0,1],[1,null]]}}}
      """
    let faults = try #require(throws: VroomInput.Faults.self) { try VroomInput(JSONValue(parsing: document)) }
    for part in [
      "vehicles[0]: start", "vehicles[1].start_index: 9", "speed_factor", "vehicles[1].time_window",
      "vehicles[1].id: 1 is used twice",
      "vehicles[2].id", "jobs[0].service", "jobs[0].priority", "job 4", "jobs[1].time_windows[1]", "jobs[2]: location",
      "1 and 2 measures",
      "shipments[0]: pickup or delivery", "durations[1]",
    ] { #expect(faults.lines.contains { $0.contains(part) }, "\(part) in \(faults)") }
  }

  @Test func membersOfAnotherTypeAreFaultsWhereverTheyStand() throws {
    let document = """
      {"vehicles":[{"id":1,"start":[10,52],"costs":7}],"jobs":[{"id":1,"location":[10,52],"service_per_type":[9],"setup_per_type":3}],
       "matrices":[[0]],"options":{"g":"yes","c":1,"x":"deep","l":-1}}
      """
    let faults = try #require(throws: VroomInput.Faults.self) { try VroomInput(JSONValue(parsing: document)) }
    let places = faults.lines.map { String($0.prefix { $0 != ":" }) }
    #expect(
      places.sorted() == [
        "jobs[0].service_per_type", "jobs[0].setup_per_type", "matrices", "options.c", "options.g", "options.l", "options.x",
        "vehicles[0].costs",
      ])
    let options = try #require(throws: VroomInput.Faults.self) {
      try VroomInput(JSONValue(parsing: #"{"vehicles":[{"id":1,"start":[10,52]}],"options":[]}"#))
    }
    #expect(options.lines.first?.hasPrefix("options: expected an object") == true)
  }

  @Test(arguments: [
    "[]", "7", "null", "{}", #"{"vehicles":[]}"#, #"{"vehicles":{},"jobs":3}"#, #"{"vehicles":[{"id":1,"start":[999,0]}]}"#,
  ])
  func whatIsNoProblemIsRefused(document: String) throws {
    #expect(throws: VroomInput.Faults.self) { try VroomProblem(JSONValue(parsing: document)) }
  }

  @Test func stepsInSolveModeAreWhereTheSearchBegins() throws {
    let document = """
      {"vehicles":[{"id":1,"start_index":0,"end_index":0,"steps":[{"type":"start"},{"type":"job","id":2},{"type":"job","id":1},{"type":"end"}]}],
       "jobs":[{"id":1,"location_index":1},{"id":2,"location_index":2}],
       "matrices":{"car":{"durations":[[0,100,100],[100,0,100],[100,100,0]]}}}
      """
    let answer = try solved(document, iterations: 0)
    let ids = answer["routes"]?[0]?["steps"]?.array?.compactMap { $0["type"] == "job" ? $0["id"]?.integer : nil }
    #expect(ids == [2, 1])
  }

  // MARK: Plan mode

  @Test func planModeNamesTheViolationsThatVroomNames() throws {
    let document = """
      {"options":{"c":true},
       "vehicles":[{"id":1,"start_index":0,"end_index":0,"capacity":[1],"time_window":[1000,3000],
         "breaks":[{"id":7,"time_windows":[[1300,1400]],"service":300}],"max_tasks":1,"max_travel_time":100,"max_distance":10,
         "steps":[{"type":"start"},{"type":"job","id":11},{"type":"break","id":7},{"type":"job","id":12,"service_at":2700},
                  {"type":"job","id":13},{"type":"end"}]}],
       "jobs":[{"id":11,"location_index":1,"service":300,"delivery":[2],"time_windows":[[2000,2100]]},
               {"id":12,"location_index":1,"service":100,"setup":50,"pickup":[1]},
               {"id":13,"location_index":2,"service":100,"skills":[9]},{"id":14,"location_index":2}],
       "matrices":{"car":{"durations":[[0,500,600],[500,0,300],[600,300,0]],"distances":[[0,5000,6000],[5000,0,3000],[6000,3000,0]]}}}
      """
    let answer = try VroomProblem(JSONValue(parsing: document)).timedSteps().json()
    // VROOM's own figures.
    let violations = answer["summary"]?["violations"]?.array ?? []
    let causes = Set(violations.compactMap { $0["cause"]?.text })
    #expect(causes == ["load", "max_travel_time", "max_distance", "delay", "max_tasks", "skills"])
    #expect(violations.first { $0["cause"] == "delay" }?["duration"] == 1700)
    let steps = answer["routes"]?[0]?["steps"]?.array ?? []
    #expect(steps.compactMap { $0["arrival"]?.integer } == [1500, 2000, 2300, 2600, 3100, 3800])
    #expect(steps.compactMap { $0["duration"]?.integer } == [0, 500, 500, 500, 800, 1400])
    #expect(answer["unassigned"]?[0]?["id"] == 14)
  }

  @Test func planModeServesOneStepEarlyWhereThatSavesMore() throws {
    // Waiting for the window of job 1 would make jobs 2 and 3 late by 900 s each; to be 900 s early costs half.
    let document = """
      {"options":{"c":true},
       "vehicles":[{"id":1,"start_index":0,"end_index":0,"time_window":[0,9000],"steps":[{"type":"job","id":1},{"type":"job","id":2},{"type":"job","id":3}]}],
       "jobs":[{"id":1,"location_index":0,"time_windows":[[1000,2000]]},{"id":2,"location_index":0,"time_windows":[[0,100]]},
               {"id":3,"location_index":0,"time_windows":[[0,100]]}],
       "matrices":{"car":{"durations":[[0]]}}}
      """
    let answer = try VroomProblem(JSONValue(parsing: document)).timedSteps().json()
    #expect(answer["summary"]?["violations"] == [["cause": "lead_time", "duration": 900]])
  }

  @Test func stepsThatCannotKeepTheirMomentsAreAFault() throws {
    let document = """
      {"options":{"c":true},
       "vehicles":[{"id":1,"start_index":0,"steps":[{"type":"job","id":1,"service_at":500},{"type":"job","id":2,"service_before":400}]}],
       "jobs":[{"id":1,"location_index":0},{"id":2,"location_index":0}],"matrices":{"car":{"durations":[[0]]}}}
      """
    let faults = try #require(throws: VroomInput.Faults.self) {
      try VroomProblem(JSONValue(parsing: document)).timedSteps()
    }
    #expect(faults.lines.first?.hasPrefix("vehicles[0].steps") ?? false)
  }
}
