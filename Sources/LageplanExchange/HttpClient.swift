import CCurl
import Foundation
import LageplanFeatures

/// An answer with a status below 400.
struct HttpAnswer {
  var status: Int
  /// By lower-case name; the last of several.
  var headers: [String: String]
  /// Where the answer came from, redirects followed.
  var address: String

  /// Without its parameters, in lower case.
  var mediaType: String {
    (headers["content-type"] ?? "").split(separator: ";").first.map { $0.trimmingCharacters(in: .whitespaces).lowercased() } ?? ""
  }
}

/// Fetches the documents of one source, one after the other, within limits that hold for all of them together.
///
/// Keeps the connection from page to page. Used by one thread.
final class HttpClient {
  let limits: FetchLimits
  private(set) var requests = 0
  private(set) var bytes: Int64 = 0
  private let client: OpaquePointer
  private let deadline: ContinuousClock.Instant
  private let isCancelled: @Sendable () -> Bool

  /// Documents that are read at once, such as the description of a service, are no larger.
  private static let largestDocument: Int64 = 32 << 20

  /// Throws ``FetchError/libraryMissing(reason:)``.
  init(limits: FetchLimits, isCancelled: @escaping @Sendable () -> Bool = { false }) throws(FetchError) {
    guard let client = ccurl_open() else { throw .libraryMissing(reason: String(cString: ccurl_fault())) }
    self.client = client
    self.limits = limits
    self.isCancelled = isCancelled
    deadline = .now + .seconds(limits.seconds)
  }

  deinit { ccurl_close(client) }

  /// A document as a whole, at most 32 MB.
  func document(_ address: String, accepting mediaType: String) throws(FetchError) -> (answer: HttpAnswer, bytes: [UInt8]) {
    var document: [UInt8] = []
    let answer = try fetch(address, headers: ["Accept: \(mediaType)"], largest: Self.largestDocument) {
      if let piece = $0 { document.append(contentsOf: piece) } else { document.removeAll() }
      return true
    }
    return (answer, document)
  }

