import CBrotli
import CDeflate
import CZstd

/// Packs and unpacks whole tiles; keeps the tables of the libraries from tile to tile.
///
/// Belongs to one thread at a time; it is not `Sendable` so that the compiler says so.
/// Equal bytes, coding and level give equal packed bytes: no coding carries a time stamp.
public final class TilePacker {
  private var gzipCompressors: [Int: GzipCompressor] = [:]
  private var gzipDecompressor: OpaquePointer?
  private var zstdCompressor: OpaquePointer?
  private var zstdDecompressor: OpaquePointer?

  public init() {}

  deinit {
    libdeflate_free_decompressor(gzipDecompressor)
    ZSTD_freeCCtx(zstdCompressor)
    ZSTD_freeDCtx(zstdDecompressor)
  }

  // MARK: Packing

  /// `bytes` as one gzip member, zstd frame or brotli stream; under `identity` a copy.
  /// Throws `TilePackingError.unsupportedLevel` outside of the coding's ``TileCoding/levels``.
  public func pack(_ bytes: UnsafeRawBufferPointer, as coding: TileCoding, level: Int) throws(TilePackingError) -> [UInt8] {
    guard coding == .identity || coding.levels.contains(level) else { throw .unsupportedLevel(level, coding) }
    switch coding {
    case .identity: return Array(bytes)
    case .gzip: return try gzipCompressor(level).compress(bytes)
    case .zstd: return try packZstd(bytes, level: level)
    case .brotli: return try packBrotli(bytes, level: level)
    }
  }

  /// The same for an array.
  public func pack(_ bytes: [UInt8], as coding: TileCoding, level: Int) throws(TilePackingError) -> [UInt8] {
    if coding == .identity { return bytes }
    return try bytes.withUnsafeBufferPointer { plain throws(TilePackingError) in
      try pack(UnsafeRawBufferPointer(plain), as: coding, level: level)
    }
  }

  private func gzipCompressor(_ level: Int) throws(TilePackingError) -> GzipCompressor {
    if let known = gzipCompressors[level] { return known }
    let made = try GzipCompressor(level: level)
    gzipCompressors[level] = made
    return made
  }

  private func packZstd(_ bytes: UnsafeRawBufferPointer, level: Int) throws(TilePackingError) -> [UInt8] {
    if zstdCompressor == nil { zstdCompressor = ZSTD_createCCtx() }
    guard let zstdCompressor else { throw .noMemory(.zstd) }
    let bound = ZSTD_compressBound(bytes.count)
    var fault: Int?
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { room, count in
      let result = ZSTD_compressCCtx(zstdCompressor, room.baseAddress, bound, bytes.baseAddress, bytes.count, Int32(level))
      if ZSTD_isError(result) == 0 { count = result } else { fault = result }
    }
    // With room for the bound, only the tables can be lacking.
    if fault != nil { throw .noMemory(.zstd) }
    return packed
  }

  private func packBrotli(_ bytes: UnsafeRawBufferPointer, level: Int) throws(TilePackingError) -> [UInt8] {
    let bound = BrotliEncoderMaxCompressedSize(bytes.count)
    var isDone = false
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { room, count in
      var length = bound
      let start = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
      isDone =
        BrotliEncoderCompress(
          Int32(level), BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, bytes.count, start, &length, room.baseAddress) != 0
      count = isDone ? length : 0
    }
    guard isDone else { throw .noMemory(.brotli) }
    return packed
  }

  // MARK: Unpacking

  /// The plain bytes of what `coding` packed, by us or by others; never more than `limit`.
  /// Throws `TilePackingError.damaged` for bytes that are no whole stream, and `tooLong` beyond the limit.
  public func unpack(
    _ bytes: UnsafeRawBufferPointer, as coding: TileCoding, limit: Int = 1 << 28
  ) throws(TilePackingError) -> [UInt8] {
    switch coding {
    case .identity:
      guard bytes.count <= limit else { throw .tooLong(coding, limit: limit) }
      return Array(bytes)
    case .gzip: return try unpackGzip(bytes, limit: limit)
    case .zstd: return try unpackZstd(bytes, limit: limit)
    case .brotli: return try unpackBrotli(bytes, limit: limit)
    }
  }

  /// The same for an array.
  public func unpack(_ bytes: [UInt8], as coding: TileCoding, limit: Int = 1 << 28) throws(TilePackingError) -> [UInt8] {
    try bytes.withUnsafeBufferPointer { packed throws(TilePackingError) in
      try unpack(UnsafeRawBufferPointer(packed), as: coding, limit: limit)
    }
  }

