import Foundation
import TestSupport
import Testing

/// `lageplan tour solve` and `check`, as a person at the shell uses them.
@Suite struct TourSolveTests {
  /// The depot and two places, two minutes apart on a line.
  private static let vroom = """
    {"vehicles":[{"id":7,"start_index":0,"time_window":[0,2000],"breaks":[{"id":3,"service":300,"time_windows":[[0,900]]}]}],
     "jobs":[{"id":11,"location_index":2,"service":60,"priority":5},{"id":12,"location_index":1,"service":60},
             {"id":13,"location_index":1,"service":60,"skills":[9]}],
     "matrices":{"car":{"durations":[[0,120,240],[120,0,120],[240,120,0]]}}}
    """

  @Test func vroomProblemIsSolvedAndAnsweredInItsForm() throws {
    let run = try CommandRun.lageplan(
      ["tour", "solve", "-", "--iterations", "50", "--format", "vroom"], input: Self.vroom)
    #expect(run.status == 0, "\(run.errors)")
    let answer = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let routes = try #require(answer["routes"] as? [[String: Any]])
    let steps = try #require(routes.first?["steps"] as? [[String: Any]])
    // An open tour: it ends at the farther place, where VROOM puts its end.
    #expect(steps.filter { $0["type"] as? String == "job" }.map { $0["id"] as? Int } == [12, 11])
    #expect(steps.contains { $0["type"] as? String == "break" && $0["id"] as? Int == 3 })
    #expect(steps.last?["type"] as? String == "end")
    #expect(steps.last?["location_index"] as? Int == 2)
    let unassigned = try #require(answer["unassigned"] as? [[String: Any]])
    #expect(unassigned.map { $0["id"] as? Int } == [13])
    #expect(unassigned.first?["reason"] as? String == "no vehicle has all of its skills")
  }

  @Test func solutionIsCheckedAndABrokenOneRefused() throws {
    try TemporaryFolder.with { folder in
      let problem = folder.appendingPathComponent("problem.json")
      try Self.vroom.write(to: problem, atomically: true, encoding: .utf8)
      let solved = try CommandRun.lageplan(["tour", "solve", problem.path, "--iterations", "50", "--format", "routes"])
      #expect(solved.output == "{\"routes\":[[12,11]]}\n")
      #expect(try CommandRun.lageplan(["tour", "check", problem.path, "-"], input: solved.output).status == 0)
      let broken = try CommandRun.lageplan(["tour", "check", problem.path, "-"], input: "{\"routes\":[[13]]}")
      #expect(broken.status == 1)
      #expect(broken.output.contains("skillMissing"))
    }
  }

  /// What VROOM itself answers to this document, with a time of its own.
  @Test func answersOfVroomAreCheckedWithTheirTimes() throws {
    let claim = """
      {"code":0,"routes":[{"vehicle":7,"cost":240,"duration":240,"service":420,"setup":0,"steps":[
        {"type":"start","arrival":0},{"type":"break","id":3,"arrival":0,"waiting_time":0},
        {"type":"job","id":12,"arrival":420,"waiting_time":0},{"type":"job","id":11,"arrival":600,"waiting_time":0},
        {"type":"end","arrival":660}]}]}
      """
    try TemporaryFolder.with { folder in
      let problem = folder.appendingPathComponent("problem.json")
      try Self.vroom.write(to: problem, atomically: true, encoding: .utf8)
      let right = try CommandRun.lageplan(
        ["tour", "check", problem.path, "-"], input: claim)
      #expect(right.status == 0, "\(right.output)")
      let tooQuick = claim.replacing("\"id\":11,\"arrival\":600", with: "\"id\":11,\"arrival\":590")
      let wrong = try CommandRun.lageplan(["tour", "check", problem.path, "-"], input: tooQuick)
      #expect(wrong.status == 1)
      #expect(wrong.output.contains("10 s before one can be there"), "\(wrong.output)")
    }
  }

