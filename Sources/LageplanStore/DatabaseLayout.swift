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
    ]
  ]

  /// Descriptions are versioned as features are, whoever edits them.
  private static func describing(event: String, row: String, operation: String, name: String) -> String {
    """
    CREATE TRIGGER "lageplan_on_\(name)" AFTER \(event)
    BEGIN
      UPDATE "lageplan_catalogue" SET "version" = "version" + 1;
      INSERT INTO "lageplan_changes" ("collection", "operation", "at")
        VALUES (\(row), '\(operation)', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
    END
    """
  }
}
