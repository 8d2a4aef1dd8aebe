import CDeflate
import Foundation

/// The bytes of a PBF file, read by place: a file that another program cuts short is then an error, not the end of the process.
final class OsmInput: Sendable {
  let path: String
  let size: Int
  private let descriptor: Int32

  init(path: String) throws(OsmError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .cannotRead(path: path, reason: "it is not a file")
    }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// `count` bytes from `offset` on.
  func bytes(at offset: Int, count: Int) throws(OsmError) -> [UInt8] {
    guard count <= size - offset else { throw .endsEarly(path: path, offset: offset, needed: count, left: max(0, size - offset)) }
    var failure: OsmError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        guard let base = buffer.baseAddress else { break }
        let got = pread(descriptor, base + filled, count - filled, off_t(offset + filled))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else {
          failure =
            got == 0
            ? .endsEarly(path: path, offset: offset + filled, needed: count - filled, left: 0)
            : .cannotRead(path: path, reason: String(cString: strerror(errno)))
          break
        }
        filled += got
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// Where a block of a PBF file stands: a length (big endian), a small header with the block's kind and size, the block.
struct OsmBlockPlace: Sendable {
  enum Kind: Sendable {
    case header, data, other
  }

  /// The form's limits: 64 KiB for a block's header, 32 MiB for its content, packed or not.
  static let largestHeader = 64 << 10
  static let largestBlock = 32 << 20

  let kind: Kind
  /// Where the block's header begins, what errors name.
  let offset: Int
  let content: Range<Int>
  var end: Int { content.upperBound }

  init(at offset: Int, in input: OsmInput) throws(OsmError) {
    self.offset = offset
    let isFirst = offset == 0
    if isFirst, input.size < 4 {
      throw .notPbf(path: input.path, found: input.size == 0 ? "it is empty" : "it has \(input.size) bytes")
    }
    let size = try input.bytes(at: offset, count: 4).reduce(0) { $0 << 8 | Int($1) }
    guard size > 0, size <= Self.largestHeader else {
      if isFirst { throw .notPbf(path: input.path, found: "it does not begin with the length of a block's header") }
      throw .broken(
        path: input.path, offset: offset, reason: "its header claims \(size) bytes, the form allows \(Self.largestHeader)")
    }
    let bytes = try isFirst && input.size < 4 + size ? [] : input.bytes(at: offset + 4, count: size)
    var type: String?
    var length: Int?
    bytes.withUnsafeBytes { raw in
      var reader = OsmWireReader(raw)
      while let field = reader.next() {
        switch field {
        case .bytes(1, let text): type = String(decoding: text, as: UTF8.self)
        case .number(3, let value): length = Int(clamping: value)
        default: break
        }
      }
    }
    guard let type, let length else {
      if isFirst { throw .notPbf(path: input.path, found: "its first block has no header") }
      throw .broken(path: input.path, offset: offset, reason: "its header does not say its kind and size")
    }
    guard length <= Self.largestBlock else {
      throw .broken(path: input.path, offset: offset, reason: "it claims \(length) bytes, the form allows \(Self.largestBlock)")
    }
    if isFirst, type != "OSMHeader" { throw .notPbf(path: input.path, found: "its first block is no OSMHeader") }
    kind = type == "OSMHeader" ? .header : type == "OSMData" ? .data : .other
    let start = offset + 4 + size
    guard length <= input.size - start else {
      throw .endsEarly(path: input.path, offset: start, needed: length, left: max(0, input.size - start))
    }
    content = start..<start + length
  }
}

/// Unpacks blocks: plain or zlib, by libdeflate.
struct OsmUnpacker: ~Copyable {
  private let input: OsmInput
  private let decompressor: OpaquePointer

  init(_ input: OsmInput) throws(OsmError) {
    guard let decompressor = libdeflate_alloc_decompressor() else {
      throw .cannotRead(path: input.path, reason: "there is no memory to unpack it")
    }
    self.input = input
    self.decompressor = decompressor
  }

  deinit { libdeflate_free_decompressor(decompressor) }

  /// Lends the unpacked bytes of a block while the closure runs.
  mutating func withContent<R>(
    of place: OsmBlockPlace, _ body: (UnsafeRawBufferPointer) throws(OsmError) -> R
  ) throws(OsmError) -> R {
    let packed = try input.bytes(at: place.content.lowerBound, count: place.content.count)
    var plainSize: Int?
    var zlib: Range<Int>?
    var plain: Range<Int>?
    var other: String?
    packed.withUnsafeBytes { raw in
      var reader = OsmWireReader(raw)
      while let field = reader.next() {
        switch field {
        case .bytes(1, _): plain = reader.lastRange
        case .number(2, let value): plainSize = Int(clamping: value)
        case .bytes(3, _): zlib = reader.lastRange
        case .bytes(let number, _) where number > 3: other = Self.packings[number] ?? "unknown (field \(number))"
        default: break
        }
      }
    }
    if let plain {
      return try packed.withUnsafeBytes { raw in
        Result { () throws(OsmError) in try body(UnsafeRawBufferPointer(rebasing: raw[plain])) }
      }.get()
    }
    guard let zlib else {
      throw fault(place, other.map { "it is packed by \($0); `osmium cat` packs it by zlib" } ?? "it has no content")
    }
    guard let plainSize, plainSize > 0, plainSize <= OsmBlockPlace.largestBlock else {
      throw fault(place, "it claims \(plainSize ?? 0) bytes unpacked, the form allows \(OsmBlockPlace.largestBlock)")
    }
    var isWhole = false
    let content = [UInt8](unsafeUninitializedCapacity: plainSize) { buffer, count in
      packed.withUnsafeBytes { raw in
        let source = UnsafeRawBufferPointer(rebasing: raw[zlib])
        var size = 0
        let result = libdeflate_zlib_decompress(
          decompressor, source.baseAddress, source.count, buffer.baseAddress, plainSize, &size)
        isWhole = result == LIBDEFLATE_SUCCESS && size == plainSize
        count = isWhole ? size : 0
      }
    }
    guard isWhole else { throw fault(place, "it cannot be unpacked") }
    return try content.withUnsafeBytes { raw in Result { () throws(OsmError) in try body(raw) } }.get()
  }

  private static let packings = [4: "LZMA", 5: "bzip2", 6: "LZ4", 7: "zstd"]

  private func fault(_ place: OsmBlockPlace, _ reason: String) -> OsmError {
    .broken(path: input.path, offset: place.offset, reason: reason)
  }
}
