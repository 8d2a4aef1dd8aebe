import Foundation

/// Gathers sections and writes them as a file of roads.
struct RoadFileWriter {
  private struct Section {
    var count: Int
    var elementSize: Int
    /// Hands the bytes to a closure.
    var read: ((UnsafeRawBufferPointer) throws(RoadFileError) -> Void) throws(RoadFileError) -> Void
  }

  private var sections: [Section] = []

  mutating func add<Element>(_ array: FlatArray<Element>) {
    sections.append(
      Section(count: array.count, elementSize: MemoryLayout<Element>.stride) { body throws(RoadFileError) in
        try array.withUnsafeBufferPointer { (elements) throws(RoadFileError) in try body(UnsafeRawBufferPointer(elements)) }
      })
  }

  /// Writes beside `path` first and then takes its place in one step: whoever has the old file open keeps it whole.
  func write(to path: String, progress: (Double) -> Void) throws(RoadFileError) {
    var offset = RoadFile.aligned(RoadFile.headerSize + sections.count * RoadFile.entrySize)
    var entries: [UInt64] = []
    for section in sections {
      entries += [UInt64(offset), UInt64(section.count), UInt64(section.elementSize), 0]
      offset = RoadFile.aligned(offset + section.count * section.elementSize)
    }
    let fileSize = offset
    let draft = "\(path).\(ProcessInfo.processInfo.processIdentifier).new"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { throw Self.failure(draft, "write") }
    var isDone = false
    defer {
      close(file)
      if !isDone { unlink(draft) }
    }
    var checksum = RoadChecksum()
    var written = 0
    func put(_ bytes: UnsafeRawBufferPointer) throws(RoadFileError) {
      try Self.writeAll(bytes, to: file, path: draft)
      written += bytes.count
      progress(Double(written) / Double(max(1, fileSize)))
    }
    func putSummed(_ bytes: UnsafeRawBufferPointer) throws(RoadFileError) {
      // Whole blocks of 64 bytes go into the sum; the last one is filled up with zeros.
      let whole = bytes.count / RoadFile.alignment * RoadFile.alignment
      let blocks = UnsafeRawBufferPointer(rebasing: bytes[..<whole])
      checksum.add(blocks)
      try put(blocks)
      guard whole < bytes.count else { return }
      var rest = [UInt8](bytes[whole...])
      rest += [UInt8](repeating: 0, count: RoadFile.alignment - rest.count)
      try Self.withBytes(of: rest) { (bytes) throws(RoadFileError) in
        checksum.add(bytes)
        try put(bytes)
      }
    }
    try Self.withBytes(of: [UInt8](repeating: 0, count: RoadFile.headerSize)) { (bytes) throws(RoadFileError) in try put(bytes) }
    try Self.withBytes(of: entries.map(\.littleEndian)) { (bytes) throws(RoadFileError) in try putSummed(bytes) }
    for section in sections {
      try section.read { (bytes) throws(RoadFileError) in try putSummed(bytes) }
    }
    guard lseek(file, 0, SEEK_SET) == 0 else { throw Self.failure(draft, "write") }
    var header = RoadFile.magic
    header += Self.bytes(UInt32(RoadFile.version)) + Self.bytes(UInt32(sections.count))
    header += Self.bytes(UInt64(fileSize)) + Self.bytes(checksum.value)
    try Self.withBytes(of: header) { (bytes) throws(RoadFileError) in try Self.writeAll(bytes, to: file, path: draft) }
    guard fsync(file) == 0 else { throw Self.failure(draft, "write") }
    guard rename(draft, path) == 0 else { throw Self.failure(path, "write") }
    isDone = true
  }

  private static func withBytes<Element: BitwiseCopyable & Sendable>(
    of elements: [Element], _ body: (UnsafeRawBufferPointer) throws(RoadFileError) -> Void
  ) throws(RoadFileError) {
    try FlatArray(elements).withUnsafeBufferPointer { (elements) throws(RoadFileError) in
      try body(UnsafeRawBufferPointer(elements))
    }
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32, path: String) throws(RoadFileError) {
    var rest = bytes[...]
    while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
      let count = Foundation.write(file, base, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path, "write") }
      rest = rest.dropFirst(count)
    }
  }

  private static func failure(_ path: String, _ action: String) -> RoadFileError {
    .system(path: path, action: action, reason: String(cString: strerror(errno)))
  }
}
