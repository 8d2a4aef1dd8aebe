/// The form of a file of roads: a header, then arrays one after the other in a fixed order, each at a multiple of 64 bytes, all numbers
/// little-endian. It is used where it lies, mapped into memory.
///
///     0   8 bytes  "LPLROADS"
///     8   UInt32   version
///     12  UInt32   number of sections
///     16  UInt64   length of the file in bytes
///     24  UInt64   checksum of everything from byte 64 on
///     32  zeros
///     64  one entry a section: UInt64 place in the file, UInt64 elements, UInt64 bytes of an element, UInt64 zero
///         then the sections: first the description (``RoadFileDescription`` as JSON), then the arrays of the network, of the index of
///         segments, and for each profile those of its graph, its hierarchy and its costs
enum RoadFile {
  static let magic = Array("LPLROADS".utf8)
  static let version = 1
  static let headerSize = 64
  static let entrySize = 32
  static let alignment = 64

  static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
}

/// What a file of roads says about itself, and how many sections there are of what may differ.
struct RoadFileDescription: Codable {
  struct Profile: Codable {
    var profile: RoadProfile
    var hierarchySections: Int
    var metricSections: Int
  }

  var source: RoadSource
  var profiles: [Profile]
}

/// A sum over bytes that changes when any of them does: four lanes of 64-bit words, each word folded in by a multiplication, so that a
/// processor takes several bytes a cycle. It guards against damage, not against malice.
struct RoadChecksum {
  private static let prime: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var lanes: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
  private var count = 0

  /// Takes in more bytes. Only the last may have a length that is no multiple of 32.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    count += bytes.count
    var (a, b, c, d) = lanes
    var offset = 0
    while offset + 32 <= bytes.count {
      a = Self.fold(a, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      b = Self.fold(b, bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
      c = Self.fold(c, bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self))
      d = Self.fold(d, bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self))
      offset += 32
    }
    while offset < bytes.count {
      a = Self.fold(a, UInt64(bytes[offset]))
      offset += 1
    }
    lanes = (a, b, c, d)
  }

  var value: UInt64 {
    [lanes.0, lanes.1, lanes.2, lanes.3].reduce(UInt64(count)) { Self.fold($0, $1) }
  }

  @inline(__always) private static func fold(_ sum: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (sum ^ UInt64(littleEndian: word)) &* prime
    return mixed ^ (mixed >> 29)
  }
}
