/// Entity tags from what decides an answer, so that a tag is known before any work.
enum EntityTag {
  private static let offset: UInt64 = 0xcbf2_9ce4_8422_2325
  private static let prime: UInt64 = 0x100_0000_01b3

  /// 64 bits of FNV-1a over the parts, each ended by a byte that UTF-8 never has.
  static func of(_ parts: [String]) -> String {
    var hash = offset
    for part in parts {
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* prime }
      hash = (hash ^ 0xff) &* prime
    }
    return String(hash, radix: 36)
  }

  /// The same over a body.
  static func of(_ bytes: [UInt8]) -> String {
    var hash = offset
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* prime }
    return String(hash, radix: 36)
  }
}
