import Foundation
import LageplanTiles
import Testing

struct TilePackerTests {
  /// Text that repeats itself, and noise behind it.
  static let bytes: [UInt8] = {
    var generator = SystemRandomNumberGenerator()
    let words = (0..<20_000).flatMap { Array("Winterlinde \($0 % 731), ".utf8) }
    return words + (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }()

  @Test(arguments: TileCoding.allCases)
  func everyLevelUnpacksToWhatWasPacked(coding: TileCoding) throws {
    let packer = TilePacker()
    for plain in [[], [7], Self.bytes] {
      for level in coding.levels {
        let packed = try packer.pack(plain, as: coding, level: level)
        #expect(try packer.unpack(packed, as: coding) == plain)
        #expect(try TilePacker().pack(plain, as: coding, level: level) == packed)
      }
    }
  }

  /// Packed by gzip 1.12, zstd 1.5.4 (as a stream, which does not tell its length) and Google's brotli 1.0.9.
  @Test(arguments: [
    (TileCoding.gzip, "H4sIAAAAAAAAAwsuyUzNSc1MzkjVUQjPzCtJLcrJzEsBcoLhElwA2/FXAiQAAAA="),
    (.zstd, "KLUv/QRYBQEA0FN0aWVsZWljaGUsIFdpbnRlcmxpbmRlLCAKAQDxNsei2ouP"),
    (.brotli, "GyMA+I2Uq6NbCTJ1BbqxbsqvTQcexCCWIh8FCtGbwdnI3ufGW0gC"),
  ])
  func streamOfAnotherProgramIsUnpacked(coding: TileCoding, packed: String) throws {
    let packed = try #require(Data(base64Encoded: packed))
    #expect(try TilePacker().unpack([UInt8](packed), as: coding) == Array("Stieleiche, Winterlinde, Stieleiche\n".utf8))
  }

  @Test(arguments: [TileCoding.gzip, .zstd, .brotli])
  func cutOffStreamIsRefused(coding: TileCoding) throws {
    let packer = TilePacker()
    let packed = try packer.pack(Self.bytes, as: coding, level: 1)
    for length in [0, 1, 17, packed.count / 2, packed.count - 1] {
      #expect(throws: TilePackingError.self) { try packer.unpack(Array(packed[..<length]), as: coding) }
    }
    #expect(throws: TilePackingError.self) { try packer.unpack(packed + [0x55], as: coding) }
    #expect(try packer.unpack(packed, as: coding) == Self.bytes, "a fault leaves the packer as it was")
  }

  @Test(arguments: [TileCoding.identity, .gzip, .zstd, .brotli])
  func noMoreThanTheLimitIsUnpacked(coding: TileCoding) throws {
    let packer = TilePacker()
    let plain = [UInt8](repeating: 0, count: 1_000_000)
    let packed = try packer.pack(plain, as: coding, level: coding.levels.upperBound)
    #expect(try packer.unpack(packed, as: coding, limit: plain.count) == plain)
    #expect(throws: TilePackingError.tooLong(coding, limit: 999_999)) { try packer.unpack(packed, as: coding, limit: 999_999) }
  }

  @Test func membersBehindOneAnotherAreOneStream() throws {
    let packer = TilePacker()
    for coding in [TileCoding.gzip, .zstd] {
      let both = try packer.pack([1, 2, 3], as: coding, level: 1) + packer.pack(Self.bytes, as: coding, level: 1)
      #expect(try packer.unpack(both, as: coding) == [1, 2, 3] + Self.bytes)
    }
  }

  @Test func levelThatDoesNotExistIsRefused() {
    for (coding, level) in [(TileCoding.gzip, 0), (.gzip, 13), (.zstd, 0), (.zstd, 20), (.brotli, -1), (.brotli, 12)] {
      #expect(throws: TilePackingError.unsupportedLevel(level, coding)) {
        try TilePacker().pack([1], as: coding, level: level)
      }
    }
  }

  @Test func codingsBearTheNamesOfHttp() {
    #expect(TileCoding.allCases.map(\.contentCoding) == ["identity", "gzip", "zstd", "br"])
  }
}
