/// A hash of bytes to find equal ones by: the same on every machine and in every run, not safe against forgery.
public enum ContentHash {
  public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    guard let start = bytes.baseAddress else { return wordHash(of: 0, count: 0) }
    // `wordHash` may read a word past the end, which is only safe in buffers that have it.
    let whole = bytes.count & ~7
    var last: UInt64 = 0
    for index in whole..<bytes.count { last |= UInt64(bytes[index]) << UInt64(8 * (index - whole)) }
    return wordHash(of: LageplanTiles.wordHash(start, whole) ^ last, count: bytes.count)
  }

  public static func of(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { of($0) } }

  private static func wordHash(of word: UInt64, count: Int) -> UInt64 {
    withUnsafeBytes(of: (word, UInt64(truncatingIfNeeded: count))) { raw in
      raw.baseAddress.map { LageplanTiles.wordHash($0, raw.count) } ?? 0
    }
  }
}
