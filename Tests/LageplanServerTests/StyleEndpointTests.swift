import Foundation
import HTTPTypes
import LageplanFeatures
import LageplanStore
import LageplanTiles
import Testing

@testable import LageplanServer

@Suite struct StyleEndpointTests {
  private static func ids(_ reply: TestService.Reply) throws -> Set<String> {
    Set((try reply.json["styles"]?.array ?? []).compactMap { $0["id"]?.text })
  }

  @Test func hiddenCollectionsHaveStylesForThoseWhoMaySeeThem() async throws {
    try await TestService.with(TestTown.fill) { service in
      let token = try service.application.store.addToken(
        name: "bauhof", scope: .read, at: Instant(millisecondsSince1970: 1_700_000_000_000))
      let bearer: HTTPFields = [.authorization: "Bearer \(token)"]
      #expect(try Self.ids(try await service.get("/styles")).isSuperset(of: ["lageplan", "lageplan-dark", "parks"]))
      #expect(try !Self.ids(try await service.get("/styles")).contains("secret"))
      #expect(try Self.ids(try await service.get("/styles", headers: bearer)).contains("secret"))
      for end in ["", "-dark", "-contrast", "/metadata"] {
        let refused = try await service.get("/styles/secret\(end)")
        #expect(refused.status == 404)
        // The answer for a style that never was, but for its name.
        let missing = try await service.get("/styles/nothing\(end)")
        #expect(refused.text.replacing("secret", with: "nothing") == missing.text)
        #expect(try await service.get("/styles/secret\(end)", headers: bearer).status == 200)
      }
      #expect(try await service.get("/styles/lageplan", headers: bearer).text.contains("/tiles/secret.json"))
    }
  }

  @Test(arguments: ["", "-dark", "-contrast"]) func everyStyleServedIsValid(end: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let icons = Set(try service.application.styles.sheet(.light, ratio: 1).sheet.names)
      for id in ["lageplan", "playgrounds", "parks", "equipment"] {
        let style = try await service.get("/styles/\(id)\(end)").json
        #expect(StyleValidator(icons: icons).issues(in: style) == [], "\(id)\(end)")
      }
    }
  }

  @Test func addressesAreThoseUnderWhichTheServiceWasAsked() async throws {
    try await TestService.with(TestTown.fill, publicUrl: "https://geo.example.org/karten/") { service in
      let style = try await service.get("/styles/parks").json
      #expect(style["sources"]?["parks"]?["url"] == "https://geo.example.org/karten/tiles/parks.json")
      #expect(style["glyphs"] == "https://geo.example.org/karten/fonts/{fontstack}/{range}.pbf")
      #expect(style["sprite"] == "https://geo.example.org/karten/sprites/icons")
    }
  }

  @Test func theFilesOfThisProjectAreFlawless() async throws {
    try await TestService.with(TestTown.fill) { service in
      let shelf = service.application.styles
      let icons = Set(try shelf.sheet(.light, ratio: 1).sheet.names)
      for style in shelf.styles() { #expect(StyleValidator(icons: icons).issues(in: style.document) == [], "\(style.id)") }
      // Drawings that cannot be read would be missing.
      let files = try FileManager.default.contentsOfDirectory(
        atPath: Resources().folder(.styles)?.appendingPathComponent("icons").path ?? "")
      #expect(icons.count == files.count { $0.hasSuffix(".svg") })
    }
  }

  @Test(arguments: ["/styles/lageplan?f=html", "/styles/lageplan?variant=dark", "/fonts?f=pbf", "/sprites/icons.png?x=1"])
  func parametersThatMeanNothingAreRefused(path: String) async throws {
    try await TestService.with(TestTown.fill) { service in
      let reply = try await service.get(path)
      #expect(reply.status == 400)
    }
  }
}
