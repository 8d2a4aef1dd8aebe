import Dispatch
import Foundation

/// An OpenStreetMap extract in PBF form (OSM wiki, PBF Format): a row of packed blocks, each with some thousand elements.
///
/// Blocks are unpacked and read on all cores, a stretch of the file at a time, so that memory holds what was found and not what was
/// read. The elements may stand in any order. Where the file ends too early, or a block cannot be what it says, reading ends with the
/// block's place in the file.
public struct OsmFile: OsmSource {
  public let path: String
  public var name: String { (path as NSString).lastPathComponent }

  /// The blocks with elements, in the order of the file.
  private let blocks: [OsmBlockPlace]
  private let header: OsmHeader
  private let input: OsmInput

  /// Looks through the file's blocks without unpacking them, and reads its header. Throws where it is no PBF file or ends too early, or
  /// where it demands a feature that this reader does not have.
  public init(path: String) throws(OsmError) {
    self.path = path
    input = try OsmInput(path: path)
    var blocks: [OsmBlockPlace] = []
    var header: OsmHeader?
    var offset = 0
    while offset < input.size {
      let place = try OsmBlockPlace(at: offset, in: input)
      switch place.kind {
      case .header where header == nil:
        var unpacker = try OsmUnpacker(input)
        header = try unpacker.withContent(of: place) { bytes throws(OsmError) in try OsmHeader(bytes, at: place, in: path) }
      case .data where header == nil:
        throw .notPbf(path: path, found: "elements come before the header")
      case .data:
        blocks.append(place)
      case .header, .other:
        break  // The form asks readers to pass over blocks that they do not know.
      }
      offset = place.end
    }
    guard let header else { throw .notPbf(path: path, found: input.size == 0 ? "it is empty" : "it has no header") }
    self.blocks = blocks
    self.header = header
  }

  public func streets(_ selection: OsmSelection, progress: OsmProgress) throws(OsmError) -> OsmStreets {
    var streets = OsmStreets()
    streets.date = header.date
    try forEachBlock("reading streets", progress) { bytes, place throws(OsmError) in
      var block = try OsmBlock(bytes, at: place, in: path)
      return try block.streets(selection)
    } take: { batch throws(OsmError) in
      try streets.append(batch)
    }
    return streets
  }

  public func places(of ids: [Int64], _ selection: OsmSelection, progress: OsmProgress) throws(OsmError) -> OsmPlaces {
    var places = OsmPlaces(count: ids.count)
    try forEachBlock("reading places", progress) { bytes, place throws(OsmError) in
      var block = try OsmBlock(bytes, at: place, in: path)
      return try block.places(of: ids, selection)
    } take: { batch in
      places.append(batch)
    }
    return places
  }

  /// The elements that a selection is after, in the order of the file.
  func elements(
    _ selection: OsmElementSelection, _ step: String, _ progress: OsmProgress
  ) throws(OsmError) -> OsmElementBatch {
    var elements = OsmElementBatch()
    try forEachBlock(step, progress) { bytes, place throws(OsmError) in
      let block = try OsmBlock(bytes, at: place, in: path)
      return try block.elements(selection)
    } take: { batch in
      elements.nodes += batch.nodes
      elements.ways += batch.ways
      elements.relations += batch.relations
    }
    return elements
  }

  /// When the data were true, as ISO 8601 writes it; `nil` where the file does not say.
  public var date: String? { header.date }

  /// Reads blocks side by side, a few for each core at a time, and takes what they yield in the order of the file, so that the result
  /// does not depend on which came first.
  private func forEachBlock<Batch: Sendable>(
    _ step: String, _ progress: OsmProgress,
    read: @Sendable (UnsafeRawBufferPointer, OsmBlockPlace) throws(OsmError) -> Batch,
    take: (Batch) throws(OsmError) -> Void
  ) throws(OsmError) {
    let workers = max(1, ProcessInfo.processInfo.activeProcessorCount)
    let stretch = workers * 8
    for start in stride(from: 0, to: blocks.count, by: stretch) {
      progress(step, Double(start) / Double(blocks.count))
      let places = blocks[start..<min(start + stretch, blocks.count)]
      for result in Self.parallel(Array(places), workers: workers, input: input, read) { try take(try result.get()) }
    }
  }

  /// Each worker takes every `workers`-th block and keeps its unpacker.
  private static func parallel<Batch: Sendable>(
    _ places: [OsmBlockPlace], workers: Int, input: OsmInput,
    _ read: @Sendable (UnsafeRawBufferPointer, OsmBlockPlace) throws(OsmError) -> Batch
  ) -> [Result<Batch, OsmError>] {
    [Result<Batch, OsmError>](unsafeUninitializedCapacity: places.count) { buffer, count in
      nonisolated(unsafe) let results = buffer
      DispatchQueue.concurrentPerform(iterations: min(workers, places.count)) { worker in
        for index in stride(from: worker, to: places.count, by: min(workers, places.count)) {
          let place = places[index]
          let result: Result<Batch, OsmError>
          do throws(OsmError) {
            var unpacker = try OsmUnpacker(input)
            result = .success(try unpacker.withContent(of: place) { bytes throws(OsmError) in try read(bytes, place) })
          } catch {
            result = .failure(error)
          }
          results.initializeElement(at: index, to: result)
        }
      }
      count = places.count
    }
  }
}