  @Test func stepsOfAPlanAreTimedAndTheirFaultsNamed() throws {
    let plan = Self.vroom.replacing("{\"vehicles\"", with: "{\"options\":{\"c\":true},\"vehicles\"").replacing(
      "\"time_window\":[0,2000]",
      with: "\"time_window\":[0,300],\"steps\":[{\"type\":\"job\",\"id\":11},{\"type\":\"job\",\"id\":13}]")
    let run = try CommandRun.lageplan(["tour", "solve", "-"], input: plan)
    #expect(run.status == 0, "\(run.errors)")
    // 240 s there and 60 s of work, then 120 s to the other and 60 s of work: 180 s after the end of the vehicle's time.
    #expect(run.output.contains("{\"cause\":\"delay\",\"duration\":180}"), "\(run.output)")
    for cause in ["skills", "missing_break"] { #expect(run.output.contains("\"\(cause)\""), "\(run.output)") }
  }

  @Test func ownJsonIsSolved() throws {
    let problem = """
      {"travel":{"seconds":[[0,120,240],[120,0,120],[240,120,0]]},
       "jobs":[{"location":2,"service":60},{"location":1,"service":60},{"location":1,"service":60,"skills":[3]}],
       "shifts":[{"start":0,"end":0,"span":[0,2000]},{"start":0,"end":0,"span":[0,2000],"skills":[3],"mostJobs":0}]}
      """
    let run = try CommandRun.lageplan(["tour", "solve", "-", "--iterations", "50", "--format", "json"], input: problem)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\"cost\":480,\"unassigned\":[2]"), "\(run.output)")
    let faulty = try CommandRun.lageplan(
      ["tour", "solve", "-"],
      input: problem.replacing("\"location\":2", with: "\"location\":-2").replacing("[0,2000]}", with: "[9,2]}"))
    #expect(faulty.status == 1)
    for place in ["jobs[0].location", "shifts[0].span"] { #expect(faulty.errors.contains(place), "\(faulty.errors)") }
  }

  /// The fixed job is too far for the shift, and nobody has the skill of the promised one.
  @Test func whatCannotBeKeptIsToldWithTheSolution() throws {
    let problem = """
      {"travel":{"seconds":[[0,120],[120,0]]},"mostChanges":0,
       "jobs":[{"location":1,"service":60},{"location":1,"skills":[3],"promise":{"shift":0,"begin":[0,100]}}],
       "shifts":[{"start":0,"end":0,"span":[0,200],"fixed":[0]}]}
      """
    let run = try CommandRun.lageplan(["tour", "solve", "-", "--iterations", "10", "--format", "json"], input: problem)
    #expect(run.status == 0, "\(run.errors)")
    for rule in ["endedTooLate", "promisesBroken"] {
      #expect(run.output.contains(rule) && run.errors.contains(rule), "\(run.output) \(run.errors)")
    }
  }

  @Test func placesTooFarApartAreNamed() throws {
    let file = "TYPE : TSP\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 900000000 0\nEOF\n"
    let run = try CommandRun.lageplan(["tour", "solve", "-", "--convention", "tenths"], input: file)
    #expect(run.status == 1)
    #expect(run.errors.contains("from: 0, to: 1"), "\(run.errors)")
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data")) func gapToTheBestKnownIsTold() throws {
    let files = ["vrp/tsplib/berlin52.tsp", "vrp/bks.json"].map { SharedData.file($0).path }
    let run = try CommandRun.lageplan([
      "tour", "solve", files[0], "--bks", files[1], "--iterations", "1000", "--format", "json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\"cost\":7542,\"gap\":0"), "\(run.output)")
  }

  @Test func everyFaultOfAFileIsTold() throws {
    let text = """
      {"vehicles":[{"id":1}],"jobs":[{"id":1,"location_index":5,"service":-3}],
       "matrices":{"car":{"durations":[[0,1],[1]]}}}
      """
    let run = try CommandRun.lageplan(["tour", "solve", "-"], input: text)
    #expect(run.status == 1)
    for place in ["durations[1]", "vehicles[0]", "jobs[0].location_index", "jobs[0].service"] {
      #expect(run.errors.contains(place), "\(run.errors)")
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data")) func publishedSolutionHasItsCost() throws {
    let run = try CommandRun.lageplan([
      "tour", "check", SharedData.file("vrp/x/X-n101-k25.vrp").path, SharedData.file("vrp/x/X-n101-k25.sol").path,
    ])
    #expect(run.status == 0)
    #expect(run.output.contains("\"cost\":27591,"))
  }
}
