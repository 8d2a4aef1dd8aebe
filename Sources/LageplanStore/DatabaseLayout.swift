/// The bookkeeping tables, as numbered steps: step `n` takes a file of version `n` to version `n + 1`.
/// The version stands in the file's `user_version`, the file's kind in its `application_id`. A step that was released is never edited.
enum DatabaseLayout {
  /// "Lgpl" in ASCII: the mark of a Lageplan file (SQLite file format, section 1.3.15).
  static let applicationId: Int32 = 0x4C67_706C

  static var version: Int { steps.count }

  static let steps: [[String]] = [
    [
      """
      CREATE TABLE "lageplan_collections" (
        "id" TEXT PRIMARY KEY NOT NULL,
        "title" TEXT NOT NULL,
        "description" TEXT,
        "keywords" TEXT NOT NULL DEFAULT '[]',
        "licence" TEXT,
        "attribution" TEXT,
        "geometry_kind" INTEGER,
        "storage_crs" TEXT NOT NULL,
        "min_zoom" INTEGER NOT NULL,
        "max_zoom" INTEGER NOT NULL,
        "is_public" BOOLEAN NOT NULL
      )
      """,
      """
      CREATE TABLE "lageplan_properties" (
        "collection" TEXT NOT NULL REFERENCES "lageplan_collections"("id") ON DELETE CASCADE,
        "position" INTEGER NOT NULL,
        "name" TEXT NOT NULL,
        "column_name" TEXT NOT NULL,
        "kind" TEXT NOT NULL,
        "title" TEXT,
        "description" TEXT,
        "unit" TEXT,
        "enumeration" TEXT,
        "reference" TEXT,
        PRIMARY KEY ("collection", "position")
      )
      """,
      // AUTOINCREMENT: a version never comes back, also after old changes have been cleared away.
      """
      CREATE TABLE "lageplan_changes" (
        "sequence" INTEGER PRIMARY KEY AUTOINCREMENT,
        "collection" TEXT NOT NULL,
        "feature_id" TEXT,
        "number" INTEGER,
        "operation" TEXT NOT NULL,
        "at" TIMESTAMP NOT NULL,
        "old_minx" REAL, "old_miny" REAL, "old_maxx" REAL, "old_maxy" REAL,
        "new_minx" REAL, "new_miny" REAL, "new_maxx" REAL, "new_maxy" REAL
      )
      """,
      #"CREATE INDEX "lageplan_changes_collection" ON "lageplan_changes"("collection", "sequence")"#,
      // One row: rises whenever a description or the shape of a table changes, so that connections know when to read them again.
      #"CREATE TABLE "lageplan_catalogue" ("version" INTEGER NOT NULL)"#,
      #"INSERT INTO "lageplan_catalogue" VALUES (1)"#,
      describing(event: "INSERT ON \"lageplan_collections\"", row: "NEW.\"id\"", operation: "create", name: "create"),
      describing(event: "UPDATE ON \"lageplan_collections\"", row: "NEW.\"id\"", operation: "describe", name: "describe"),
      describing(event: "DELETE ON \"lageplan_collections\"", row: "OLD.\"id\"", operation: "drop", name: "drop"),
      describing(event: "UPDATE ON \"lageplan_properties\"", row: "NEW.\"collection\"", operation: "describe", name: "property"),
    ],
    actors + history + [
      // The digest is SHA-256 of the secret; `collections` a JSON array of ids, null for all.
      """
      CREATE TABLE "lageplan_tokens" (
        "name" TEXT PRIMARY KEY NOT NULL,
        "digest" BLOB NOT NULL UNIQUE,
        "scope" TEXT NOT NULL,
        "collections" TEXT_JSON,
        "created" TIMESTAMP NOT NULL,
        "expires" TIMESTAMP,
        "revoked" TIMESTAMP
      )
      """,
      """
      CREATE TABLE "lageplan_requests" (
        "token" TEXT NOT NULL,
        "key" TEXT NOT NULL,
        "digest" BLOB NOT NULL,
        "outcome" TEXT_JSON NOT NULL,
        "at" TIMESTAMP NOT NULL,
        PRIMARY KEY ("token", "key")
      ) WITHOUT ROWID
      """,
      """
      CREATE TABLE "lageplan_sources" (
        "id" TEXT PRIMARY KEY NOT NULL,
        "collection" TEXT NOT NULL,
        "kind" TEXT NOT NULL,
        "address" TEXT NOT NULL,
        "settings" TEXT_JSON NOT NULL,
        "interval_minutes" INTEGER NOT NULL,
        "enabled" BOOLEAN NOT NULL,
        "last_run" TIMESTAMP,
        "last_status" TEXT,
        "last_report" TEXT_JSON
      )
      """,
      """
      CREATE TABLE "lageplan_source_runs" (
        "run" INTEGER PRIMARY KEY AUTOINCREMENT,
        "source" TEXT NOT NULL REFERENCES "lageplan_sources"("id") ON DELETE CASCADE,
        "started" TIMESTAMP NOT NULL,
        "ended" TIMESTAMP NOT NULL,
        "status" TEXT NOT NULL,
        "report" TEXT_JSON NOT NULL
      )
      """,
      #"CREATE INDEX "lageplan_source_runs_source" ON "lageplan_source_runs"("source", "run")"#,
    ],
    // How crowded features are drawn into tiles; null: as by default.
    [#"ALTER TABLE "lageplan_collections" ADD COLUMN "tiles" TEXT_JSON"#],
    tourPlans,
  ]

  /// `collections` is a JSON array of the ids that the request names; a version without a plan has no figures and no document.
  private static let tourPlans: [String] = [
    """
    CREATE TABLE "lageplan_tour_plans" (
      "number" INTEGER PRIMARY KEY AUTOINCREMENT,
      "id" TEXT NOT NULL UNIQUE,
      "title" TEXT,
      "day" DATE NOT NULL,
      "collections" TEXT_JSON NOT NULL,
      "request" TEXT_JSON NOT NULL,
      "created" TIMESTAMP NOT NULL
    )
    """,
    """
    CREATE TABLE "lageplan_tour_versions" (
      "plan" TEXT NOT NULL REFERENCES "lageplan_tour_plans"("id") ON DELETE CASCADE,
      "version" INTEGER NOT NULL,
      "status" TEXT NOT NULL,
      "created" TIMESTAMP NOT NULL,
      "actor" TEXT,
      "change" TEXT_JSON,
      "tours" INTEGER,
      "stops" INTEGER,
      "left_out" INTEGER,
      "metres" INTEGER,
      "seconds" INTEGER,
      "document" TEXT_JSON,
      PRIMARY KEY ("plan", "version")
    )
    """,
  ]

  /// Who writes: set and cleared within a transaction, so that a trigger sees the name only in our own.
  private static let actors: [String] =
    [
      #"CREATE TABLE "lageplan_context" ("actor" TEXT)"#,
      #"INSERT INTO "lageplan_context" VALUES (NULL)"#,
      #"ALTER TABLE "lageplan_changes" ADD COLUMN "actor" TEXT"#,
    ]
    + ["create", "describe", "drop", "property"].map { "DROP TRIGGER \"lageplan_on_\($0)\"" }
    + [
      describing(event: "INSERT ON \"lageplan_collections\"", row: "NEW.\"id\"", operation: "create", name: "create", by: actor),
      describing(
        event: "UPDATE ON \"lageplan_collections\"", row: "NEW.\"id\"", operation: "describe", name: "describe", by: actor),
      describing(event: "DELETE ON \"lageplan_collections\"", row: "OLD.\"id\"", operation: "drop", name: "drop", by: actor),
      describing(
        event: "UPDATE ON \"lageplan_properties\"", row: "NEW.\"collection\"", operation: "describe", name: "property", by: actor),
    ]

  private static let history: [String] = [
    // Of a load: the numbers that its features got.
    #"ALTER TABLE "lageplan_changes" ADD COLUMN "first_number" INTEGER"#,
    #"ALTER TABLE "lageplan_changes" ADD COLUMN "last_number" INTEGER"#,
    #"CREATE INDEX "lageplan_changes_feature" ON "lageplan_changes"("collection", "number", "sequence") WHERE "number" IS NOT NULL"#,
    // The few entries that concern a collection as a whole.
    #"CREATE INDEX "lageplan_changes_whole" ON "lageplan_changes"("collection", "sequence") WHERE "number" IS NULL"#,
    // One row. Changes up to `sequence` may have been cleared away; what was before `at` cannot be told (null: all can).
    #"CREATE TABLE "lageplan_history_begin" ("sequence" INTEGER NOT NULL, "at" TIMESTAMP)"#,
    """
    INSERT INTO "lageplan_history_begin"
    SELECT 0, CASE WHEN EXISTS (SELECT 1 FROM "lageplan_changes") THEN \(now) END
    """,
  ]

  /// The moment, as SQL tells it: UTC to the millisecond, as ``/LageplanFeatures/Instant`` spells it, but never shortened.
  static let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

  /// Who writes, as SQL tells it.
  static let actor = #"(SELECT "actor" FROM "lageplan_context")"#

  /// Descriptions are versioned as features are, whoever edits them.
  private static func describing(event: String, row: String, operation: String, name: String, by actor: String? = nil) -> String {
    """
    CREATE TRIGGER "lageplan_on_\(name)" AFTER \(event)
    BEGIN
      UPDATE "lageplan_catalogue" SET "version" = "version" + 1;
      INSERT INTO "lageplan_changes" ("collection", "operation", "at"\(actor == nil ? "" : ", \"actor\""))
        VALUES (\(row), '\(operation)', \(now)\(actor.map { ", \($0)" } ?? ""));
    END
    """
  }
}
