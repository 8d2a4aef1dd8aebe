public import LageplanGeometry
import Synchronization

/// One state of a collection, held in memory as columns: a snapshot that never changes.
///
/// Its rows lie in chunks of about a thousand, by rising number; together they cover the whole range of numbers. There is no index
/// beyond the envelopes of the chunks: imports lie along a Hilbert curve, so chunks are compact, and a row costs a nanosecond to test.
/// After an edit the next snapshot shares every chunk that the edit did not touch.
public final class ResidentCollection: Sendable {
  /// As of ``version``, with count and extents.
  public let descriptor: CollectionDescriptor
  /// `dataVersion` of the state that this is: never another.
  public let version: Int64
  /// By rising number; none is empty.
  public let chunks: [ResidentChunk]
  /// Of all columns; holds more entries than this snapshot names.
  public let dictionary: ValueDictionary
  /// All entries that the chunks name are less than this.
  public let entryCount: Int
  public let rowCount: Int
  private let frames = Mutex<[CoordinateReferenceSystem: ResidentFrame]>([:])
  private let reach = Mutex<NearbyReach?>(nil)

  /// `chunks` by rising number, made by builders that filled `dictionary`.
  ///
  /// Version, count and extents of `descriptor` are made true; its temporal extent is the caller's.
  public init(descriptor: CollectionDescriptor, version: Int64, chunks: [ResidentChunk], dictionary: ValueDictionary) {
    self.version = version
    self.chunks = chunks
    self.dictionary = dictionary
    entryCount = dictionary.count
    rowCount = chunks.reduce(0) { $0 + $1.count }
    var described = descriptor
    described.dataVersion = version
    described.featureCount = rowCount
    let extent = chunks.reduce(Envelope.empty) { $0.union($1.envelope) }
    described.storageExtent = extent.isEmpty ? nil : extent
    described.extent = extent.isEmpty ? nil : Self.degrees(extent, from: descriptor.storageCrs)
    self.descriptor = described
  }

  /// A feature may lie where its system has no meaning; then the whole world is what can be said and is true.
  private static func degrees(_ envelope: Envelope, from crs: CoordinateReferenceSystem) -> Envelope {
    guard let transform = try? TransformCache.transform(from: crs, to: .crs84), let degrees = try? transform.transform(envelope)
    else { return Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90) }
    return degrees
  }

  /// Copies all rows of `reader`, which answers in one state. For tests, and for readers that are not the store.
  public convenience init(descriptor: CollectionDescriptor, version: Int64, reading reader: some FeatureReading) throws {
    let dictionary = ValueDictionary()
    let builder = ResidentBuilder(descriptor, dictionary: dictionary)
    try reader.forEachRow(matching: FeatureQuery(collection: descriptor.id, after: .min)) { row in
      builder.append(row)
      return .next
    }
    self.init(descriptor: descriptor, version: version, chunks: builder.finish(), dictionary: dictionary)
  }

  /// What it holds of memory, the dictionary included.
  public var byteCount: Int { chunks.reduce(dictionary.byteCount) { $0 + $1.byteCount } }

  /// The column of a property in ``ResidentChunk/values``; `nil` for a name that the schema lacks. Column 0 is the id.
  public func column(of property: String) -> Int? { descriptor.schema.index(of: property).map { $0 + 1 } }

  /// Made for the first search, and kept: a tenth of what one takes.
  func nearbyReach() throws(CrsError) -> NearbyReach {
    if let known = reach.withLock({ $0 }) { return known }
    let made = try NearbyReach(descriptor)
    reach.withLock { $0 = made }
    return made
  }

  /// All chunks in a frame: made when it is first asked for, and kept. Throws `CrsError` for a frame that cannot be reached.
  public func frame(in crs: CoordinateReferenceSystem) throws(CrsError) -> ResidentFrame {
    if let known = frames.withLock({ $0[crs] }) { return known }
    var shapes: [ResidentShapes] = []
    shapes.reserveCapacity(chunks.count)
    for chunk in chunks { shapes.append(try chunk.placed(in: crs)) }
    let made = ResidentFrame(crs: crs, shapes: shapes)
    frames.withLock { $0[crs] = made }
    return made
  }

  /// Lets go of all frames but web Mercator: who needs another waits for it to be made again. Chunks that other snapshots share lose them, too.
  public func dropFrames() {
    frames.withLock { $0 = $0.filter { $0.key == .webMercator } }
    for chunk in chunks { chunk.dropFrames() }
  }
}

/// The shapes of a resident collection in one frame, chunk by chunk.
public final class ResidentFrame: Sendable {
  public let crs: CoordinateReferenceSystem
  /// One a chunk, in the order of the collection's.
  public let shapes: [ResidentShapes]
  /// The envelopes of `shapes`, in ``crs``: what a question looks at first. Rows that are damaged are in none of them.
  public let envelopes: [Envelope]
  /// The places, among the chunks, of those that have damaged rows.
  public let damagedChunks: [Int]

  init(crs: CoordinateReferenceSystem, shapes: [ResidentShapes]) {
    self.crs = crs
    self.shapes = shapes
    envelopes = shapes.map(\.envelope)
    damagedChunks = shapes.indices.filter { !shapes[$0].damaged.isEmpty }
  }
}
