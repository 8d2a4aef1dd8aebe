import Foundation
import NIOCore

/// A network of Internet addresses: `10.0.0.0/8`, `fd00::/8`; without a length one address (RFC 4632, section 3.1; RFC 4291, section 2.3).
public struct IpNetwork: Hashable, Sendable {
  /// 4 bytes or 16, in network order.
  private let address: [UInt8]
  private let prefixLength: Int

  /// `nil` for what is no address, or a length that its kind does not have.
  public init?(_ text: String) {
    let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let parsed = try? SocketAddress(ipAddress: halves[0], port: 0), let bytes = parsed.addressBytes else { return nil }
    address = bytes
    guard halves.count == 2 else {
      prefixLength = bytes.count * 8
      return
    }
    guard let length = Int(halves[1]), (0...bytes.count * 8).contains(length) else { return nil }
    prefixLength = length
  }

  /// The first `prefixLength` bits are the same. An IPv4 address that arrives in IPv6's clothes (`::ffff:10.0.0.1`) counts as itself.
  func contains(_ peer: SocketAddress) -> Bool {
    guard let bytes = peer.addressBytes, bytes.count == address.count else { return false }
    let whole = prefixLength / 8
    guard bytes.prefix(whole) == address.prefix(whole) else { return false }
    let rest = prefixLength % 8
    return rest == 0 || (bytes[whole] ^ address[whole]) >> (8 - rest) == 0
  }
}

extension SocketAddress {
  private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

  /// In network order, read from the text: the fields of the C structure belong to whichever C module was loaded first.
  fileprivate var addressBytes: [UInt8]? {
    guard let text = ipAddress else { return nil }
    let isShort = !text.contains(":")
    var bytes = [UInt8](repeating: 0, count: isShort ? 4 : 16)
    guard inet_pton(isShort ? AF_INET : AF_INET6, text, &bytes) == 1 else { return nil }
    return bytes.starts(with: Self.mappedPrefix) ? Array(bytes.suffix(4)) : bytes
  }
}
