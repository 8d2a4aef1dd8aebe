public import LageplanFeatures

extension Store {
  /// Clears away what was before `instant`, and answers how many changes that were.
  ///
  /// What stays: the last change of each feature that is there, since its sequence is the feature's version; the newest of each
  /// collection; and those that concern a collection as a whole. From then on, older cursors are refused with
  /// `StoreError.changesPruned`, older moments with `FeatureError.noHistory`.
  @discardableResult
  public func pruneHistory(before instant: Instant) throws -> Int {
    try writing { connection in
      let log = ChangeLog(connection: connection)
      let (oldest, begin) = try log.memory()
      guard begin.map({ $0 < instant }) ?? true else { return 0 }
      let last = try log.lastSequence(atOrBefore: Instant(millisecondsSince1970: instant.millisecondsSince1970 - 1))
      var cleared = 0
      for entry in try Catalogue(on: connection).entries {
        let table = entry.table
        try connection.run(
          "DELETE FROM \(table.history) WHERE \"\(CollectionTable.historySequence)\" <= ?", [.integer(last)])
        let newest = try connection.integer(
          #"SELECT max("sequence") FROM "lageplan_changes" WHERE "collection" = ?"#, [.text(table.collection)])
        cleared += try connection.changes(
          """
          DELETE FROM "lageplan_changes"
          WHERE "collection" = ?1 AND "number" IS NOT NULL AND "sequence" <= ?2 AND "sequence" <> ?3
            AND NOT (
              EXISTS (SELECT 1 FROM \(table.name) AS f WHERE f."number" = "lageplan_changes"."number")
              AND "sequence" = (
                SELECT max(n."sequence")
                FROM "lageplan_changes" AS n
                WHERE n."collection" = ?1 AND n."number" = "lageplan_changes"."number"))
          """, [.text(table.collection), .integer(last), .integer(newest ?? 0)])
      }
      // Of collections that are gone, nobody asks for versions.
      cleared += try connection.changes(
        """
        DELETE FROM "lageplan_changes"
        WHERE "number" IS NOT NULL AND "sequence" <= ?
          AND "collection" NOT IN (SELECT "id" FROM "lageplan_collections")
        """, [.integer(last)])
      try connection.run(
        #"UPDATE "lageplan_history_begin" SET "sequence" = ?, "at" = ?"#, [.integer(max(oldest, last)), .text(instant.iso)])
      return cleared
    }
  }
}
