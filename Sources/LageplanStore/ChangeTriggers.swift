import LageplanFeatures

/// What remembers, beside the table of a collection: the table of before-images, the index of words, and the triggers that keep both
/// and note every change.
///
/// Only functions that SpatiaLite and SQLite bring are used, so that the triggers also work when QGIS, GDAL or the `spatialite`
/// shell edits the file.
extension CollectionTable {
  // MARK: History

  var history: String { quoted("lageplan_history_\(collection)") }

  /// The column of the before-images that cannot be the name of a property's column (see ``columnName(for:taken:)``).
  static let historySequence = "lageplan_sequence"

  var createHistory: String {
    let properties = columns.map { ",\n  \(quoted($0.name)) \(Self.declaredType(of: $0.property.kind))" }.joined()
    return """
      CREATE TABLE \(history) (
        "\(Self.historySequence)" INTEGER PRIMARY KEY,
        "number" INTEGER NOT NULL,
        "id" TEXT,
        "geometry" BLOB\(properties)
      )
      """
  }

  /// What was under an id that is there no more.
  var createHistoryIndex: String {
    "CREATE INDEX \(quoted("lageplan_history_\(collection)_id")) ON \(history)(\"id\", \"number\")"
  }

  // MARK: Words

  /// No id of a collection has a colon: the tables that FTS5 keeps behind (`…:words_data` and others) meet no other name.
  var wordsName: String { "lageplan_\(collection):words" }
  var words: String { quoted(wordsName) }

  /// The index keeps words and numbers only: what the texts are, the table knows (fts5.html, section 4.4.2, contentless tables).
  var createWords: String {
    """
    CREATE VIRTUAL TABLE \(words) USING fts5(
      "text", content='', columnsize=0, detail=none, tokenize='unicode61 remove_diacritics 2')
    """
  }

  /// All texts of a row as one, as ``TextSearch`` reads them; `row` is a table, an alias, OLD or NEW.
  /// `nil` where no property is text.
  func text(of row: String) -> String? {
    let texts = columns.filter { $0.property.kind == .text }.map { "coalesce(\(row).\(quoted($0.name)), '')" }
    guard !texts.isEmpty else { return nil }
    return "replace(replace(\(texts.joined(separator: " || ' ' || ")), 'ß', 'ss'), 'ẞ', 'ss')"
  }

  /// Fills the index anew.
  var fillWords: [String] {
    let clear = "INSERT INTO \(words)(\(words)) VALUES ('delete-all')"
    guard let text = text(of: "f") else { return [clear] }
    return [clear, "INSERT INTO \(words)(rowid, \"text\") SELECT f.\"number\", \(text) FROM \(name) AS f"]
  }

  // MARK: Triggers

  var triggerNames: [String] { ["insert", "update", "delete"].map { "lageplan_\(collection)_\($0)" } }

  var createTriggers: [String] {
    [
      trigger("insert", [fillId, note("insert", old: false, new: true), enterWords]),
      // The trigger above fills an empty id by an update of its own: that is part of the insert, not another change.
      trigger(
        "update", when: "coalesce(OLD.\"id\", '') <> ''",
        [fillId, note("update", old: true, new: true), keepBefore, exchangeWords]),
      trigger("delete", [note("delete", old: true, new: false), keepBefore, leaveWords]),
    ]
  }

  private func trigger(_ event: String, when condition: String? = nil, _ statements: [String?]) -> String {
    """
    CREATE TRIGGER \(quoted("lageplan_\(collection)_\(event)")) AFTER \(event.uppercased()) ON \(name)
    \(condition.map { "WHEN \($0)\n" } ?? "")BEGIN
    \(statements.compactMap(\.self).joined(separator: "\n"))
    END
    """
  }

  private var fillId: String {
    """
    UPDATE \(name)
      SET "id" = CASE WHEN EXISTS (SELECT 1 FROM \(name) WHERE "id" = 'n' || NEW."number")
        THEN 'n' || NEW."number" || '-' || lower(hex(randomblob(4)))
        ELSE 'n' || NEW."number" END
      WHERE "number" = NEW."number" AND coalesce("id", '') = '';
    """
  }

  private func note(_ operation: String, old: Bool, new: Bool) -> String {
    func envelope(_ row: String, _ present: Bool) -> String {
      ["MbrMinX", "MbrMinY", "MbrMaxX", "MbrMaxY"].map { present ? "\($0)(\(row).\"geometry\")" : "NULL" }.joined(
        separator: ", ")
    }
    let row = new ? "NEW" : "OLD"
    let featureId = new ? "(SELECT \"id\" FROM \(name) WHERE \"number\" = NEW.\"number\")" : "OLD.\"id\""
    return """
      INSERT INTO "lageplan_changes" ("collection", "feature_id", "number", "operation", "at", "actor",
          "old_minx", "old_miny", "old_maxx", "old_maxy", "new_minx", "new_miny", "new_maxx", "new_maxy")
        VALUES (\(quotedText(collection)), \(featureId), \(row)."number", '\(operation)', \(DatabaseLayout.now),
          \(DatabaseLayout.actor),
          \(envelope("OLD", old)), \(envelope("NEW", new)));
      """
  }

  /// Right behind the note, whose rowid is the sequence.
  private var keepBefore: String {
    let names = ["number", "id", "geometry"] + columns.map(\.name)
    return """
      INSERT INTO \(history) ("\(Self.historySequence)", \(names.map(quoted).joined(separator: ", ")))
        VALUES (last_insert_rowid(), \(names.map { "OLD.\(quoted($0))" }.joined(separator: ", ")));
      """
  }

  private var enterWords: String? {
    text(of: "NEW").map { "INSERT INTO \(words)(rowid, \"text\") VALUES (NEW.\"number\", \($0));" }
  }

  /// To take words out, FTS5 has to be told which ones went in.
  private var leaveWords: String? {
    text(of: "OLD").map { "INSERT INTO \(words)(\(words), rowid, \"text\") VALUES ('delete', OLD.\"number\", \($0));" }
  }

  private var exchangeWords: String? {
    guard let old = text(of: "OLD"), let new = text(of: "NEW") else { return nil }
    let differ = "WHERE OLD.\"number\" <> NEW.\"number\" OR \(old) <> \(new)"
    return """
      INSERT INTO \(words)(\(words), rowid, "text") SELECT 'delete', OLD."number", \(old) \(differ);
      INSERT INTO \(words)(rowid, "text") SELECT NEW."number", \(new) \(differ);
      """
  }
}
