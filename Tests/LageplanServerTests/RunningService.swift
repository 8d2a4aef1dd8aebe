import Foundation
import Glibc
import LageplanStore
import Synchronization
import TestSupport
import Testing

@testable import LageplanServer

/// The service on a free port of the loopback, as a client's socket sees it.
struct RunningService {
  let service: TestService
  let port: UInt16

  static func with(_ fill: (Store) throws -> Void, _ body: (RunningService) async throws -> Void) async throws {
    try await TestService.with(fill, configure: { $0.port = 0 }) { service in
      let address = Mutex<String?>(nil)
      let application = service.application
      let server = Task { try await application.run { told in address.withLock { $0 = told } } }
      while address.withLock({ $0 }) == nil { try await Task.sleep(for: .milliseconds(2)) }
      let port = try #require(address.withLock { $0 }?.split(separator: ":").last.flatMap { UInt16($0.dropLast()) })
      let result: Result<Void, any Error>
      do { result = .success(try await body(RunningService(service: service, port: port))) } catch { result = .failure(error) }
      server.cancel()
      _ = await server.result
      try result.get()
    }
  }

  func connect() throws -> RawConnection { try RawConnection(port: port) }
}

/// A connection that sends bytes as they are and tells the answers as they came.
final class RawConnection {
  struct Answer: Equatable {
    /// Status line and headers, without the date.
    var head: [String]
    var body: [UInt8]

    var status: Int { head.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0 }
    func header(_ name: String) -> String? {
      head.first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }
  }

  private let socket: Int32
  private var received: [UInt8] = []

  init(port: UInt16) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isOpen = withUnsafePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isOpen else { throw Fault(reason: "no connection to port \(port)") }
  }

  deinit { close(socket) }

  struct Fault: Error { var reason: String }

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw Fault(reason: "not sent") }
  }

  /// Sends a request and waits for its answer.
  func ask(_ target: String, method: String = "GET", _ headers: [String] = []) async throws -> Answer {
    try send(([method + " " + target + " HTTP/1.1", "Host: town.example"] + headers).joined(separator: "\r\n") + "\r\n\r\n")
    return try await answer(toHead: method == "HEAD")
  }

  func answer(toHead: Bool = false) async throws -> Answer {
    var end = received.firstRange(of: Array("\r\n\r\n".utf8))
    while end == nil {
      guard try await receive() else { throw Fault(reason: "closed within a head") }
      end = received.firstRange(of: Array("\r\n\r\n".utf8))
    }
    guard let end else { throw Fault(reason: "no head") }
    let head = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    received.removeSubrange(..<end.upperBound)
    let length = head.first { $0.lowercased().hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
    let isBodiless = toHead || head[0].contains(" 304 ") || head[0].contains(" 204 ")
    while !isBodiless, received.count < length {
      guard try await receive() else { throw Fault(reason: "closed within a body") }
    }
    let body = isBodiless ? [] : Array(received.prefix(length))
    received.removeFirst(body.count)
    return Answer(head: head.filter { !$0.lowercased().hasPrefix("date: ") }, body: body)
  }

  /// The server has closed its side, and sent nothing more.
  func isAtEnd() async throws -> Bool {
    guard received.isEmpty else { return false }
    return try await !receive()
  }

  /// Looks now and then instead of blocking: the threads of tasks are few, and the server needs them.
  private func receive() async throws -> Bool {
    var room = [UInt8](repeating: 0, count: 65_536)
    let begin = ContinuousClock.now
    while ContinuousClock.now - begin < Patience.limit {
      let count = recv(socket, &room, room.count, Int32(MSG_DONTWAIT))
      if count >= 0 {
        received += room.prefix(count)
        return count > 0
      }
      guard errno == EAGAIN || errno == EINTR else { break }
      try await Task.sleep(for: .milliseconds(1))
    }
    throw Fault(reason: "nothing came")
  }
}
