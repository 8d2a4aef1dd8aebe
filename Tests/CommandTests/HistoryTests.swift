import Foundation
import TestSupport
import Testing

/// What is remembered, cleared away from the shell.
@Suite struct HistoryTests {
  private func lageplan(_ arguments: String..., in folder: URL) throws -> CommandRun {
    try CommandRun.lageplan(
      arguments, in: folder, environment: ["LAGEPLAN_DATABASE": folder.appendingPathComponent("town.sqlite").path])
  }

  @Test func pruneClearsWhatNoFeatureOfTodayNeeds() throws {
    try TemporaryFolder.with { folder in
      let deliveries = ["1,8\n2,9\n3,7\n", "1,8\n2,10\n4,3\n", "1,8\n2,9\n3,7\n"]
      for rows in deliveries {
        try ("id,height,lon,lat\n" + rows.replacingOccurrences(of: "\n", with: ",7.6,51.9\n")).write(
          to: folder.appendingPathComponent("trees.csv"), atomically: true, encoding: .utf8)
        let run = try lageplan("import", "trees.csv", "--collection", "trees", "--replace", in: folder)
        #expect(run.status == 0, "\(run.errors)")
      }
      // Of six changes three remain: the last of tree 2 and of the new tree 3, and the newest of all, the deletion of tree 4.
      let pruned = try lageplan("history", "prune", "--before", "2100-01-01", "--json", in: folder)
      #expect(pruned.output == #"{"clearedChanges":3,"oldest":"2099-12-31T23:00:00Z"}"# + "\n", "\(pruned.errors)")
      let again = try lageplan("history", "prune", "--before", "2100-01-01", in: folder)
      #expect(again.output == "0 changes from before 2099-12-31T23:00:00Z cleared away\n")
    }
  }

  @Test func dayThatIsNoneIsWrongUsage() throws {
    try TemporaryFolder.with { folder in
      let run = try lageplan("history", "prune", "--before", "yesterday", in: folder)
      #expect(run.status == 2)
      #expect(run.errors.contains("yesterday is no day"))
    }
  }
}
