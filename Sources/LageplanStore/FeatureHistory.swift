import LageplanFeatures
import LageplanGeometry

extension Store {
  /// The sequence of the newest change of all; 0 in a new file. Some microseconds.
  public func latestSequence() throws -> Int64 {
    try asking { try $0.connection.integer(#"SELECT max("sequence") FROM "lageplan_changes""#) ?? 0 }
  }
}

extension StoreReader {
  /// The sequence of the newest change of all in the state that is read; 0 in a new file.
  public func latestSequence() throws -> Int64 {
    try connection.integer(#"SELECT max("sequence") FROM "lageplan_changes""#) ?? 0
  }

  /// The sequence of the feature's last change, whoever made it: its ETag.
  /// Throws `FeatureError.unknownCollection`, `StoreError.unknownFeature`.
  public func version(ofFeature id: String, in collection: String) throws -> Int64 {
    let table = try catalogue.entry(of: collection).table
    guard let number = try connection.integer("SELECT \"number\" FROM \(table.name) WHERE \"id\" = ?", [.text(id)]) else {
      throw StoreError.unknownFeature(id: id, collection: collection, position: 0)
    }
    return try ChangeLog(connection: connection).version(ofNumber: number, in: collection)
  }

  /// The changes after the cursor `since`, the oldest first, at most `limit`; of all collections where `collection` is `nil`.
  ///
  /// The sequence of the last one answered is the next cursor. A load is one entry, whose features are those of its numbers.
  /// Throws `FeatureError.unknownCollection`, `StoreError.changesPruned`.
  public func changes(of collection: String?, since: Int64, limit: Int) throws -> [FeatureChange] {
    if let collection { _ = try catalogue.entry(of: collection) }
    return try changes(of: collection.map { [$0] } ?? catalogue.entries.map(\.table.collection), since: since, limit: limit)
  }

  /// The same of these collections only; an id that is not known has no changes.
  public func changes(of collections: [String], since: Int64, limit: Int) throws -> [FeatureChange] {
    let log = ChangeLog(connection: connection)
    let oldest = try log.memory().sequence
    guard since >= oldest else { throw StoreError.changesPruned(asked: since, oldest: oldest) }
    return try log.changes(of: collections, since: since, limit: limit)
  }

  /// The newest cursor of these collections: the sequence of their last change, or where the log begins if that is later. What
  /// happens in other collections does not move it.
  public func latestSequence(of collections: [String]) throws -> Int64 {
    let log = ChangeLog(connection: connection)
    return max(try log.latestSequence(of: collections), try log.memory().sequence)
  }

  /// The known states of what was and is under this id, the newest first, at most `limit`; also of a feature that was deleted, or
  /// renamed since. Of a page, the last one's version is `before` of the next.
  ///
  /// A state that was brought by a load has the load's sequence, time and actor. Where the state after a change is not kept (it is
  /// older than the history), its `feature` is `nil`, as after a deletion.
  /// Throws `FeatureError.unknownCollection`, and `StoreError.unknownFeature` for an id of which nothing is known.
  public func versions(
    ofFeature id: String, in collection: String, before: Int64 = .max, limit: Int = .max
  ) throws -> [FeatureVersionRow] {
    let table = try catalogue.entry(of: collection).table
    let log = ChangeLog(connection: connection)
    let numbers = try numbers(ofFeature: id, table: table)
    let changes = try log.changes(ofNumbers: numbers, in: collection, before: before, limit: limit).map { ($0.number ?? 0, $0) }
    let loads = try numbers.compactMap { number -> (Int64, FeatureChange)? in
      guard try log.change(ofNumber: number, in: collection, after: 0)?.operation != .insert,
        let load = try log.load(ofNumber: number, in: collection), load.sequence < before
      else { return nil }
      return (number, load)
    }
    let page = (changes + loads).sorted { $0.1.sequence > $1.1.sequence }.prefix(max(0, limit))
    guard !page.isEmpty || (before < .max && !numbers.isEmpty) else {
      throw StoreError.unknownFeature(id: id, collection: collection, position: 0)
    }
    return try page.map { try state(ofNumber: $0, after: $1, table: table) }
  }

  /// The sequence of the state that followed `version` of this id; `nil`: there is none yet.
  public func version(after version: Int64, ofFeature id: String, in collection: String) throws -> Int64? {
    let table = try catalogue.entry(of: collection).table
    let log = ChangeLog(connection: connection)
    return try numbers(ofFeature: id, table: table).compactMap {
      try log.change(ofNumber: $0, in: collection, after: version)?.sequence
    }.min()
  }

  /// The numbers of the features that had or have this id.
  private func numbers(ofFeature id: String, table: CollectionTable) throws -> [Int64] {
    try connection.rows(
      """
      SELECT "number" FROM \(table.name) WHERE "id" = ?1
      UNION SELECT "number" FROM \(table.history) WHERE "id" = ?1
      """, [.text(id)]
    ) { $0.integer(0) }
  }

  /// What a change left is what the next one found, and after the last one what is there.
  private func state(ofNumber number: Int64, after change: FeatureChange, table: CollectionTable) throws -> FeatureVersionRow {
    let next = try ChangeLog(connection: connection).change(ofNumber: number, in: table.collection, after: change.sequence)
    let columns = table.featureColumns
    let found =
      try next.map {
        let before = "SELECT \(columns) FROM \(table.history) WHERE \"\(CollectionTable.historySequence)\" = ?"
        return try feature(before, $0.sequence, of: table)
      } ?? feature("SELECT \(columns) FROM \(table.name) WHERE \"number\" = ?", number, of: table)
    return FeatureVersionRow(
      version: change.sequence, operation: change.operation, at: change.at, actor: change.actor,
      feature: change.operation == .delete ? nil : found)
  }

  private func feature(_ sql: String, _ key: Int64, of table: CollectionTable) throws -> Feature? {
    try connection.rows(sql, [.integer(key)]) { $0.feature(of: table) }.first
  }
}

extension CollectionTable {
  /// In this order ``SQLiteStatement/feature(of:)`` reads them.
  var featureColumns: String {
    (["number", "id", "geometry"] + columns.map(\.name)).map(quoted).joined(separator: ", ")
  }
}

extension SQLiteStatement {
  func feature(of table: CollectionTable) -> Feature {
    Feature(
      id: string(1) ?? "", number: integer(0),
      // One that cannot be read is nowhere, as in every other answer.
      geometry: geometry(2).flatMap { try? Geometry(decoding: $0) },
      values: table.columns.enumerated().map { index, column in
        let kind = column.property.kind
        return value(Int32(index + 3), as: kind).value(as: kind)
      })
  }
}
