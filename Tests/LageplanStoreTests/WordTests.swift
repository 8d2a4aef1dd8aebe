import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

struct WordTests {
  private func found(_ store: Store, _ text: String) throws -> [String] {
    try store.features(matching: FeatureQuery(collection: "trees", text: text)).map(\.id)
  }

  private func spatialite(_ path: String, _ sql: String) throws {
    let run = try CommandRun.program("spatialite", ["-silent", "-bail", path, sql])
    #expect(run.status == 0 && !run.errors.contains("Error"), "\(run.errors)\(run.output)")
  }

  @Test func indexFollowsLoadEditAndOtherPrograms() throws {
    try withStore { store in
      try store.importAll(
        [.tree("a", x: 0, y: 0, species: "Große Linde"), .tree("b", x: 1, y: 1, species: "Eiche")], into: .trees)
      #expect(try found(store, "grosse lind") == ["a"])
      _ = try store.edit([FeatureEdit(.insert(.tree("c", x: 2, y: 2, species: "GROẞE Ulme")))], in: "trees", actor: nil)
      #expect(try found(store, "groß") == ["a", "c"])
      try spatialite(store.path, "UPDATE trees SET species = 'Öhrchen-Weide' WHERE id = 'a'; DELETE FROM trees WHERE id = 'c'")
      #expect(try found(store, "groß") == [])
      #expect(try found(store, "ohrchen") == ["a"])
      #expect(try found(store, "weide öhr,EICHE") == ["a", "b"])
      // What the index holds is what the table holds.
      try store.importAll([.tree("a", x: 0, y: 0, species: nil)], into: .trees, options: ImportOptions(mode: .replace))
      #expect(try found(store, "weide,eiche,linde") == [])
      let check = try CommandRun.program(
        "sqlite3", [store.path, "INSERT INTO \"lageplan_trees:words\"(\"lageplan_trees:words\") VALUES ('integrity-check')"])
      #expect(check.status == 0, "\(check.errors)")
    }
  }

  @Test func propertyThatComesLaterIsSearchedToo() throws {
    try withStore { store in
      try store.importAll([.tree("a", x: 0, y: 0)], into: .trees)
      var more = CollectionDescriptor.trees
      more.schema.properties.append(PropertyDefinition(name: "note", kind: .text))
      let noted = Feature(
        id: "a", geometry: .point(Coordinate(x: 0, y: 0)),
        values: [.text("Linde"), .real(10), .null, .text("Naturdenkmal")])
      try store.importAll([noted], into: more)
      #expect(try found(store, "naturdenkmal linde") == ["a"])
      try spatialite(store.path, "UPDATE trees SET note = 'gefällt'")
      #expect(try found(store, "naturdenkmal") == [])
      #expect(try found(store, "gefallt") == ["a"])
      // A number that has become a text is one.
      more.schema.properties[1].kind = .text
      try store.importAll([Feature(id: "b", geometry: nil, values: [.null, .text("hoch"), .null, .null])], into: more)
      #expect(try found(store, "10") == ["a"])
    }
  }

  /// Characters of Mongolian, New Tai Lue and Vedic that Unicode has put into another category since, and the long s with a dot.
  private static let moved: Set<UInt32> = Set([0x1885, 0x1886, 0x19C8, 0x19C9, 0x1CF2, 0x1CF3, 0x1E9B]).union(0x19B0...0x19C0)

  /// The index of FTS5 is the oracle: for every character of the basic plane, alone between two letters.
  @Test func wordsAreThoseOfTheIndex() throws {
    let scalars = (0x20...0xFFFD).compactMap(Unicode.Scalar.init).filter { !("\u{E000}"..."\u{F8FF}").contains($0) }
    try TemporaryFolder.with { folder in
      let list = folder.appendingPathComponent("characters.csv")
      let lines = scalars.filter { $0 != "\"" }.map { "\($0.value),\"a\(Character($0))b\"\n" }.joined()
      try Data(lines.utf8).write(to: list)
      let script = """
        CREATE TABLE t (number INTEGER PRIMARY KEY, text TEXT);
        .mode csv
        .import \(list.path) t
        CREATE VIRTUAL TABLE words USING fts5(text, tokenize='unicode61 remove_diacritics 2');
        INSERT INTO words(rowid, text) SELECT number, replace(replace(text, 'ß', 'ss'), 'ẞ', 'ss') FROM t;
        CREATE VIRTUAL TABLE v USING fts5vocab(words, instance);
        .mode list
        SELECT doc, group_concat(term, ' ') FROM (SELECT doc, term, offset FROM v ORDER BY doc, offset) GROUP BY doc;
        """
      let file = folder.appendingPathComponent("words.sql")
      try Data(script.utf8).write(to: file)
      let run = try CommandRun.program("sqlite3", [folder.appendingPathComponent("w.sqlite").path, ".read \(file.path)"])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      var differing: [String] = []
      var count = 0
      for line in run.output.split(separator: "\n") {
        let parts = line.split(separator: "|", maxSplits: 1).map(String.init)
        guard parts.count == 2, let value = UInt32(parts[0]), let scalar = Unicode.Scalar(value) else { continue }
        count += 1
        let own = TextSearch.words(of: "a\(scalar)b").joined(separator: " ")
        if !own.utf8.elementsEqual(parts[1].utf8), !Self.moved.contains(value) {
          differing.append("U+\(String(value, radix: 16)) \(own) ≠ \(parts[1])")
        }
      }
      #expect(count > 55_000)
      #expect(differing.isEmpty, "\(differing.count): \(differing.prefix(60).joined(separator: ", "))")
    }
  }
}
