public import LageplanFeatures

extension Store {
  /// Makes all the changes in one transaction, or none.
  ///
  /// `actor` is who does it, for the history. With `idempotency`, a request that came before is not done again: its outcome is answered.
  /// Throws `FeatureError.unknownCollection` and `.unknownProperty`, `StoreError.unknownFeature`, `.idTaken`, `.versionMismatch`,
  /// `.unfitFeature` with the position of the edit, and `.idempotencyConflict`.
  public func edit(
    _ edits: [FeatureEdit], in collection: String, actor: String?, idempotency: IdempotencyKey? = nil
  ) throws -> [EditOutcome] {
    throw StoreError.closed
  }

  /// The sequence of the newest change of all; 0 in a new file. Some microseconds.
  public func latestSequence() throws -> Int64 {
    try asking { try $0.connection.integer(#"SELECT max("sequence") FROM "lageplan_changes""#) ?? 0 }
  }

  /// Clears away what was before `instant`: changes and before-images. The last change of each feature that is there stays, since
  /// its sequence is the feature's version. Answers how many changes were cleared away.
  @discardableResult
  public func pruneHistory(before instant: Instant) throws -> Int { throw StoreError.closed }
}

extension StoreReader {
  /// The sequence of the feature's last change; its ETag. Throws `FeatureError.unknownCollection`, `StoreError.unknownFeature`.
  public func version(ofFeature id: String, in collection: String) throws -> Int64 { throw StoreError.closed }

  /// All known states of the feature, the newest first, also of one that was deleted.
  /// Throws `FeatureError.unknownCollection`, and `StoreError.unknownFeature` for an id that was never there.
  public func versions(ofFeature id: String, in collection: String) throws -> [FeatureVersionRow] { throw StoreError.closed }

  /// The changes after the cursor `since`, the oldest first, at most `limit`; of all collections where `collection` is `nil`.
  /// Throws `FeatureError.unknownCollection`, `StoreError.changesPruned`.
  public func changes(of collection: String?, since: Int64, limit: Int) throws -> [FeatureChange] { throw StoreError.closed }
}
