import LageplanGeometry

/// Makes chunks of rows, as they come from a reader: those of one range of numbers, by rising number.
///
/// Several builders may fill one dictionary from their own threads: values are gathered, and brought into the dictionary a chunk at
/// a time.
public final class ResidentBuilder {
  /// So many rows make a chunk.
  public static let chunkSize = 1024

  /// What the chunks made so far hold of memory; that of the dictionary is not in it.
  public private(set) var byteCount = 0
  private let descriptor: CollectionDescriptor
  private let kinds: [PropertyKind]
  private let dictionary: ValueDictionary
  private var rows: ResidentRows
  private var batch = SpellingBatch()
  private let entries: UnsafeMutablePointer<UInt32>
  private var chunks: [ResidentChunk] = []

  public init(_ descriptor: CollectionDescriptor, dictionary: ValueDictionary) {
    self.descriptor = descriptor
    self.dictionary = dictionary
    kinds = descriptor.schema.properties.map(\.kind)
    rows = ResidentRows(columnCount: 1 + kinds.count, capacity: Self.chunkSize)
    entries = .allocate(capacity: Self.chunkSize * (1 + kinds.count))
  }

  deinit { entries.deallocate() }

  /// Takes over a row with all properties of the schema, in its order, and its geometry. Its number is greater than that of the row before.
  public func append(_ row: borrowing FeatureRow) {
    assert(rows.lastNumber.map { $0 < row.number } ?? true)
    rows.append(number: row.number, geometry: row.geometry)
    batch.append(text: row.id)
    for index in kinds.indices {
      batch.append(index < row.values.count ? row.values[index] : .null, as: kinds[index])
    }
    if rows.count == rows.capacity { closeChunk() }
  }

  /// All chunks, by rising number. The builder is empty then.
  public func finish() -> [ResidentChunk] {
    if rows.count > 0 { closeChunk() }
    defer { chunks = [] }
    return chunks
  }

  private func closeChunk() {
    dictionary.intern(batch, into: entries)
    let columnCount = rows.columnCount
    for column in 0..<columnCount {
      let target = rows.column(column)
      for row in 0..<rows.count { target[row] = entries[row * columnCount + column] }
    }
    let chunk = ResidentChunk(rows, columnCount: columnCount, storageCrs: descriptor.storageCrs)
    // Tiles are made of it. Where there is no way to web Mercator, whoever asks for it hears why.
    _ = try? chunk.placed(in: .webMercator)
    byteCount += chunk.byteCount
    chunks.append(chunk)
    rows.removeAll()
    batch.removeAll()
  }
}
