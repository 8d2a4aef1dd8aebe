import Testing

@testable import LageplanTiles

/// Streams of whole numbers, read with the arithmetic of 32 bits that the decoder of MapLibre GL JS has for short columns.
@Suite struct MapLibreTileStreamTests {
  /// Reads a stream of varints. `nil` where a number does not fit 32 bits, which that decoder cuts off.
  private static func read(_ bytes: [UInt8], isSigned: Bool) -> [UInt32]? {
    var at = 2
    func varint() -> UInt64 {
      var (value, shift): (UInt64, UInt64) = (0, 0)
      while at < bytes.count {
        let byte = bytes[at]
        at += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      return value
    }
    func unfolded(_ value: UInt32) -> UInt32 { (value >> 1) ^ (0 &- (value & 1)) }
    let technique = bytes[1]
    let count = varint()
    _ = varint()
    let (runs, _) = technique >> 5 == 3 ? (varint(), varint()) : (0, 0)
    let numbers = (0..<count).map { _ in varint() }
    guard at == bytes.count, numbers.allSatisfy({ $0 <= UInt64(UInt32.max) }) else { return nil }
    let short = numbers.map { UInt32($0) }
    switch technique >> 5 {
    case 1:
      var sum: UInt32 = 0
      return short.map { value in
        sum &+= unfolded(value)
        return sum
      }
    case 3:
      return zip(short.prefix(Int(runs)), short.dropFirst(Int(runs))).flatMap { length, value in
        [UInt32](repeating: isSigned ? unfolded(value) : value, count: Int(length))
      }
    default: return isSigned ? short.map(unfolded) : short
    }
  }

  /// A far jump, then near ones: differences would be the shortest.
  @Test(
    arguments: [
      [1, 2, 3], [5, 5, 5, 5, 5, 5, 7], [4_294_967_295, 0, 4_294_967_295],
      [3_000_000_000] + (1...50).map { 3_000_000_000 + $0 }, [0] + (0..<50).map { 4_294_967_000 + $0 },
      (0..<50).map { 4_000_000_000 + $0 } + (0..<50).map { 1_000_000_000 + $0 },
    ] as [[UInt64]])
  func shortIdsAreReadByDecodersOf32Bits(ids: [UInt64]) throws {
    #expect(Self.read(MapLibreTileStream.integers(ids, .data), isSigned: false) == ids.map { UInt32($0) })
  }

  @Test(
    arguments: [
      [-1, 0, 1], [Int64(Int32.min), Int64(Int32.max)],
      (0..<50).map { Int64(Int32.min) + $0 } + (0..<50).map { Int64(Int32.max) - $0 },
      (0..<50).map { 2_000_000_000 + $0 } + (0..<50).map { -2_000_000_000 + $0 },
    ] as [[Int64]])
  func shortNumbersAreReadByDecodersOf32Bits(numbers: [Int64]) throws {
    #expect(
      Self.read(MapLibreTileStream.signedIntegers(numbers, isLong: false), isSigned: true)
        == numbers.map { UInt32(truncatingIfNeeded: $0) })
  }
}