  /// Members one behind the other are one stream (RFC 1952, section 2.2).
  private func unpackGzip(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(TilePackingError) -> [UInt8] {
    var rest = bytes
    var plain: [UInt8] = []
    repeat {
      var used = 0
      let member = try unpackMember(rest, limit: limit - plain.count, used: &used)
      if plain.isEmpty { plain = member } else { plain += member }
      rest = UnsafeRawBufferPointer(rebasing: rest[used...])
    } while !rest.isEmpty
    return plain
  }

  private func unpackMember(
    _ bytes: UnsafeRawBufferPointer, limit: Int, used: inout Int
  ) throws(TilePackingError) -> [UInt8] {
    if gzipDecompressor == nil { gzipDecompressor = libdeflate_alloc_decompressor() }
    guard let gzipDecompressor else { throw .noMemory(.gzip) }
    // The last four bytes tell the length (of the last member, and only modulo 2³²): a first guess, no more than deflate can reach.
    guard bytes.count >= 18 else { throw .damaged(.gzip, reason: "a gzip member has at least 18 bytes, here are \(bytes.count)") }
    let told = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)))
    var room = min(limit, max(told, 64), bytes.count * 1_032)
    while true {
      var consumed = 0
      var result = LIBDEFLATE_BAD_DATA
      let plain = [UInt8](unsafeUninitializedCapacity: room) { target, count in
        result = libdeflate_gzip_decompress_ex(
          gzipDecompressor, bytes.baseAddress, bytes.count, target.baseAddress, room, &consumed, &count)
        if result != LIBDEFLATE_SUCCESS { count = 0 }
      }
      switch result {
      case LIBDEFLATE_SUCCESS:
        used = consumed
        return plain
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        guard room < limit else { throw .tooLong(.gzip, limit: limit) }
        room = min(limit, room * 4)
      default: throw .damaged(.gzip, reason: "it is cut off, or its bytes or its checksum are wrong")
      }
    }
  }

  private func unpackZstd(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(TilePackingError) -> [UInt8] {
    if zstdDecompressor == nil { zstdDecompressor = ZSTD_createDCtx() }
    guard let zstdDecompressor else { throw .noMemory(.zstd) }
    ZSTD_DCtx_reset(zstdDecompressor, ZSTD_reset_session_only)
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    var plain: [UInt8] = []
    // Zero at the end of a frame, else how much the decoder would like to read next.
    var missing = 1
    let room = ZSTD_DStreamOutSize()
    var isFull = false
    repeat {
      var fault: Int?
      let part = [UInt8](unsafeUninitializedCapacity: room) { target, count in
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: room, pos: 0)
        missing = ZSTD_decompressStream(zstdDecompressor, &output, &input)
        if ZSTD_isError(missing) != 0 { fault = missing } else { count = output.pos }
      }
      if let fault { throw .damaged(.zstd, reason: String(cString: ZSTD_getErrorName(fault))) }
      plain += part
      isFull = part.count == room
      guard plain.count <= limit else { throw .tooLong(.zstd, limit: limit) }
    } while input.pos < input.size || (isFull && missing != 0)
    guard missing == 0 else { throw .damaged(.zstd, reason: "it is cut off") }
    return plain
  }

  private func unpackBrotli(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(TilePackingError) -> [UInt8] {
    guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { throw .noMemory(.brotli) }
    defer { BrotliDecoderDestroyInstance(state) }
    var available = bytes.count
    var next = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    var plain: [UInt8] = []
    let room = 1 << 16
    while true {
      var result = BROTLI_DECODER_RESULT_ERROR
      plain += [UInt8](unsafeUninitializedCapacity: room) { target, count in
        var free = room
        var out = target.baseAddress
        result = BrotliDecoderDecompressStream(state, &available, &next, &free, &out, nil)
        count = room - free
      }
      guard plain.count <= limit else { throw .tooLong(.brotli, limit: limit) }
      switch result {
      case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: continue
      case BROTLI_DECODER_RESULT_SUCCESS where available == 0: return plain
      case BROTLI_DECODER_RESULT_SUCCESS: throw .damaged(.brotli, reason: "\(available) bytes stand behind its end")
      case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: throw .damaged(.brotli, reason: "it is cut off")
      default:
        throw .damaged(.brotli, reason: String(cString: BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state))))
      }
    }
  }
}
