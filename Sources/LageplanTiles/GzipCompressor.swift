import CDeflate

/// Packs whole byte strings as gzip members (RFC 1952) with libdeflate: one allocation of its tables, used again and again.
/// No time stamp is written: equal bytes and level, equal result.
final class GzipCompressor {
  private let compressor: OpaquePointer

  /// Throws `TilePackingError.unsupportedLevel` outside of libdeflate's 1 to 12.
  init(level: Int) throws(TilePackingError) {
    guard TileCoding.gzip.levels.contains(level) else { throw .unsupportedLevel(level, .gzip) }
    guard let compressor = libdeflate_alloc_compressor(Int32(level)) else { throw .noMemory(.gzip) }
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
