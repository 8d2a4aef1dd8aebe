import Foundation
import TestSupport
import Testing

/// `collections set` and `show` as a person at the shell uses them.
@Suite struct CollectionSettingsTests {
  private func collections(_ arguments: String..., in folder: URL) throws -> CommandRun {
    let file = folder.appendingPathComponent("town.sqlite").path
    return try CommandRun.lageplan(["collections"] + arguments + ["--database", file])
  }

  private func withTown(_ body: (URL) throws -> Void) throws {
    try TemporaryFolder.with { folder in
      let csv = folder.appendingPathComponent("trees.csv")
      try Data("id,x,y,state,height\n1,10.7,52.4,ok,3\n2,10.8,52.5,due,4\n".utf8).write(to: csv)
      let file = folder.appendingPathComponent("town.sqlite").path
      let run = try CommandRun.lageplan(["import", csv.path, "--collection", "trees", "--database", file])
      #expect(run.status == 0, "\(run.errors)")
      try body(folder)
    }
  }

  @Test func tileSettingsAreSetShownAndTakenAway() throws {
    try withTown { folder in
      let set = try collections(
        "set", "trees", "--thin-below", "none", "--thin-by", "clusters", "--count-by", "state", "--property-zoom", "height=16",
        "--tile-budget", "250000", in: folder)
      #expect(set.status == 0, "\(set.errors)")
      let shown = try collections("show", "trees", "--json", in: folder)
      #expect(
        shown.output.contains(
          #""tiles":{"thinBelow":null,"grouping":"clusters","statusProperty":"state","propertyMinZooms":{"height":16},"byteBudget":250000}"#
        ), "\(shown.output)")
      #expect(try collections("show", "trees", in: folder).output.contains("from zoom 16 on: height"))
      let undone = try collections(
        "set", "trees", "--thin-below", "14", "--count-by", "", "--property-zoom", "height=", in: folder)
      #expect(undone.status == 0, "\(undone.errors)")
      let after = try collections("show", "trees", "--json", in: folder)
      #expect(after.output.contains(#""thinBelow":14"#))
      #expect(after.output.contains(#""statusProperty":null,"propertyMinZooms":{}"#))
    }
  }

  @Test(
    arguments: [
      (["--thin-below", "high"], 2, "--thin-below"), (["--thin-by", "heat"], 2, "representatives"),
      (["--property-zoom", "height"], 2, "NAME=ZOOM"), (["--property-zoom", "height=99"], 2, "0 to 25"),
      (["--tile-budget", "3"], 2, "10000"), (["--count-by", "State"], 1, "state"), (["--property-zoom", "size=3"], 1, "height"),
    ] as [([String], Int, String)])
  func whatCannotBeIsRefusedWithTheRemedy(options: [String], status: Int, remedy: String) throws {
    try withTown { folder in
      let file = folder.appendingPathComponent("town.sqlite").path
      let run = try CommandRun.lageplan(["collections", "set", "trees", "--database", file] + options)
      #expect(run.status == status)
      #expect(run.errors.contains(remedy), "\(run.errors)")
    }
  }
}
