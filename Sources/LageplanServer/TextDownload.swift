import LageplanFeatures
import LageplanStore

/// A download in a text format, written by rows: what has been read and written so far, and what comes next.
///
/// A turn writes as much as the client is likely to take at once. Turns grow, since each has to find its place in the data again, which
/// costs most where the data have to be searched or sorted for it.
struct TextDownload: Sendable {
  private static let firstPiece = 1 << 16
  private static let largestPiece = 1 << 20
  /// Where the place is dear to find.
  private static let largestSearchedPiece = 4 << 20

  private var turns: RowTurns
  private(set) var writer: any RowWriter
  private var pieceSize = Self.firstPiece
  private let largest: Int
  private var hasBegun = false

  var isFinished: Bool { turns.isFinished }
  var count: Int { turns.count }

  init(_ query: FeatureQuery, of descriptor: CollectionDescriptor, with writer: any RowWriter) throws {
    turns = try RowTurns(query, of: descriptor)
    self.writer = writer
    let isSearched = query.spatial != nil || !query.sort.isEmpty || query.filter != nil || query.text != nil || query.asOf != nil
    largest = isSearched ? Self.largestSearchedPiece : Self.largestPiece
  }

  /// The next piece, and the download as it is behind it.
  func next(from store: Store) async throws -> (piece: [UInt8], rest: TextDownload) {
    try await store.read { reader in
      var rest = self
      let piece = try rest.advance(reader)
      return (piece, rest)
    }
  }

  private mutating func advance(_ reader: StoreReader) throws -> [UInt8] {
    if !hasBegun { writer.begin() }
    hasBegun = true
    var writer = writer
    let enough = pieceSize
    try turns.next(from: reader) { row in
      writer.append(row)
      return writer.bytes.count >= enough ? .stop : .next
    }
    if turns.isFinished { writer.end() }
    let piece = writer.take()
    self.writer = writer
    pieceSize = min(2 * pieceSize, largest)
    return piece
  }
}
