import Foundation

/// Hands out the sections of a mapped file of roads in their order, after its checksum has been compared.
struct RoadFileReader {
  private let path: String
  private let mapping: Mapping
  private let sectionCount: Int
  private var next = 0

  init(path: String) throws(RoadFileError) {
    self.path = path
    mapping = try Mapping(path: path)
    let bytes = mapping.bytes
    guard bytes.count >= RoadFile.headerSize, bytes.prefix(RoadFile.magic.count).elementsEqual(RoadFile.magic) else {
      throw .notRoads(path: path)
    }
    let version = Int(UInt32(littleEndian: bytes.load(fromByteOffset: 8, as: UInt32.self)))
    guard version == RoadFile.version else { throw .version(path: path, found: version, known: RoadFile.version) }
    sectionCount = Int(UInt32(littleEndian: bytes.load(fromByteOffset: 12, as: UInt32.self)))
    let size = UInt64(littleEndian: bytes.load(fromByteOffset: 16, as: UInt64.self))
    guard size == UInt64(bytes.count) else {
      throw .damaged(path: path, what: "it should have \(size) bytes and has \(bytes.count)")
    }
    var checksum = RoadChecksum()
    checksum.add(UnsafeRawBufferPointer(rebasing: bytes[RoadFile.headerSize...]))
    guard UInt64(littleEndian: bytes.load(fromByteOffset: 24, as: UInt64.self)) == checksum.value else {
      throw .damaged(path: path, what: "its checksum is another")
    }
    guard RoadFile.headerSize + sectionCount * RoadFile.entrySize <= bytes.count else {
      throw .damaged(path: path, what: "\(sectionCount) sections do not fit into it")
    }
  }

  /// The next section, which must hold such elements.
  mutating func read<Element>(_ type: Element.Type = Element.self) throws(RoadFileError) -> FlatArray<Element> {
    let bytes = mapping.bytes
    guard next < sectionCount else { throw .damaged(path: path, what: "section \(next) is missing") }
    let entry = RoadFile.headerSize + next * RoadFile.entrySize
    let number = { (index: Int) in UInt64(littleEndian: bytes.load(fromByteOffset: entry + 8 * index, as: UInt64.self)) }
    let (offset, count, size) = (number(0), number(1), number(2))
    let (length, overflow) = count.multipliedReportingOverflow(by: size)
    guard size == MemoryLayout<Element>.stride, !overflow, offset % UInt64(RoadFile.alignment) == 0,
      offset <= UInt64(bytes.count), length <= UInt64(bytes.count) - offset, let base = bytes.baseAddress
    else { throw .damaged(path: path, what: "section \(next) does not fit") }
    next += 1
    // An empty section at the very end has a base that is not read.
    let elements = base.advanced(by: Int(offset)).assumingMemoryBound(to: Element.self)
    return FlatArray(lent: elements, count: Int(count), by: mapping)
  }

  /// A file in memory, read only, until it is let go. A file that takes its place later does not change it.
  private final class Mapping: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    init(path: String) throws(RoadFileError) {
      let failure = { RoadFileError.system(path: path, action: "read", reason: String(cString: strerror(errno))) }
      let file = open(path, O_RDONLY)
      guard file >= 0 else { throw failure() }
      defer { close(file) }
      var status = stat()
      guard fstat(file, &status) == 0 else { throw failure() }
      guard status.st_size >= RoadFile.headerSize else { throw .notRoads(path: path) }
      let size = Int(status.st_size)
      guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), base != MAP_FAILED else { throw failure() }
      bytes = UnsafeRawBufferPointer(start: base, count: size)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
  }
}
