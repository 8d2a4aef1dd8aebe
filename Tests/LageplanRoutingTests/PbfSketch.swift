import Foundation

/// Writes small PBF files, whole and broken, by the letter of the form (OSM wiki, PBF Format): unpacked blocks, the simple form of nodes.
enum PbfSketch {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

  static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] { varint(field << 3) + varint(value) }

  static func bytes(_ field: UInt64, _ value: [UInt8]) -> [UInt8] { varint(field << 3 | 2) + varint(UInt64(value.count)) + value }

  static func text(_ field: UInt64, _ value: String) -> [UInt8] { bytes(field, Array(value.utf8)) }

  static func packed(_ field: UInt64, _ values: [UInt64]) -> [UInt8] { bytes(field, values.flatMap(varint)) }

  /// Length, header and content of a block.
  static func block(_ type: String, content: [UInt8]) -> [UInt8] {
    let header = text(1, type) + number(3, UInt64(content.count))
    return withUnsafeBytes(of: UInt32(header.count).bigEndian, Array.init) + header + content
  }

  static func plain(_ type: String, _ message: [UInt8]) -> [UInt8] { block(type, content: bytes(1, message)) }

  static func header(_ features: [String] = ["OsmSchema-V0.6", "DenseNodes"]) -> [UInt8] {
    plain("OSMHeader", features.flatMap { text(4, $0) })
  }

  /// A way's references, each as the difference to the one before.
  static func way(_ id: UInt64, key: UInt64, value: UInt64, refs: [Int64]) -> [UInt8] {
    let differences = zip(refs, [0] + refs).map { zigzag($0 - $1) }
    return bytes(3, number(1, id) + packed(2, [key]) + packed(3, [value]) + packed(8, differences))
  }

  static func node(_ id: Int64, longitude: Int64, latitude: Int64) -> [UInt8] {
    bytes(1, number(1, zigzag(id)) + number(8, zigzag(latitude)) + number(9, zigzag(longitude)))
  }

  static func data(strings: [String], group: [UInt8], more: [UInt8] = []) -> [UInt8] {
    plain("OSMData", bytes(1, strings.flatMap { text(1, $0) }) + bytes(2, group) + more)
  }

  /// Ways before nodes, nodes in falling order, places in units of 10⁻⁵ degrees off an origin.
  static let unsorted: [UInt8] =
    header() + data(strings: ["", "highway", "residential"], group: way(7, key: 1, value: 2, refs: [3, 1, 2]))
    + data(
      strings: [""], group: node(3, longitude: 10, latitude: 20) + node(2, longitude: 12, latitude: 20),
      more: number(17, 10_000) + number(19, 1_000_000_000) + number(20, 2_000_000_000))
    + data(strings: [""], group: node(1, longitude: 20_110_000, latitude: 10_200_000))
}
