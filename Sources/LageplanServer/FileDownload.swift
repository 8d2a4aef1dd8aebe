import Dispatch
import Foundation
import HTTPTypes
import LageplanExchange
import LageplanFeatures
import LageplanStore
import Synchronization

/// A download in a format that has to be whole before its first byte can be sent: databases, spreadsheets, files with an index in front.
///
/// It is written to a file on a thread of its own, which reads in turns and so holds no reader thread, then sent from the disk. The file
/// has no name any more by then: it goes with the connection, and with the server, whatever happens.
struct FileDownload {
  let store: Store
  let exporter: FeatureExporter
  /// At most so many features: an answer that takes longer than clients wait helps nobody.
  let mostFeatures: Int

  /// The finished file, and what it does not hold as the collection has it. Throws 400 for too many features, `ExchangeError` for what the
  /// format cannot hold.
  func file(of query: FeatureQuery, named name: String) async throws -> (file: SentFile, warnings: [String]) {
    let isCancelled = Cancellation()
    let reader = KeptTurns(store: store, descriptor: exporter.descriptor, most: mostFeatures, cancellation: isCancelled)
    return try await withTaskCancellationHandler {
      try await Self.onThread {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lageplan-download-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent(name).path
        let result = try exporter.write(query, from: reader, to: path)
        return (try SentFile(opening: path), result.warnings)
      }
    } onCancel: {
      isCancelled.set()
    }
  }

  /// Runs what blocks its thread on one that may be blocked.
  static func onThread<T: Sendable>(_ work: @Sendable @escaping () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global(qos: .utility).async { continuation.resume(with: Result { try work() }) }
    }
  }
}

/// An open file on its way to a client. Closed when let go of.
final class SentFile: Sendable {
  let size: Int
  private let handle: Int32

  /// What went wrong, by the system's word.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  fileprivate init(opening path: String) throws(Failure) {
    handle = open(path, O_RDONLY | O_CLOEXEC)
    guard handle >= 0 else { throw Failure(description: "\(path) cannot be opened: \(String(cString: strerror(errno)))") }
    let end = lseek(handle, 0, SEEK_END)
    guard end >= 0 else {
      close(handle)
      throw Failure(description: "\(path) has no size: \(String(cString: strerror(errno)))")
    }
    size = Int(end)
  }

  deinit { close(handle) }

  private static let pieceSize = 1 << 18

  func send(to sink: inout BodySink) async throws {
    var sent = 0
    while sent < size {
      let start = sent
      let piece = try await FileDownload.onThread { try self.read(at: start) }
      try await sink.send(piece)
      sent += piece.count
    }
  }

  private func read(at start: Int) throws(Failure) -> [UInt8] {
    var problem: Int32 = 0
    let piece = [UInt8](unsafeUninitializedCapacity: min(Self.pieceSize, size - start)) { room, count in
      let read = pread(handle, room.baseAddress, room.count, off_t(start))
      if read < 0 { problem = errno }
      count = max(0, read)
    }
    guard !piece.isEmpty else {
      throw Failure(
        description: "a download's file ends early: \(problem == 0 ? "too short" : String(cString: strerror(problem)))")
    }
    return piece
  }
}

/// Set once, from any thread.
private final class Cancellation: Sendable {
  private let flag = Atomic(false)

  func set() { flag.store(true, ordering: .relaxed) }
  var isSet: Bool { flag.load(ordering: .relaxed) }
}

/// The store as a reader for threads of one's own: rows are read in turns and kept, then lent outside of the store's threads.
private struct KeptTurns: FeatureReading, Sendable {
  let store: Store
  let descriptor: CollectionDescriptor
  /// At most so many rows.
  let most: Int
  let cancellation: Cancellation

  private static let rowsOfATurn = 2_000
  private static let bytesOfATurn = 1 << 20

  func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
    var turns = try RowTurns(query, of: descriptor)
    while !turns.isFinished {
      if cancellation.isSet { throw CancellationError() }
      let before = turns
      let (rows, after) = try store.readSync { reader in
        var turns = before
        var rows: [KeptRow] = []
        var bytes = 0
        try turns.next(from: reader) { row in
          var kept = KeptRow()
          kept.keep(row, geometry: query.geometry)
          bytes += kept.byteCount
          rows.append(kept)
          return rows.count >= Self.rowsOfATurn || bytes >= Self.bytesOfATurn ? .stop : .next
        }
        return (rows, turns)
      }
      turns = after
      guard turns.count <= most else {
        throw Problem(
          .badRequest, code: "too-many-features",
          detail:
            "More than \(most) features match, too many for a file of this format. Narrow the question by bbox, filter or limit, "
            + "or take a format without bound: geojsonseq, ndjson, csv, kml.", parameter: "f")
      }
      for row in rows where try row.lend(body) == .stop { return }
    }
  }
}
