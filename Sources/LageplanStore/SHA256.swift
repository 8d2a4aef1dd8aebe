import COpenSSL

/// SHA-256 (FIPS 180-4), by libcrypto.
enum SHA256 {
  static let byteCount = Int(SHA256_DIGEST_LENGTH)

  static func digest(of bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: byteCount)
    _ = COpenSSL.SHA256(bytes, bytes.count, &digest)
    return digest
  }

  /// Takes the same time wherever the two differ.
  static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
  }
}