  /// Writes a document to a new file at `path`.
  func file(_ address: String, to path: String, headers: [String]) throws(FetchError) -> HttpAnswer {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw .notUnderstood(
        address: shown(address), reason: "\(path) cannot be written: \(systemReason())", remedy: "Make room there")
    }
    defer { close(file) }
    var failure: String?
    let answer: HttpAnswer
    do {
      answer = try fetch(address, headers: headers, largest: .max) { piece in
        guard let piece else { return ftruncate(file, 0) == 0 && lseek(file, 0, SEEK_SET) == 0 }
        if !writeAll(piece, to: file) { failure = systemReason() }
        return failure == nil
      }
    } catch {
      if let failure {
        throw .notUnderstood(address: shown(address), reason: "\(path) cannot be written: \(failure)", remedy: "Make room there")
      }
      throw error
    }
    return answer
  }

  // MARK: One request

  /// `sink` takes the body in pieces; `nil` says that the body begins (again). It answers `false` to end the transfer.
  private func fetch(
    _ address: String, headers: [String], largest: Int64, into sink: @escaping (UnsafeRawBufferPointer?) -> Bool
  ) throws(FetchError) -> HttpAnswer {
    try refuseOtherSchemes(address)
    var attempt = 0
    while true {
      var failure: FetchError
      var wait = 0
      do throws(FetchError) {
        let (transfer, answer) = try perform(address, headers: headers, largest: largest, into: sink)
        guard answer.status >= 400 else { return answer }
        failure = .refused(address: shown(answer.address), status: answer.status, answer: transfer.complaint)
        wait = min(60, answer.headers["retry-after"].flatMap { Int($0) } ?? 0) * 1000
      } catch {
        failure = error
      }
      attempt += 1
      guard attempt <= limits.retries, failure.mayPass else { throw failure }
      try pause(max(wait, limits.pauseMilliseconds << (attempt - 1)))
    }
  }

  private func perform(
    _ address: String, headers: [String], largest: Int64, into sink: @escaping (UnsafeRawBufferPointer?) -> Bool
  ) throws(FetchError) -> (Transfer, HttpAnswer) {
    let left = (deadline - .now).components.seconds
    guard left > 0 else {
      throw .beyondLimit(address: shown(address), what: "it takes longer", allowed: "\(limits.seconds) seconds")
    }
    requests += 1
    let room = limits.bytes - bytes
    let transfer = Transfer(room: min(room, largest), sink: sink, isCancelled: isCancelled)
    var answer = ccurl_answer()
    GDAL.withStrings(headers) { lines in
      address.withCString { address in
        "Lageplan/0.1".withCString { agent in
          var request = ccurl_request()
          request.address = address
          request.headers = lines
          request.user_agent = agent
          request.redirects = limits.redirects
          request.connect_seconds = limits.connectSeconds
          request.total_seconds = Int(left)
          request.silent_seconds = limits.silentSeconds
          request.header = { context, line, count in
            Transfer.at(context)?.take(header: UnsafeRawBufferPointer(start: line, count: Int(count)))
          }
          request.body = { context, bytes, count in
            Transfer.at(context)?.take(body: UnsafeRawBufferPointer(start: bytes, count: Int(count))) == true ? 1 : 0
          }
          request.cancelled = { context in Transfer.at(context)?.isCancelled() == true ? 1 : 0 }
          request.context = Unmanaged.passUnretained(transfer).toOpaque()
          ccurl_fetch(client, &request, &answer)
        }
      }
    }
    withExtendedLifetime(transfer) {}
    bytes += transfer.received
    let status = Int(answer.status)
    if isCancelled() { throw .cancelled }
    if transfer.isTooLarge {
      let allowed = room < largest ? limits.bytes : largest
      throw .beyondLimit(
        address: shown(address), what: "more than \(transfer.received) bytes came", allowed: "\(allowed) bytes")
    }
    guard answer.code == 0 else {
      let reason = withUnsafeBytes(of: answer.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw .unreachable(address: shown(address), reason: reason)
    }
    if transfer.isEmpty, status < 400 { _ = sink(nil) }
    let final = withUnsafeBytes(of: answer.final_address) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return (transfer, HttpAnswer(status: status, headers: transfer.headers, address: final.isEmpty ? address : final))
  }

  private func refuseOtherSchemes(_ address: String) throws(FetchError) {
    let lower = address.lowercased()
    guard lower.hasPrefix("http://") || lower.hasPrefix("https://"), !address.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
    else {
      throw .addressRefused(address: shown(address), reason: "only http and https addresses are, without blanks in them")
    }
  }

  /// Waits, but not beyond the end of the whole and not after a cancellation.
  private func pause(_ milliseconds: Int) throws(FetchError) {
    let end = min(deadline, .now + .milliseconds(milliseconds))
    while ContinuousClock.now < end {
      if isCancelled() { throw .cancelled }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }
}

extension FetchError {
  /// The same request may succeed a little later.
  fileprivate var mayPass: Bool {
    switch self {
    case .unreachable: true
    case .refused(_, let status, _): [429, 502, 503, 504].contains(status)
    case .libraryMissing, .addressRefused, .beyondLimit, .notUnderstood, .layerNeeded, .incomplete, .cancelled: false
    }
  }
}

/// What comes in during one request, redirects included.
private final class Transfer {
  private(set) var headers: [String: String] = [:]
  private(set) var received: Int64 = 0
  private(set) var isTooLarge = false
  private(set) var isEmpty = true
  let isCancelled: () -> Bool
  private var status = 0
  private let room: Int64
  private let sink: (UnsafeRawBufferPointer?) -> Bool
  /// The start of the body of an answer that says no.
  private var refusal: [UInt8] = []

  init(room: Int64, sink: @escaping (UnsafeRawBufferPointer?) -> Bool, isCancelled: @escaping () -> Bool) {
    self.room = room
    self.sink = sink
    self.isCancelled = isCancelled
  }

  static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  func take(header line: UnsafeRawBufferPointer) {
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      headers = [:]
      status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    } else if let colon = text.firstIndex(of: ":") {
      headers[text[..<colon].lowercased()] = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
  }

  func take(body piece: UnsafeRawBufferPointer) -> Bool {
    received += Int64(piece.count)
    guard received <= room else {
      isTooLarge = true
      return false
    }
    guard status < 400 else {
      if refusal.count < 4096 { refusal.append(contentsOf: piece.prefix(4096)) }
      return true
    }
    if isEmpty, !sink(nil) { return false }
    isEmpty = false
    return sink(piece)
  }

  /// What the answer says for people: the detail of a problem document, the text of an exception report, or the start of the text.
  var complaint: String {
    let text = String(decoding: refusal, as: UTF8.self)
    if let problem = try? JSONValue(parsing: refusal) {
      for key in ["detail", "description", "title", "message"] { if let said = problem[key]?.text { return excerpt(said) } }
    }
    if let report = try? XmlElement(parsing: refusal), let said = report.exceptionText { return excerpt(said) }
    return text.hasPrefix("<") ? "" : excerpt(text)
  }
}

/// On one line, at most 300 characters, without a full stop.
func excerpt(_ text: String) -> String {
  var line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  while line.hasSuffix(".") { line.removeLast() }
  return line.count > 300 ? "\(line.prefix(300))…" : line
}

/// The address for people: without user name and password.
func shown(_ address: String) -> String {
  guard let scheme = address.firstRange(of: "://") else { return address }
  let rest = address[scheme.upperBound...]
  let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  guard let sign = authority.lastIndex(of: "@") else { return address }
  return String(address[..<scheme.upperBound] + rest[rest.index(after: sign)...])
}

private func systemReason() -> String { String(cString: strerror(errno)) }

private func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Bool {
  var rest = bytes
  while !rest.isEmpty {
    let count = write(file, rest.baseAddress, rest.count)
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return false }
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
  }
  return true
}
