import Foundation
import TestSupport
import Testing

/// The binary as a person at the shell meets it first.
@Suite struct UsageTests {
  @Test func helpIsSuccess() throws {
    let run = try CommandRun.lageplan(["--help"])
    #expect(run.status == 0)
    #expect(run.output.contains("USAGE: lageplan"))
  }

  @Test(arguments: [
    "serve", "query", "import", "export", "collections list", "collections show", "collections set", "collections drop", "backup",
    "demo", "tour plan",
    "sources add", "sources list", "sources show", "sources run", "sources enable", "sources disable", "sources remove",
  ])
  func everySubcommandHasHelpAndJson(name: String) throws {
    let run = try CommandRun.lageplan(name.split(separator: " ").map(String.init) + ["--help"])
    #expect(run.status == 0)
    #expect(run.output.contains("USAGE: lageplan \(name)"))
    #expect(run.output.contains("--json"))
  }

  @Test func unknownOptionIsWrongUsage() throws {
    let run = try CommandRun.lageplan(["serve", "--prot", "80"])
    #expect(run.status == 2)
    #expect(run.errors.contains("--prot"))
  }

  @Test func missingDatabaseFailsWithTheRemedy() throws {
    try TemporaryFolder.with { folder in
      let run = try CommandRun.lageplan(["query", "trees", "--database", folder.appendingPathComponent("none.sqlite").path])
      #expect(run.status == 1)
      #expect(run.errors.contains("none.sqlite"))
      #expect(run.errors.contains("--database"))
      #expect(run.output.isEmpty)
    }
  }
}
