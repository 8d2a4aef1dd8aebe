public import LageplanFeatures

/// One connection that reads, confined to the call it is lent to: one state of the data from the first to the last statement.
public final class StoreReader: FeatureReading {
  public func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
    throw StoreError.closed
  }

  /// Throws `FeatureError.unknownCollection`.
  public func descriptor(of collection: String) throws -> CollectionDescriptor { throw StoreError.closed }

  /// All, ordered by id.
  public func collections() throws -> [CollectionDescriptor] { throw StoreError.closed }

  public func dataVersion(of collection: String) throws -> Int64 { throw StoreError.closed }
}
