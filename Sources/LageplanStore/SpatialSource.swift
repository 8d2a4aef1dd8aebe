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

  /// `nil` where the query tells no place. Throws `FeatureError.unusableGeometry`.
  init?(_ query: FeatureQuery, storageCrs: CoordinateReferenceSystem) throws {
    var envelopes = query.spatial.map { [$0.envelope] }
    if let bounds = try query.filter?.bounds(storageCrs: storageCrs) {
      if envelopes.map({ Self.area($0) > Self.area(bounds) }) ?? true { envelopes = bounds }
    }
    guard let envelopes else { return nil }
    let isMany = envelopes.count > Self.mostEnvelopes
    self.envelopes = isMany ? [envelopes.reduce(Envelope.empty) { $0.union($1) }] : envelopes
  }

  private static func area(_ envelopes: [Envelope]) -> Double {
    envelopes.reduce(0) { $1.isEmpty ? $0 : $0 + $1.width * $1.height }
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
