import Foundation
import LageplanFeatures

/// On which line of a text file each record of its table starts.
struct RecordLines {
  /// The line of each record where they are not one below the other; empty: record n stands on line n + 1.
  private var exceptions: [Int32] = []
  private var isPlain = true
  private var records = 0

  /// Records are noted in order, the header as the first.
  fileprivate mutating func note(line: Int) {
    if isPlain, line != records + 1 {
      isPlain = false
      exceptions = (0..<records).map { Int32($0 + 1) }
    }
    if !isPlain { exceptions.append(Int32(clamping: line)) }
    records += 1
  }

  /// `record` is counted from 1, without the header; `nil` beyond the end.
  func line(ofRecord record: Int) -> Int? {
    guard record >= 1, record < records else { return nil }
    return isPlain ? record + 1 : Int(exceptions[record])
  }

  var count: Int { max(0, records - 1) }
}

/// A file that goes with the object that holds this.
final class TemporaryFile: Sendable {
  let path: String

  init(suffix: String) {
    let name = "lageplan-\(UUID().uuidString)\(suffix)"
    path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
  }

  deinit { unlink(path) }
}

/// A delimited text file, looked through once: its encoding, its lines, and a copy in UTF-8 where it is in another.
struct TextFile {
  var finding: EncodingFinding
  var lines: RecordLines
  /// `nil`: the file is UTF-8 as it is.
  var copy: TemporaryFile?

  private static let pieceSize = 1 << 18

  /// Throws ``ExchangeError``: no such file, an unknown encoding, no room for the copy.
  init(path: String, encoding given: String?) throws(ExchangeError) {
    let encoding: TextEncoding
    if let given {
      encoding = TextEncoding(named: given)
    } else {
      encoding = try Self.detect(path)
    }
    finding = EncodingFinding(name: encoding.name, isGiven: given != nil, doubtfulBytes: 0, examples: [])
    lines = RecordLines()

    let source = try FileReader(path)
    var scan = LineScan()
    switch encoding {
    case .utf8:
      var detector = EncodingDetector()
      while let piece = try source.next(Self.pieceSize) {
        piece.withUnsafeBytes {
          detector.feed($0)
          scan.feed($0, into: &lines)
        }
      }
      if detector.verdict != .utf8 || detector.strayBytes > 0 { try recode(path, .utf8) }
    case .utf16, .singleByte:
      try recode(path, encoding)
      guard let copy else { return }
      let recoded = try FileReader(copy.path)
      while let piece = try recoded.next(Self.pieceSize) { piece.withUnsafeBytes { scan.feed($0, into: &lines) } }
    }
  }

  private static func detect(_ path: String) throws(ExchangeError) -> TextEncoding {
    let source = try FileReader(path)
    var detector = EncodingDetector()
    var isFirst = true
    while let piece = try source.next(pieceSize) {
      if isFirst {
        if piece.starts(with: [0xFF, 0xFE]) { return .utf16(littleEndian: true) }
        if piece.starts(with: [0xFE, 0xFF]) { return .utf16(littleEndian: false) }
        if piece.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
        isFirst = false
      }
      piece.withUnsafeBytes { detector.feed($0) }
    }
    return detector.verdict
  }

  // MARK: Recoding

  /// Writes a copy in UTF-8, line by line, and counts what has no meaning.
  private mutating func recode(_ path: String, _ encoding: TextEncoding) throws(ExchangeError) {
    let copy = TemporaryFile(suffix: ".csv")
    guard FileManager.default.createFile(atPath: copy.path, contents: nil), let writer = FileHandle(forWritingAtPath: copy.path)
    else { throw .unwritable(path: copy.path, reason: "the folder for temporary files does not take a new file") }
    defer { try? writer.close() }
    let source = try FileReader(path)
    let table: ByteTable? = if case .singleByte(let name) = encoding { try ByteTable(name) } else { nil }
    var line = 1
    var rest: [UInt8] = []
    while let piece = try source.next(Self.pieceSize) {
      rest += piece
      let newline: UInt8 = 0x0A
      // UTF-16 has its newline in two bytes; whole pieces are cut at an even place behind the last one.
      guard let last = rest.lastIndex(of: newline) else { continue }
      var end = last + 1
      if case .utf16 = encoding { end = rest.count & ~1 }
      let chunk = decode(rest[..<end], encoding, table, line: &line)
      rest.removeSubrange(..<end)
      try Self.write(chunk, to: writer, copy.path)
    }
    try Self.write(decode(rest[...], encoding, table, line: &line), to: writer, copy.path)
    self.copy = copy
  }

