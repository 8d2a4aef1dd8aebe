import Foundation
import LageplanFeatures
import TestSupport
import Testing

@testable import LageplanExchange

struct HttpClientTests {
  private func limits(_ configure: (inout FetchLimits) -> Void = { _ in }) -> FetchLimits {
    var limits = FetchLimits()
    limits.retries = 0
    limits.pauseMilliseconds = 1
    configure(&limits)
    return limits
  }

  @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1/", "/etc/passwd", "", "http://127.0.0.1/a b"])
  func otherSchemesAreRefused(address: String) throws {
    let error = #expect(throws: FetchError.self) { try HttpClient(limits: limits()).document(address, accepting: "*/*") }
    #expect(error.map { "\($0)" }?.contains("only http and https") == true)
  }

  @Test func redirectsAreFollowedWithinTheirLimitAndNotToOtherSchemes() throws {
    let server = try LoopbackServer { request, address in
      switch request.path {
      case "/end": .init(text: "done")
      case "/file": .init(302, headers: ["Location": "file:///etc/passwd"])
      default: .init(302, headers: ["Location": "\(address)/\(request.path == "/3" ? "end" : "3")"])
      }
    }
    let found = try HttpClient(limits: limits()).document(server.address + "/2", accepting: "*/*")
    #expect(found.bytes == Array("done".utf8))
    #expect(found.answer.address == server.address + "/end")
    #expect(throws: FetchError.self) {
      try HttpClient(limits: limits { $0.redirects = 1 }).document(server.address + "/2", accepting: "*/*")
    }
    #expect(throws: FetchError.self) { try HttpClient(limits: limits()).document(server.address + "/file", accepting: "*/*") }
  }

  @Test func detailOfAProblemDocumentIsTold() throws {
    let server = try LoopbackServer { _, _ in
      .init(404, type: "application/problem+json", text: #"{"title":"Not Found","detail":"There is no such collection."}"#)
    }
    let error = #expect(throws: FetchError.self) { try HttpClient(limits: limits()).document(server.address, accepting: "*/*") }
    #expect(error.map { "\($0)" }?.hasSuffix("answers 404: There is no such collection.") == true)
  }

  @Test func passwordOfAnAddressIsNeverTold() throws {
    let address = "http://gis:secret@127.0.0.1:1/wfs"
    let error = #expect(throws: FetchError.self) { try HttpClient(limits: limits()).document(address, accepting: "*/*") }
    #expect(error.map { "\($0)" }?.contains("secret") == false)
  }

  @Test func cancellationEndsTheWaiting() throws {
    let server = try LoopbackServer { _, _ in .init(503, text: "") }
    let client = try HttpClient(limits: limits { ($0.retries, $0.pauseMilliseconds) = (5, 60_000) }) { true }
    #expect(throws: FetchError.cancelled) { try client.document(server.address, accepting: "*/*") }
  }

  @Test(arguments: [
    "<a><b></a></b>", "<a", "<a>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a>&unknown;</a>", "<a b=c/>", "", "text",
    String(repeating: "<a>", count: 100_000),
  ])
  func xmlThatIsNoneIsRefused(text: String) {
    #expect(throws: XmlElement.Fault.self) { try XmlElement(parsing: Array(text.utf8)) }
  }

  @Test func xmlIsReadWithItsEntitiesAndNamespaces() throws {
    let text = #"<?xml version="1.0"?><!-- c --><n:a xmlns:n='u' b="1 &lt; 2"><n:c>x &amp; &#228;<![CDATA[<y>]]></n:c><d/></n:a>"#
    let element = try XmlElement(parsing: Array(text.utf8))
    #expect(element.name == "a")
    #expect(element.attributes == ["xmlns:n": "u", "b": "1 < 2"])
    #expect(element.children.map(\.name) == ["c", "d"])
    #expect(element["c"]?.text == "x & ä<y>")
  }

  /// What a stranger sends is read or refused, and never ends the program.
  @Test(arguments: Seed.hundred) func damagedTextsAreReadOrRefused(seed: Seed) throws {
    var random = seed
    let xml = Array(#"<?xml version="1.0"?><a:b xmlns:a="u"><!-- c --><d e='f &amp; &#228;'>g<![CDATA[<h>]]></d><i/></a:b>"#.utf8)
    let json = Array(
      #"""
      {"type":"FeatureCollection","crs":null,"features":[{"type":"Feature","id":"ä\u00df","properties":{"a":-1.5e3,"b":[1,{"c":null}],
      "d":true},"geometry":{"type":"Polygon","coordinates":[[[7,51],[8,51],[8,52],[7,51]]]}},{"type":"Feature","id":7,"properties":null,
      "geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[7,51,3]}]}}]}
      """#.utf8)
    try TemporaryFolder.with { folder in
      let file = folder.appendingPathComponent("a.geojson")
      for _ in 0..<20 {
        _ = try? XmlElement(parsing: damaged(xml, &random))
        try Data(damaged(json, &random)).write(to: file)
        _ = GeoJSONSource.recognises(file.path)
        _ = try? GeoJSONFrame(path: file.path, address: "a")
        if let source = try? GeoJSONSource(name: "a", paths: [file.path]) {
          while try source.advance() { _ = try? source.geometry() }
        }
      }
    }
  }

  /// Bytes changed, left out, doubled, or cut off at the end.
  private func damaged(_ text: [UInt8], _ random: inout some RandomNumberGenerator) -> [UInt8] {
    var result = text
    for _ in 0..<Int.random(in: 1...4, using: &random) where !result.isEmpty {
      let place = Int.random(in: 0..<result.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: result[place] = UInt8.random(in: 0...255, using: &random)
      case 1: result.remove(at: place)
      case 2: result.insert(Array("\"\\{}[],:<>&;-.0e".utf8).randomElement(using: &random) ?? 0, at: place)
      default: result.removeSubrange(place...)
      }
    }
    return result
  }
}
