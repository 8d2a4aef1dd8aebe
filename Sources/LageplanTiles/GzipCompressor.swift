import CDeflate

/// Packs whole byte strings as gzip members (RFC 1952) with libdeflate: one allocation of its tables, used again and again.
/// No time stamp is written: equal bytes and level, equal result.
final class GzipCompressor {
  private let compressor: OpaquePointer

  /// Throws `TileError.unsupportedCompressionLevel` outside 1 to 6.
  init(level: Int) throws(TileError) {
    guard (1...6).contains(level), let compressor = libdeflate_alloc_compressor(Int32(level)) else {
      throw .unsupportedCompressionLevel(level)
    }
    self.compressor = compressor
  }

  deinit { libdeflate_free_compressor(compressor) }

  func compress(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    // With room for the bound, libdeflate never fails.
    let bound = libdeflate_gzip_compress_bound(compressor, bytes.count)
    return [UInt8](unsafeUninitializedCapacity: bound) { room, count in
      count = libdeflate_gzip_compress(compressor, bytes.baseAddress, bytes.count, room.baseAddress, bound)
    }
  }
}
