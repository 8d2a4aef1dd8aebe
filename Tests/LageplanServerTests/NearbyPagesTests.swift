import LageplanFeatures
import Testing

@testable import LageplanServer

/// Lists by nearness go on page by page: the oracle is the list in one piece.
@Suite struct NearbyPagesTests {
  private func ids(_ document: JSONValue) -> [String] { document["features"]?.array?.compactMap { $0["id"]?.text } ?? [] }

  private func next(_ document: JSONValue) -> String? {
    let link = document["links"]?.array?.first { $0["rel"] == "next" }
    return link?["href"]?.text.map { String($0.dropFirst("http://town.example:8080".count)) }
  }

  @Test(arguments: ["", "&radius=2500", "&bbox=10.705,52.405,10.8,52.5", "&area=202"])
  func theNearestComePageByPage(condition: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let base = "/collections/playgrounds/items?near=10.7234,52.4178\(condition)"
      let whole = try await service.get(base).json
      var path: String? = "\(base)&limit=3"
      var seen: [String] = []
      var pages = 0
      while let asked = path, pages < 20 {
        let page = try await service.get(asked).json
        seen += ids(page)
        path = next(page)
        pages += 1
        #expect(ids(page).count == 3 || path == nil)
      }
      #expect(seen == ids(whole))
      #expect(next(whole) == nil)
      #expect(whole["numberMatched"]?.integer == Int64(seen.count))
    }
  }

  @Test func alongALineTheNextPageGoesOn() async throws {
    try await TestService.with(TestTown.fill) { service in
      let line = #"{"type":"LineString","coordinates":[[10.69,52.405],[10.75,52.405],[10.75,52.435],[10.69,52.435]]}"#
      let base = "/collections/playgrounds/search?radius=1200"
      let whole = try await service.post(base, line).json
      var path: String? = "\(base)&limit=4"
      var seen: [String] = []
      while let asked = path, seen.count < 100 {
        let page = try await service.post(asked, line).json
        seen += ids(page)
        path = next(page)
      }
      #expect(seen == ids(whole))
      #expect(seen.count > 12)
    }
  }
}
