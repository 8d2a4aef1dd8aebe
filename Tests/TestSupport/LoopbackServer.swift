import Foundation
import Glibc
import Synchronization

/// A small HTTP server on a free port of the loopback, which answers as a closure says: the other side of what fetches.
///
/// One connection after the other, kept open between requests. Stops with the object.
public final class LoopbackServer: Sendable {
  public struct Request: Sendable {
    /// `/collections/trees/items?limit=10`
    public var target: String
    /// By lower-case name.
    public var headers: [String: String]

    public var path: String { String(target.prefix { $0 != "?" }) }

    /// The value of a parameter, decoded; names are the same in upper and lower case.
    public func parameter(_ name: String) -> String? {
      for piece in target.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
        let halves = piece.split(separator: "=", maxSplits: 1)
        if halves.first?.lowercased() == name.lowercased() { return halves.count > 1 ? halves[1].removingPercentEncoding : "" }
      }
      return nil
    }
  }

  public struct Answer: Sendable {
    public var status: Int
    public var headers: [String: String]
    public var body: [UInt8]
    /// Send only so many bytes of the body, then hang up.
    public var breaksOffAfter: Int?

    public init(_ status: Int = 200, type: String = "text/plain", _ body: [UInt8] = [], headers: [String: String] = [:]) {
      self.status = status
      self.headers = headers.merging(["Content-Type": type]) { first, _ in first }
      self.body = body
    }

    public init(_ status: Int = 200, type: String = "text/plain", text: String, headers: [String: String] = [:]) {
      self.init(status, type: type, Array(text.utf8), headers: headers)
    }
  }

  private let socket: Int32
  private let state = Mutex<(requests: [Request], isStopped: Bool)>(([], false))
  private let respond: @Sendable (Request, String) -> Answer
  /// `http://127.0.0.1:PORT`
  public let address: String

  /// `respond` is told the request and this server's address.
  public init(_ respond: @escaping @Sendable (Request, String) -> Answer) throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard socket >= 0, isBound else { throw CocoaError(.featureUnsupported) }
    self.socket = socket
    self.respond = respond
    address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
    let thread = Thread { [weak self] in
      while let server = self, !server.state.withLock(\.isStopped) {
        let connection = accept(socket, nil, nil)
        guard connection >= 0 else { return }
        let handler = Thread { [weak server] in
          server?.serve(connection)
          shutdown(connection, Int32(SHUT_RDWR))
          close(connection)
        }
        handler.start()
      }
    }
    thread.start()
  }

  deinit { stop() }

  public func stop() {
    let wasStopped = state.withLock { state in
      defer { state.isStopped = true }
      return state.isStopped
    }
    guard !wasStopped else { return }
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }

  /// All requests so far, in the order in which they came.
  public var requests: [Request] { state.withLock(\.requests) }

  public func forget() { state.withLock { $0.requests = [] } }

  private func serve(_ connection: Int32) {
    // Whoever tests must not wait for a silent connection.
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var buffer: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while !state.withLock(\.isStopped) {
      while buffer.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
        let count = recv(connection, &piece, piece.count, 0)
        guard count > 0 else { return }
        buffer += piece[..<count]
      }
      guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
      let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
      buffer.removeSubrange(..<end.upperBound)
      guard let target = lines.first?.split(separator: " ").dropFirst().first else { return }
      var headers: [String: String] = [:]
      for line in lines.dropFirst() {
        let halves = line.split(separator: ":", maxSplits: 1)
        if halves.count == 2 { headers[halves[0].lowercased()] = halves[1].trimmingCharacters(in: .whitespaces) }
      }
      let request = Request(target: String(target), headers: headers)
      state.withLock { $0.requests.append(request) }
      let answer = respond(request, address)
      var text = "HTTP/1.1 \(answer.status) Status\r\n"
      for (name, value) in answer.headers { text += "\(name): \(value)\r\n" }
      text += "Content-Length: \(answer.body.count)\r\n\r\n"
      let body = answer.breaksOffAfter.map { Array(answer.body.prefix($0)) } ?? answer.body
      guard send(Array(text.utf8) + body, to: connection), answer.breaksOffAfter == nil else { return }
    }
  }

  private func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        Glibc.send(connection, raw.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}
