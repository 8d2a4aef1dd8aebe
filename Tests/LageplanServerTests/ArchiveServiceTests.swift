import Foundation
import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanTiles
import Logging
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import LageplanServer

/// The service over an archive, without a socket.
struct ArchiveServiceTests {
  private static let plain = Array(String(repeating: "a tile that is worth packing, ", count: 100).utf8)

  /// An archive of three tiles under this coding.
  private func with(_ coding: TileCoding, _ body: (ArchiveApplication) async throws -> Void) async throws {
    try await TemporaryFolder.with { folder in
      let path = folder.appendingPathComponent("Große Stadt.pmtiles").path
      let writer = try PMTilesWriter(path: path)
      let packed = try TilePacker().pack(Self.plain, as: coding, level: coding.smallLevel)
      for id in 1...3 as ClosedRange<UInt64> { try writer.append(packed, at: try #require(PMTilesId.tile(of: id))) }
      _ = try writer.finish(
        PMTilesWriter.Description(
          tileCoding: coding, minZoom: 1, maxZoom: 1, bounds: Envelope(minX: -180, minY: -85, maxX: 180, maxY: 85),
          centre: Coordinate(x: 0, y: 0), centreZoom: 1,
          metadata: Array(#"{"name":"<Große> Stadt","version":"7","vector_layers":[{"id":"trees","fields":{}}]}"#.utf8)))
      var logger = Logger(label: "test")
      logger.logLevel = .critical
      try await body(
        ArchiveApplication(
          archive: try TileArchive(path: path), configuration: ServerConfiguration(townTime: try TownTime()), logger: logger))
    }
  }

  private func get(_ path: String, _ headers: HTTPFields, from application: ArchiveApplication) async throws -> Response {
    let request = Request(
      head: HTTPRequest(method: .get, scheme: "http", authority: "town.example", path: path, headerFields: headers),
      body: RequestBody(buffer: ByteBuffer()))
    let context = LageplanRequestContext(
      source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: application.logger))
    return try await application.router().buildResponder().respond(to: request, context: context)
  }

  private func body(_ response: Response) async throws -> [UInt8] {
    let collected = CollectedBody()
    try await response.body.write(CollectedBody.Writer(body: collected))
    return collected.bytes
  }

  @Test(arguments: TileCoding.allCases)
  func tileIsSentAsItIsKeptWhereTheClientTakesIt(coding: TileCoding) async throws {
    try await with(coding) { application in
      let kept = try TilePacker().pack(Self.plain, as: coding, level: coding.smallLevel)
      for accepted in ["gzip, zstd, br", "identity", "", "gzip"] {
        let response = try await get("/tiles/gro-e-stadt/1/0/0.mvt", [.acceptEncoding: accepted], from: application)
        #expect(response.status == .ok)
        let sent = try await body(response)
        let sentCoding = response.headers[.contentEncoding].flatMap { TileCoding(rawValue: $0) } ?? .identity
        #expect(try TilePacker().unpack(sent, as: sentCoding) == Self.plain)
        if coding != .identity, accepted.contains(coding.contentCoding) {
          #expect(sentCoding == coding)
          #expect(sent == kept)
        } else if !accepted.contains("gzip") {
          #expect(sentCoding == .identity)
        }
      }
    }
  }

  @Test func nameWithoutLettersForAddressesIsSpelledWithout() async throws {
    try await with(.gzip) { application in
      #expect(application.name == "gro-e-stadt")
      let page = try await get("/", [.accept: "text/html"], from: application)
      let text = String(decoding: try await body(page), as: UTF8.self)
      #expect(text.contains("&lt;Große&gt; Stadt"))
      #expect(text.contains("/tiles/gro-e-stadt.json"))
      #expect(!text.contains("/conformance"), "there is no such resource here")
    }
  }

  @Test func tileJsonHasTheVersionAndAddressesThatChangeWithTheFile() async throws {
    try await with(.gzip) { application in
      let response = try await get("/tiles/gro-e-stadt.json", [:], from: application)
      let document = try JSONValue(parsing: try await body(response))
      #expect(document["version"]?.text == "1.7.0")
      #expect(
        document["tiles"]?[0]?.text
          == "http://town.example/tiles/gro-e-stadt/{z}/{x}/{y}.mvt?v=\(application.archive.version)")
      #expect(document["minzoom"]?.integer == 1)
    }
  }

  @Test(arguments: [
    ("/tiles/gro-e-stadt/1/1/0.mvt", HTTPResponse.Status.noContent), ("/tiles/WebMercatorQuad/1/0/1", .noContent),
    ("/tiles/gro-e-stadt/1/0/1", .ok), ("/tiles/WebMercatorQuad/1/1/0", .ok), ("/tiles/gro-e-stadt/9/0/0", .noContent),
    ("/tiles/gro-e-stadt/1/2/0", .notFound), ("/tiles/gro-e-stadt/25/0/0", .notFound), ("/tiles/other/1/0/0", .notFound),
    ("/tiles/gro-e-stadt/1/0/a", .badRequest), ("/tiles/gro-e-stadt/1/0/0?x=1", .badRequest), ("/tiles/other.json", .notFound),
    ("/tiles/WebMercatorQuad", .ok), ("/tiles", .ok), ("/health", .ok), ("/collections", .notFound),
    ("/assets/..%2FPackage.swift", .notFound),
  ])
  func everyPathIsAnsweredAsItShould(path: String, status: HTTPResponse.Status) async throws {
    try await with(.gzip) { application in
      let response = try await get(path, [:], from: application)
      #expect(response.status == status)
    }
  }
}

private final class CollectedBody: @unchecked Sendable {
  var bytes: [UInt8] = []

  struct Writer: ResponseBodyWriter {
    let body: CollectedBody

    mutating func write(_ buffer: ByteBuffer) async throws { body.bytes.append(contentsOf: buffer.readableBytesView) }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }
}
