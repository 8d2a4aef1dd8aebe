import Foundation
import LageplanFeatures
import Synchronization

/// Reads a collection into memory: ranges of numbers on several threads, each with a connection of its own, all in one state of the data.
struct ResidentLoader {
  let path: String
  let collection: String
  let derivations: DerivedStateCache
  let residents: ResidentSet
  /// Asked between chunks; true ends the load with `CancellationError`.
  let isCancelled: @Sendable () -> Bool
  /// So many bytes the collection may take.
  let room: Int

  /// The collection is larger than the room there is.
  struct TooLarge: Error {
    /// What had been read when it was clear.
    let byteCount: Int
  }

  /// Rows in a range: enough that the threads end together, and that ranges cost nothing.
  private static let rangeSize: Int64 = 16_384
  /// SQLite gives a thread some million rows a second; more than four wait for memory.
  private static var threadLimit: Int { min(4, max(1, ProcessInfo.processInfo.activeProcessorCount)) }

  /// Throws `TooLarge`, `FeatureError.unknownCollection`, `StoreError`.
  func load() throws -> ResidentCollection {
    let first = try open()
    defer { first.close() }
    try first.beginSnapshot()
    defer { first.endSnapshot() }
    let version = try first.dataVersion(of: collection)
    let entry = try first.catalogue.entry(of: collection)
    let ranges = try ranges(of: entry.table, on: first)
    var readers = [first]
    defer { for reader in readers.dropFirst() { reader.endSnapshot() } }
    while readers.count < min(Self.threadLimit, ranges.count) {
      guard let other = try reader(at: version, catalogue: first.catalogue.version) else { break }
      readers.append(other)
    }

    let dictionary = ValueDictionary()
    let work = Work(ranges: ranges)
    nonisolated(unsafe) let lent = readers
    DispatchQueue.concurrentPerform(iterations: readers.count) { index in
      work.note { try read(work, into: dictionary, entry.descriptor, on: lent[index]) }
    }
    let chunks = try work.chunks()
    var descriptor = entry.descriptor
    descriptor.temporalExtent = try DerivedState.temporalExtent(of: entry.table, on: first.connection)
    return ResidentCollection(descriptor: descriptor, version: version, chunks: chunks, dictionary: dictionary)
  }

  /// The file is gone through once: what SQLite would keep of it, or map, would count against what we hold.
  private func open() throws -> StoreReader {
    let reader = try StoreReader(path: path, derivations: derivations, residents: residents)
    try reader.connection.execute("PRAGMA mmap_size = 0; PRAGMA cache_size = -2048")
    return reader
  }

  /// Another reader in the same state; `nil` where somebody has written since: then there are fewer threads.
  private func reader(at version: Int64, catalogue: Int64) throws -> StoreReader? {
    let reader = try open()
    try reader.beginSnapshot()
    if reader.catalogue.version == catalogue, try reader.dataVersion(of: collection) == version { return reader }
    reader.endSnapshot()
    return nil
  }

  private func ranges(of table: CollectionTable, on reader: StoreReader) throws -> [ClosedRange<Int64>] {
    let connection = reader.connection
    guard let low = try connection.integer("SELECT min(\"number\") FROM \(table.name)"),
      let high = try connection.integer("SELECT max(\"number\") FROM \(table.name)")
    else { return [] }
    // Numbers that a GIS has chosen may lie far apart.
    let span = max(Self.rangeSize, (high / 1024) - (low / 1024))
    var ranges: [ClosedRange<Int64>] = []
    var start = low
    while true {
      let (end, overflows) = start.addingReportingOverflow(span - 1)
      if overflows || end >= high {
        ranges.append(start...high)
        return ranges
      }
      ranges.append(start...end)
      start = end + 1
    }
  }

  private func read(
    _ work: Work, into dictionary: ValueDictionary, _ descriptor: CollectionDescriptor, on reader: StoreReader
  ) throws {
    let builder = ResidentBuilder(descriptor, dictionary: dictionary)
    var told = 0
    while let (index, range) = work.next() {
      if isCancelled() { throw CancellationError() }
      let query = FeatureQuery(collection: collection, after: range.lowerBound == .min ? .min : range.lowerBound - 1)
      try reader.forEachStoredRow(matching: query) { row in
        if row.number > range.upperBound { return .stop }
        builder.append(row)
        return .next
      }
      work.keep(builder.finish(), at: index)
      let byteCount = work.add(byteCount: builder.byteCount - told) + dictionary.byteCount
      told = builder.byteCount
      if byteCount > room { throw TooLarge(byteCount: byteCount) }
    }
  }

  /// What the threads share: the ranges that are left, the chunks of those that are done, the first fault.
  private final class Work: Sendable {
    private struct State {
      var next = 0
      var chunks: [[ResidentChunk]]
      var byteCount = 0
      var fault: (any Error)?
    }

    private let ranges: [ClosedRange<Int64>]
    private let state: Mutex<State>

    init(ranges: [ClosedRange<Int64>]) {
      self.ranges = ranges
      state = Mutex(State(chunks: Array(repeating: [], count: ranges.count)))
    }

    func next() -> (index: Int, range: ClosedRange<Int64>)? {
      state.withLock { state in
        guard state.fault == nil, state.next < ranges.count else { return nil }
        defer { state.next += 1 }
        return (state.next, ranges[state.next])
      }
    }

    func keep(_ chunks: [ResidentChunk], at index: Int) { state.withLock { $0.chunks[index] = chunks } }

    func add(byteCount: Int) -> Int {
      state.withLock { state in
        state.byteCount += byteCount
        return state.byteCount
      }
    }

    func note(_ body: () throws -> Void) {
      do { try body() } catch { state.withLock { $0.fault = $0.fault ?? error } }
    }

    func chunks() throws -> [ResidentChunk] {
      try state.withLock { state in
        if let fault = state.fault { throw fault }
        return state.chunks.flatMap(\.self)
      }
    }
  }
}
