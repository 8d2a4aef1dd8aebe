import LageplanFeatures
import LageplanStore

/// The rows of a question, read in turns: each a short read of its own that goes on behind the last row of the one before.
///
/// A download may take an hour on a slow line, and there are only a few reader threads, which all others need too: none is held while a
/// client takes its time, and what was read is all that is kept. Turns see the data as they are when they come; keyset paging sees to it
/// that a feature which stays is told once, neither skipped nor repeated, while others edit.
struct RowTurns: Sendable {
  private var query: FeatureQuery
  private let keys: SortKeyColumns
  /// Whether the last turn reached the end.
  private(set) var isFinished = false
  /// How many rows were read.
  private(set) var count = 0

  /// `query.properties` must name its sort keys. Throws `FeatureError` for a question that the collection cannot answer.
  init(_ query: FeatureQuery, of descriptor: CollectionDescriptor) throws {
    try query.validate(against: descriptor)
    self.query = query
    // By rising number, so that there is an order to go on in.
    if query.sort.isEmpty { self.query.after = query.after ?? 0 }
    keys = try SortKeyColumns(query, of: descriptor)
  }

  /// Reads on until `body` answers `.stop`, which counts its row as read, or the end.
  mutating func next(from reader: StoreReader, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
    guard !isFinished else { return }
    var query = self.query
    var wasStopped = false
    var read = 0
    try reader.forEachRow(matching: query) { row in
      read += 1
      guard try body(row) == .stop else { return .next }
      wasStopped = true
      query.after = row.number
      query.afterKeys = keys.values(of: row)
      return .stop
    }
    count += read
    if let limit = query.limit { query.limit = limit - read }
    isFinished = !wasStopped || query.limit == 0
    self.query = query
  }
}
