import Foundation
import LageplanFeatures
import LageplanGeometry
import Synchronization
import TestSupport
import Testing

@testable import LageplanStore

/// Every commit is told, once, in order, and before the call that wrote returns.
struct CommitFeedTests {
  private final class Heard: Sendable {
    private let commits = Mutex<[Commit]>([])

    func hear(_ commit: Commit) { commits.withLock { $0.append(commit) } }
    var all: [Commit] { commits.withLock { $0 } }
  }

  private static let delivery = [
    Feature.tree("a", x: 600_000, y: 5_790_000), .tree("b", x: 600_100, y: 5_790_200), .tree("c", x: 600_050, y: 5_790_100),
  ]

  @Test func editIsToldWithItsEnvelopesBeforeItReturns() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      let heard = Heard()
      store.onCommit(heard.hear)
      _ = try store.edit(
        [
          FeatureEdit(.update(id: "a", properties: [:], geometry: .set(.point(Coordinate(x: 1, y: 2))))),
          FeatureEdit(.delete(id: "b")),
        ], in: "trees", actor: "Bauhof")
      let commit = try #require(heard.all.first)
      #expect(heard.all.count == 1)
      #expect(commit.wholly == [])
      #expect(commit.changes.map(\.operation) == [.update, .delete])
      #expect(
        commit.changes.map(\.oldEnvelope) == [
          Envelope(around: Coordinate(x: 600_000, y: 5_790_000)), Envelope(around: Coordinate(x: 600_100, y: 5_790_200)),
        ])
      #expect(commit.changes.map(\.newEnvelope) == [Envelope(around: Coordinate(x: 1, y: 2)), nil])
      #expect(commit.changes.allSatisfy { $0.actor == "Bauhof" })
      #expect(try commit.sequence == store.latestSequence() && store.knownSequence == commit.sequence)
    }
  }

  @Test func loadsDescriptionsAndDropsConcernTheCollectionWholly() throws {
    try withStore { store in
      let heard = Heard()
      store.onCommit(heard.hear)
      try store.importAll(Self.delivery, into: .trees)
      var described = try store.descriptor(of: "trees")
      described.title = "Bäume"
      try store.updateCollection(described)
      try store.dropCollection("trees")
      #expect(heard.all.map(\.wholly) == [["trees"], ["trees"], ["trees"]])
      #expect(heard.all.allSatisfy { $0.changes.isEmpty })
    }
  }

  @Test func whatIsRolledBackIsNotTold() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      let heard = Heard()
      store.onCommit(heard.hear)
      #expect(throws: (any Error).self) {
        _ = try store.edit([FeatureEdit(.delete(id: "a")), FeatureEdit(.delete(id: "nobody"))], in: "trees", actor: nil)
      }
      try store.importAll([.tree("d", x: 1, y: 1)], into: .trees, options: ImportOptions(dryRun: true))
      #expect(heard.all == [])
    }
  }

  @Test func tooManyChangesAreNotListed() throws {
    try withStore { store in
      try store.importAll((0..<11_000).map { Feature.tree("t\($0)", x: Double($0), y: 0) }, into: .trees)
      var other = CollectionDescriptor.trees
      other.id = "other"
      try store.importAll(Self.delivery, into: other)
      let heard = Heard()
      store.onCommit(heard.hear)
      try store.importAll((0..<11_000).map { Feature.tree("t\($0)", x: Double($0), y: 1) }, into: .trees)
      #expect(heard.all.map(\.wholly) == [["trees"]])
      #expect(heard.all[0].changes.isEmpty)
      _ = try store.edit([FeatureEdit(.delete(id: "a"))], in: "other", actor: nil)
      #expect(heard.all.last?.changes.map(\.id) == ["a"])
    }
  }

  @Test func concurrentWritersAreToldInOrderAndEachOnce() async throws {
    try await withStore { store in
      try store.importAll((0..<40).map { Feature.tree("t\($0)", x: Double($0), y: 0) }, into: .trees)
      let heard = Heard()
      store.onCommit(heard.hear)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<4 {
          group.addTask {
            for round in 0..<25 {
              let outcomes = try store.edit(
                [
                  FeatureEdit(
                    .update(id: "t\(writer * 10)", properties: ["height": .real(Double(round) + 0.5)], geometry: .unchanged))
                ],
                in: "trees", actor: nil)
              #expect(store.knownSequence >= outcomes[0].version)
            }
          }
        }
        try await group.waitForAll()
      }
      let sequences = heard.all.flatMap(\.changes).map(\.sequence)
      #expect(sequences.count == 100)
      #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test func editsOfOtherProgramsAreHeardOfWhileTheFileIsWatched() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      let heard = Heard()
      store.onCommit(heard.hear)
      try store.watchFile()
      try store.watchFile()
      let run = try CommandRun.program(
        "spatialite", ["-silent", store.path, "UPDATE trees SET geometry = MakePoint(7, 8, 25832) WHERE id = 'c'"])
      #expect(run.status == 0)
      #expect(Patience.wait { !heard.all.isEmpty })
      #expect(heard.all.flatMap(\.changes).map(\.newEnvelope) == [Envelope(around: Coordinate(x: 7, y: 8))])
    }
  }

  @Test func logThatCannotBeReadIsToldAsAChangeOfEverything() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      let heard = Heard()
      store.onCommit(heard.hear)
      let second = try Store(path: store.path)
      _ = try second.edit([FeatureEdit(.delete(id: "a"))], in: "trees", actor: nil)
      second.close()
      func sql(_ text: String) throws {
        let run = try CommandRun.program("spatialite", ["-silent", "-bail", store.path, text])
        #expect(run.status == 0, "\(run.errors)")
      }
      try sql("PRAGMA legacy_alter_table = ON; ALTER TABLE lageplan_changes RENAME TO hidden;")
      let before = store.knownSequence
      store.feed.advance()
      #expect(heard.all == [Commit(sequence: before, changes: [], wholly: ["trees"], isComplete: false)])
      #expect(store.isFeedBehind && store.knownSequence == before)

      try sql("PRAGMA legacy_alter_table = ON; ALTER TABLE hidden RENAME TO lageplan_changes;")
      store.feed.advance()
      #expect(heard.all.dropFirst().flatMap(\.changes).map(\.id) == ["a"])
      #expect(heard.all.last?.isComplete == true && !store.isFeedBehind)
    }
  }

  @Test func secondStoreOnTheFileIsHeardOfWithoutAWatchByTheNextWrite() throws {
    try withStore { store in
      try store.importAll(Self.delivery, into: .trees)
      let heard = Heard()
      store.onCommit(heard.hear)
      let second = try Store(path: store.path)
      defer { second.close() }
      _ = try second.edit([FeatureEdit(.delete(id: "a"))], in: "trees", actor: nil)
      #expect(heard.all == [])
      _ = try store.edit([FeatureEdit(.delete(id: "b"))], in: "trees", actor: nil)
      #expect(heard.all.flatMap(\.changes).map(\.id) == ["a", "b"])
    }
  }
}
