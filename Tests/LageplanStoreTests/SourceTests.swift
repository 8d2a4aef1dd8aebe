import LageplanFeatures
import LageplanStore
import TestSupport
import Testing

struct SourceTests {
  private static let wfs = StoredSource(
    id: "berlin", collection: "trees", kind: "wfs", address: "https://example.org/wfs", settings: #"{"layer":"baum"}"#,
    intervalMinutes: 1_440)

  private static func run(_ minute: Int64, _ status: String = "ok") -> SourceRun {
    SourceRun(
      source: "berlin", started: Instant(millisecondsSince1970: minute * 60_000),
      ended: Instant(millisecondsSince1970: minute * 60_000 + 1_500), status: status, report: #"{"read":\#(minute)}"#)
  }

  @Test func sourceIsKeptChangedAndForgotten() throws {
    try withStore { store in
      #expect(try store.sources().isEmpty)
      try store.saveSource(Self.wfs)
      var other = Self.wfs
      other.id = "a-file"
      other.isEnabled = false
      try store.saveSource(other)
      #expect(try store.sources() == [other, Self.wfs])
      try store.noteRun(Self.run(1, "failed"))
      var changed = Self.wfs
      changed.intervalMinutes = 60
      try store.saveSource(changed)
      let kept = try #require(try store.sources().last)
      // Who changes a source does not forget how it went.
      #expect((kept.intervalMinutes, kept.lastStatus, kept.lastReport) == (60, "failed", #"{"read":1}"#))
      #expect(kept.lastRun == Self.run(1).started)
      try store.removeSource("berlin")
      #expect(try store.sources().map(\.id) == ["a-file"])
      #expect(throws: StoreError.unknownSource("berlin")) { try store.runs(ofSource: "berlin") }
      #expect(throws: StoreError.unknownSource("berlin")) { try store.removeSource("berlin") }
      #expect(throws: StoreError.unknownSource("berlin")) { try store.noteRun(Self.run(2)) }
      try store.saveSource(Self.wfs)
      #expect(try store.runs(ofSource: "berlin").isEmpty)
    }
  }

  @Test func lastHundredRunsAreKeptNewestFirst() throws {
    try withStore { store in
      try store.saveSource(Self.wfs)
      for minute in 1...103 { try store.noteRun(Self.run(Int64(minute))) }
      let runs = try store.runs(ofSource: "berlin")
      #expect(runs == (4...103).reversed().map { Self.run(Int64($0)) })
      #expect(try store.runs(ofSource: "berlin", limit: 2) == [Self.run(103), Self.run(102)])
    }
  }

  @Test func sourcesThatCannotBeAreRefused() throws {
    try withStore { store throws in
      func refuses(_ change: (inout StoredSource) -> Void) {
        var source = Self.wfs
        change(&source)
        #expect(throws: StoreError.self) { try store.saveSource(source) }
      }
      refuses { $0.id = "Berlin!" }
      refuses { $0.collection = "" }
      refuses { $0.address = "" }
      refuses { $0.intervalMinutes = 0 }
      refuses { $0.settings = "[]" }
      #expect(try store.sources().isEmpty)
    }
  }
}
