import HTTPTypes
import LageplanFeatures
import NIOCore
import Testing

@testable import LageplanServer

/// Links behind a proxy that rewrites paths: its word counts where the operator said so, nobody else's does.
@Suite struct ForwardingTests {
  private func base(_ fields: HTTPFields, from peer: String?, trusting networks: [String]) async throws -> String? {
    try await TestService.with(TestTown.fill, trustedProxies: networks.compactMap(IpNetwork.init)) { service in
      let address = try peer.map { try SocketAddress(ipAddress: $0, port: 4711) }
      let landing = try await service.send(.get, "/", headers: fields, from: address).json
      return landing["links"]?[0]?["href"]?.text
    }
  }

  private static let chain: HTTPFields = {
    var fields: HTTPFields = [:]
    fields[.xForwardedProto] = "https"
    fields[.xForwardedHost] = "geo.example.org, inner.example"
    fields[.xForwardedPrefix] = "/lageplan/"
    return fields
  }()

  @Test func aTrustedProxyIsBelieved() async throws {
    #expect(try await base(Self.chain, from: "10.1.2.3", trusting: ["10.0.0.0/8"]) == "https://geo.example.org/lageplan/")
    #expect(try await base(Self.chain, from: "::ffff:10.1.2.3", trusting: ["10.0.0.0/8"]) == "https://geo.example.org/lageplan/")
    #expect(try await base(Self.chain, from: "fd00::7", trusting: ["fd00::/8"]) == "https://geo.example.org/lageplan/")
    var standard: HTTPFields = [:]
    standard[.forwarded] = #"for=192.0.2.1;proto=https;host="geo.example.org:8443", for=10.1.2.3"#
    #expect(try await base(standard, from: "127.0.0.1", trusting: ["127.0.0.1"]) == "https://geo.example.org:8443/")
  }

  @Test func anybodyElseIsNot() async throws {
    for (peer, networks) in [("11.0.0.1", ["10.0.0.0/8"]), ("10.1.2.3", []), (nil, ["10.0.0.0/8"]), ("10.1.2.3", ["10.1.2.4"])] {
      #expect(try await base(Self.chain, from: peer, trusting: networks) == "http://town.example:8080/")
    }
  }

  @Test func whatIsNoHostNorPathIsLeftOut() async throws {
    var fields: HTTPFields = [:]
    fields[.xForwardedProto] = "javascript"
    fields[.xForwardedHost] = "evil\"><script>"
    fields[.xForwardedPrefix] = "//evil.example"
    #expect(try await base(fields, from: "10.1.2.3", trusting: ["10.0.0.0/8"]) == "http://town.example:8080/")
  }

  @Test(arguments: ["10.0.0.0/33", "fd00::/129", "host.example", "10.0.0/8", "", "10.0.0.0/", "10.0.0.0/-1"])
  func whatIsNoNetworkIsRefused(text: String) { #expect(IpNetwork(text) == nil) }
}
