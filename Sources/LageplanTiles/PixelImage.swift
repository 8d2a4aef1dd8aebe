import CDeflate

/// A picture of red, green, blue and alpha bytes, row by row, not premultiplied.
public struct PixelImage: Hashable, Sendable {
  public let width: Int
  public let height: Int
  public private(set) var bytes: [UInt8]

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
    bytes = Array(repeating: 0, count: width * height * 4)
  }

  /// Lays a colour over a pixel (source over destination, Porter and Duff 1984).
  mutating func blend(_ colour: UInt32, alpha: Double, column: Int, row: Int) {
    let at = (row * width + column) * 4
    let below = Double(bytes[at + 3]) / 255
    let whole = alpha + below * (1 - alpha)
    guard whole > 0 else { return }
    for channel in 0..<3 {
      let own = Double((colour >> UInt32(16 - 8 * channel)) & 255)
      let mixed = (own * alpha + Double(bytes[at + channel]) * below * (1 - alpha)) / whole
      bytes[at + channel] = UInt8(mixed.rounded())
    }
    bytes[at + 3] = UInt8((whole * 255).rounded())
  }

  /// Copies `other` so that its upper left corner lies at `column`, `row`; it must lie within.
  mutating func place(_ other: PixelImage, column: Int, row: Int) {
    for line in 0..<other.height {
      let from = line * other.width * 4
      let to = ((row + line) * width + column) * 4
      bytes.replaceSubrange(to..<to + other.width * 4, with: other.bytes[from..<from + other.width * 4])
    }
  }

  /// The picture as PNG (ISO/IEC 15948): 8 bits a channel, the filter that predicts from the pixel above; `nil` without memory.
  public func png() -> [UInt8]? {
    var lines: [UInt8] = []
    lines.reserveCapacity((width * 4 + 1) * height)
    for row in 0..<height {
      lines.append(2)
      for at in row * width * 4..<(row + 1) * width * 4 { lines.append(bytes[at] &- (row > 0 ? bytes[at - width * 4] : 0)) }
    }
    guard let packed = Self.zlib(lines) else { return nil }
    var result: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    Self.append("IHDR", Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height)) + [8, 6, 0, 0, 0], to: &result)
    Self.append("IDAT", packed, to: &result)
    Self.append("IEND", [], to: &result)
    return result
  }

  private static func append(_ type: String, _ content: [UInt8], to png: inout [UInt8]) {
    let named = Array(type.utf8) + content
    png += bigEndian(UInt32(content.count)) + named + bigEndian(libdeflate_crc32(0, named, named.count))
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

  private static func zlib(_ bytes: [UInt8]) -> [UInt8]? {
    guard let compressor = libdeflate_alloc_compressor(9) else { return nil }
    defer { libdeflate_free_compressor(compressor) }
    let bound = libdeflate_zlib_compress_bound(compressor, bytes.count)
    return [UInt8](unsafeUninitializedCapacity: bound) { room, count in
      count = libdeflate_zlib_compress(compressor, bytes, bytes.count, room.baseAddress, bound)
    }
  }
}