  private static func write(_ bytes: [UInt8], to writer: FileHandle, _ path: String) throws(ExchangeError) {
    do { try writer.write(contentsOf: Data(bytes)) } catch { throw .unwritable(path: path, reason: "\(error)") }
  }

  private mutating func decode(_ bytes: ArraySlice<UInt8>, _ encoding: TextEncoding, _ table: ByteTable?, line: inout Int)
    -> [UInt8]
  {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 8)
    switch encoding {
    case .utf16(let littleEndian):
      var units: [UInt16] = []
      var index = bytes.startIndex
      while index + 1 < bytes.endIndex {
        let low = UInt16(bytes[littleEndian ? index : index + 1])
        let high = UInt16(bytes[littleEndian ? index + 1 : index])
        let unit = high << 8 | low
        if unit != 0xFEFF { units.append(unit) }
        index += 2
      }
      result = Array(String(decoding: units, as: UTF16.self).utf8)
    case .singleByte:
      guard let table else { return Array(bytes) }
      for (index, byte) in zip(bytes.indices, bytes) {
        if byte == 0x0A { line += 1 }
        if !table.isDefined[Int(byte)] { doubt(byte, at: index, of: bytes, line: line) { table.characters[Int($0)] } }
        result.append(contentsOf: table.characters[Int(byte)])
      }
    case .utf8:
      result = Array(repairUTF8(bytes, line: &line))
    }
    return result
  }

  /// Replaces what is no UTF-8 byte by byte, so that each is counted.
  private mutating func repairUTF8(_ bytes: ArraySlice<UInt8>, line: inout Int) -> [UInt8] {
    var result: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte < 0x80 {
        if byte == 0x0A { line += 1 }
        result.append(byte)
        index += 1
        continue
      }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      let end = min(index + length, bytes.endIndex)
      if String(validating: bytes[index..<end], as: UTF8.self)?.unicodeScalars.count == 1 {
        result.append(contentsOf: bytes[index..<end])
        index = end
      } else {
        doubt(byte, at: index, of: bytes, line: line) { $0 < 0x80 ? [$0] : ByteTable.replacement }
        result.append(contentsOf: ByteTable.replacement)
        index += 1
      }
    }
    return result
  }

  private mutating func doubt(
    _ byte: UInt8, at index: Int, of bytes: ArraySlice<UInt8>, line: Int, character: (UInt8) -> [UInt8]
  ) {
    finding.doubtfulBytes += 1
    guard finding.examples.count < DoubtfulByte.limit else { return }
    let isEdge = { (byte: UInt8) in byte == 0x0A || byte == 0x0D || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\t") }
    var start = index
    while start > bytes.startIndex, index - start < 16, !isEdge(bytes[start - 1]) { start -= 1 }
    var end = index + 1
    while end < bytes.endIndex, end - index < 16, !isEdge(bytes[end]) { end += 1 }
    let context = String(decoding: bytes[start..<end].flatMap(character), as: UTF8.self)
    finding.examples.append(DoubtfulByte(position: .line(line), byte: byte, context: context))
  }
}

/// Finds where records start: a newline inside quotes does not end one, an empty line is none (RFC 4180).
private struct LineScan {
  private var line = 1
  private var isQuoted = false
  private var isAtStart = true

  mutating func feed(_ bytes: UnsafeRawBufferPointer, into lines: inout RecordLines) {
    for byte in bytes {
      switch byte {
      case 0x0A:
        line += 1
        if !isQuoted { isAtStart = true }
      case 0x0D: continue
      default:
        if isAtStart {
          lines.note(line: line)
          isAtStart = false
        }
        if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      }
    }
  }

}

/// A file, piece by piece.
struct FileReader: ~Copyable {
  private let handle: FileHandle
  private let path: String

  init(_ path: String) throws(ExchangeError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw .fileMissing(path: path) }
    guard !isFolder.boolValue, let handle = FileHandle(forReadingAtPath: path) else {
      throw .unreadable(source: path, reason: isFolder.boolValue ? "it is a folder" : "it may not be read")
    }
    self.handle = handle
    self.path = path
  }

  deinit { try? handle.close() }

  /// `nil` at the end.
  func next(_ size: Int) throws(ExchangeError) -> [UInt8]? {
    do {
      guard let data = try handle.read(upToCount: size), !data.isEmpty else { return nil }
      return [UInt8](data)
    } catch {
      throw .unreadable(source: path, reason: "\(error)")
    }
  }
}
