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
    // An open tour: it ends at the farther place.
    #expect(steps.filter { $0["type"] as? String == "job" }.map { $0["id"] as? Int } == [12, 11])
    #expect(steps.contains { $0["type"] as? String == "break" && $0["id"] as? Int == 3 })
    #expect(!steps.contains { $0["type"] as? String == "end" })
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
