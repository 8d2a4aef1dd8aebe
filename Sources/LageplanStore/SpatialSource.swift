import LageplanFeatures
import LageplanGeometry

/// What the R*Tree is asked for a query: the narrowest place that the query's area or its filter tells.
///
/// The other, and whatever the filter says beside, is answered for the rows that come, exactly.
struct SpatialSource {
  /// A row that matches meets one of these, in the storage frame.
  let envelopes: [Envelope]

  /// Beyond, one envelope around all is quicker than the union of many answers.
  private static let mostEnvelopes = 32

  /// `nil` where the query tells no place.
  init?(_ query: FeatureQuery, storageCrs: CoordinateReferenceSystem) {
    let told = [query.spatial.map { [$0.envelope] }, query.filter?.bounds(storageCrs: storageCrs)].compactMap { $0 }
    guard let envelopes = told.min(by: { $0.area < $1.area }) else { return nil }
    let isMany = envelopes.count > Self.mostEnvelopes
    self.envelopes = isMany ? [envelopes.reduce(Envelope.empty) { $0.union($1) }] : envelopes
  }

  /// Borders count. The R*Tree keeps 32-bit bounds, rounded outwards: it may answer too much, never too little.
  static let meets = "r.xmin <= ? AND r.xmax >= ? AND r.ymin <= ? AND r.ymax >= ?"

  var arguments: [SQLiteArgument] {
    envelopes.flatMap { [.real($0.maxX), .real($0.minX), .real($0.maxY), .real($0.minY)] }
  }

  /// As a source of rows in the order of the index; `nil` where several envelopes may give a row twice.
  func join(_ table: CollectionTable) -> String? {
    // CROSS JOIN keeps SQLite from turning the two around.
    envelopes.count == 1 ? "\(table.spatialIndex) AS r CROSS JOIN \(table.name) AS f ON f.\"number\" = r.pkid" : nil
  }

  /// As a condition: only the numbers are sorted, not the rows.
  func condition(_ table: CollectionTable) -> String {
    let numbers = envelopes.map { _ in "SELECT r.pkid FROM \(table.spatialIndex) AS r WHERE \(Self.meets)" }
    return numbers.isEmpty ? "0" : "f.\"number\" IN (\(numbers.joined(separator: " UNION ALL ")))"
  }
}
