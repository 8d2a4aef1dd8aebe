/// One entry of a directory: a run of tiles with the same bytes, or a leaf directory.
struct PMTilesEntry: Hashable, Sendable {
  /// The first tile of the run, or of the leaf.
  var id: UInt64
  /// From the start of the tile data, or of the leaf directories.
  var offset: UInt64
  var length: UInt32
  /// How many tiles in a row have these bytes; 0: the entry is a leaf directory.
  var runLength: UInt32
}

/// Entries in ascending order of their ids, and their spelling (PMTiles 3, "Directory Serialization").
enum PMTilesDirectory {
  /// Why a directory is not one; `entry` counts from 0.
  struct Fault: Error {
    var entry: Int
    var reason: String
  }

  /// Column by column: ids as differences, run lengths, lengths, and offsets, where 0 stands for "behind the one before".
  static func encode(_ entries: ArraySlice<PMTilesEntry>) -> [UInt8] {
    var sink = ByteSink(capacity: 10 + entries.count * 8)
    sink.reserve(10 + entries.count * 30)
    sink.put(varint: UInt64(entries.count))
    var last: UInt64 = 0
    for entry in entries {
      sink.put(varint: entry.id - last)
      last = entry.id
    }
    for entry in entries { sink.put(varint: UInt64(entry.runLength)) }
    for entry in entries { sink.put(varint: UInt64(entry.length)) }
    var end: UInt64?
    for entry in entries {
      sink.put(varint: entry.offset == end ? 0 : entry.offset + 1)
      end = entry.offset + UInt64(entry.length)
    }
    return Array(sink.bytes)
  }

  /// The entries of a plain directory. `tileBytes` and `leafBytes` are the lengths of the sections that entries may point into.
  ///
  /// Everything is checked that a lookup relies on: ids ascend, runs do not overlap, lengths are not zero, and every entry
  /// lies inside its section.
  static func decode(_ bytes: [UInt8], tileBytes: UInt64, leafBytes: UInt64) throws(Fault) -> [PMTilesEntry] {
    var reader = VarintReader(bytes)
    guard let count = reader.next() else { throw Fault(entry: 0, reason: "the number of entries is missing") }
    // Each entry takes four bytes at least: a directory cannot promise more than it holds.
    guard count <= UInt64(bytes.count / 4) else {
      throw Fault(entry: 0, reason: "it promises \(count) entries in \(bytes.count) bytes")
    }
    var entries = [PMTilesEntry](
      repeating: PMTilesEntry(id: 0, offset: 0, length: 0, runLength: 0), count: Int(count))
    try decodeIds(&reader, into: &entries)
    try decodeLengths(&reader, into: &entries)
    try decodeOffsets(&reader, into: &entries, tileBytes: tileBytes, leafBytes: leafBytes)
    guard reader.isAtEnd else { throw Fault(entry: entries.count, reason: "bytes stand behind the last entry") }
    return entries
  }

  private static func decodeIds(_ reader: inout VarintReader, into entries: inout [PMTilesEntry]) throws(Fault) {
    var last: UInt64 = 0
    let end = PMTilesId.first(ofZoom: PMTilesId.highestZoom + 1)
    for index in entries.indices {
      guard let step = reader.next() else { throw Fault(entry: index, reason: "its tile id is cut off") }
      let (id, overflow) = last.addingReportingOverflow(step)
      guard !overflow, id < end else { throw Fault(entry: index, reason: "its tile id lies beyond the highest zoom") }
      guard index == 0 || step > 0 else { throw Fault(entry: index, reason: "its tile id \(id) comes twice") }
      entries[index].id = id
      last = id
    }
    for index in entries.indices {
      guard let run = reader.next(), let runLength = UInt32(exactly: run) else {
        throw Fault(entry: index, reason: "its run length is cut off or beyond 32 bits")
      }
      let next = index + 1 < entries.count ? entries[index + 1].id : end
      guard run <= next - entries[index].id else {
        throw Fault(entry: index, reason: "its run of \(run) tiles reaches over the next entry")
      }
      entries[index].runLength = runLength
    }
  }

  private static func decodeLengths(_ reader: inout VarintReader, into entries: inout [PMTilesEntry]) throws(Fault) {
    for index in entries.indices {
      guard let value = reader.next(), let length = UInt32(exactly: value), length > 0 else {
        throw Fault(entry: index, reason: "its length is cut off, zero or beyond 32 bits")
      }
      entries[index].length = length
    }
  }

  private static func decodeOffsets(
    _ reader: inout VarintReader, into entries: inout [PMTilesEntry], tileBytes: UInt64, leafBytes: UInt64
  ) throws(Fault) {
    var end: UInt64?
    for index in entries.indices {
      guard let value = reader.next() else { throw Fault(entry: index, reason: "its offset is cut off") }
      let offset: UInt64
      if value > 0 {
        offset = value - 1
      } else if let end {
        offset = end
      } else {
        throw Fault(entry: index, reason: "its offset refers to an entry before the first")
      }
      let (behind, overflow) = offset.addingReportingOverflow(UInt64(entries[index].length))
      let isLeaf = entries[index].runLength == 0
      guard !overflow, behind <= (isLeaf ? leafBytes : tileBytes) else {
        throw Fault(
          entry: index,
          reason:
            "its bytes, \(entries[index].length) from \(offset), lie outside of the \(isLeaf ? "leaf directories" : "tile data")")
      }
      entries[index].offset = offset
      end = behind
    }
  }

  /// The last entry whose id is not behind `id`: the only one that can hold it.
  static func entry(for id: UInt64, in entries: [PMTilesEntry]) -> PMTilesEntry? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id <= id { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let entry = entries[low - 1]
    return entry.runLength == 0 || id - entry.id < UInt64(entry.runLength) ? entry : nil
  }
}

/// Reads base-128 varints (Protocol Buffers encoding) out of bytes of others.
private struct VarintReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }

  /// `nil` where the bytes end, or for a number beyond 64 bits.
  mutating func next() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      guard shift < 63 || byte <= 1 else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
