/// Writes rows one after the other as the text of a format, into bytes that are taken away between two rows: exports and downloads of
/// any length need memory for one row.
///
///     writer.begin()
///     try reader.forEachRow(matching: query) { row in
///       writer.append(row)
///       if writer.bytes.count > enough { send(writer.take()) }
///       return .next
///     }
///     writer.end()
public protocol RowWriter: Sendable {
  /// What has been written and not yet taken.
  var bytes: [UInt8] { get set }
  /// Why features stand without the geometry that they have, as far as kept.
  var flaws: [GeoJSONWriterError] { get }
  /// How many features stand without the geometry that they have.
  var flawCount: Int { get }

  /// What stands before the first row.
  mutating func begin()
  /// A row of the writer's collection. It may carry more values than the writer's properties, at its end: they are not written.
  mutating func append(_ row: borrowing FeatureRow)
  /// What stands behind the last row.
  mutating func end()
}

extension RowWriter {
  /// Hands over what has been written so far.
  public mutating func take() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }
}
