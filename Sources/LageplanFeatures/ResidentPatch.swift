import LageplanGeometry

/// What an edit makes of a resident collection: the rows that are there afterwards, and the numbers of those that are not.
///
/// Filled with the rows of the changed numbers as they are now; applied to the snapshot before, of which it leaves as it is every chunk
/// that none of the numbers falls into.
public final class ResidentPatch {
  private let collection: ResidentCollection
  private let descriptor: CollectionDescriptor
  private let numbers: [Int64]
  private let builder: ResidentBuilder

  /// For the features of these numbers. `descriptor` is that of the new state, `dataVersion` and `temporalExtent` included; its properties
  /// are those of `collection`.
  public init(_ collection: ResidentCollection, to descriptor: CollectionDescriptor, numbers: some Sequence<Int64>) {
    self.collection = collection
    self.descriptor = descriptor
    self.numbers = Set(numbers).sorted()
    builder = ResidentBuilder(descriptor, dictionary: collection.dictionary)
  }

  /// Takes over a row of a changed number, with all properties and its geometry; by rising number. What is not taken over is gone.
  public func append(_ row: borrowing FeatureRow) { builder.append(row) }

  /// The snapshot after the edit.
  public func apply() -> ResidentCollection {
    var changed = Merged(builder.finish())
    var chunks: [ResidentChunk] = []
    var next = 0
    for (index, chunk) in collection.chunks.enumerated() {
      let isLast = index == collection.chunks.count - 1
      let first = next
      while next < numbers.count, isLast || numbers[next] <= chunk.lastNumber { next += 1 }
      if first == next {
        chunks.append(chunk)
      } else {
        chunks += merge(chunk, changed: &changed, numbers: Set(numbers[first..<next]), upTo: isLast ? nil : chunk.lastNumber)
      }
    }
    // Into a collection without rows.
    if collection.chunks.isEmpty { chunks = rebuilt(changed.takeAll()) }
    return ResidentCollection(
      descriptor: descriptor, version: descriptor.dataVersion, chunks: chunks, dictionary: collection.dictionary)
  }

  /// The rows of `chunk` that are not among `numbers`, and the changed ones up to `limit`, as one chunk, or several where they are many.
  private func merge(_ chunk: ResidentChunk, changed: inout Merged, numbers: Set<Int64>, upTo limit: Int64?) -> [ResidentChunk] {
    var rows: [Row] = []
    for row in 0..<chunk.count {
      while let new = changed.peek, new.number < chunk.numbers[row], limit.map({ new.number <= $0 }) ?? true {
        rows.append(new)
        changed.advance()
      }
      if !numbers.contains(chunk.numbers[row]) { rows.append(Row(chunk: chunk, row: row)) }
    }
    while let new = changed.peek, limit.map({ new.number <= $0 }) ?? true {
      rows.append(new)
      changed.advance()
    }
    return rebuilt(rows)
  }

  private struct Row {
    var chunk: ResidentChunk
    var row: Int
    var number: Int64 { chunk.numbers[row] }
  }

  /// The rows of chunks, one after the other.
  private struct Merged {
    private let chunks: [ResidentChunk]
    private var chunk = 0
    private var row = 0

    init(_ chunks: [ResidentChunk]) { self.chunks = chunks }

    var peek: Row? { chunk < chunks.count ? Row(chunk: chunks[chunk], row: row) : nil }

    mutating func advance() {
      row += 1
      if row == chunks[chunk].count { (chunk, row) = (chunk + 1, 0) }
    }

    mutating func takeAll() -> [Row] {
      var rows: [Row] = []
      while let row = peek {
        rows.append(row)
        advance()
      }
      return rows
    }
  }

  /// A chunk of the rows; where they are twice as many as a chunk has, several of even size.
  private func rebuilt(_ rows: [Row]) -> [ResidentChunk] {
    guard !rows.isEmpty else { return [] }
    let pieces = rows.count < 2 * ResidentBuilder.chunkSize ? 1 : rows.count / ResidentBuilder.chunkSize
    return (0..<pieces).map { piece in
      chunk(of: rows[(rows.count * piece / pieces)..<(rows.count * (piece + 1) / pieces)])
    }
  }

  private func chunk(of rows: ArraySlice<Row>) -> ResidentChunk {
    let columnCount = 1 + descriptor.schema.properties.count
    var target = ResidentRows(columnCount: columnCount, capacity: rows.count)
    withUnsafeTemporaryAllocation(byteCount: ResidentChunk.pointByteCount, alignment: 8) { room in
      guard let room = room.baseAddress else { return }
      for (index, source) in rows.enumerated() {
        target.append(number: source.number, geometry: source.chunk.geometry(ofRow: source.row, in: room))
        for column in 0..<columnCount {
          target.column(column)[index] = source.chunk.values[column * source.chunk.count + source.row]
        }
      }
    }
    let chunk = ResidentChunk(target, columnCount: columnCount, storageCrs: descriptor.storageCrs)
    _ = try? chunk.placed(in: .webMercator)
    return chunk
  }
}
