import Foundation
import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanRouting
import LageplanStore
import TestSupport
import Testing

@testable import LageplanServer

/// Closures are an ordinary collection: what is written to it the next answer respects.
@Suite struct RoutingClosureTests {
  /// From p10 to p20: 60 s straight on; round the block past p11 and p21 260 s.
  private static let path = "/routing/v1/table?from=10.71,52.4&to=10.72,52.4"
  private static let straight = 60.0
  private static let round = 260.0

  private func duration(_ service: TestService, _ profile: String = "car") async throws -> Double? {
    try await service.get(Self.path + "&profile=\(profile)").json["durations"]?[0]?[0]?.number
  }

  /// A line along the street between p10 and p20.
  private func closure(_ id: String, _ values: [PropertyValue]) -> Feature {
    Feature(
      id: id, geometry: .lineString([Coordinate(x: 10.7105, y: 52.4), Coordinate(x: 10.7195, y: 52.4)]),
      values: values)
  }

  private func write(_ features: [Feature], _ store: Store) throws {
    var rest = features[...]
    _ = try store.importFeatures(into: RoutingTown.closures) { rest.popFirst() }
  }

  @Test func theNextAnswerRespectsAClosure() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      #expect(try await duration(service) == Self.straight)
      try write([closure("c", [.text("closed"), .null, .null, .null, .null])], service.application.store)
      #expect(try await duration(service) == Self.round)
      #expect(try await service.get("/routing/v1/profiles").json["closures"]?.array?.count == 1)
      _ = try service.application.store.edit([FeatureEdit(.delete(id: "c"))], in: "closures", actor: nil)
      #expect(try await duration(service) == Self.straight)
    }
  }

  @Test func aClosureHoldsForItsProfiles() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      try write([closure("c", [.text("closed"), .null, .text("car, bicycle"), .null, .null])], service.application.store)
      #expect(try await duration(service) == Self.round)
      #expect(try await duration(service, "foot") == 10 * Self.straight)
    }
  }

  @Test func aSlowZoneSlows() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let area = Geometry.polygon([
        [(10.71, 52.399), (10.72, 52.399), (10.72, 52.401), (10.71, 52.401), (10.71, 52.399)].map {
          Coordinate(x: $0.0, y: $0.1)
        }
      ])
      try write(
        [Feature(id: "s", geometry: area, values: [.text("slow"), .real(20.4), .null, .null, .null])], service.application.store)
      // 680 m at 20.4 km/h.
      let slowed = try #require(try await duration(service))
      #expect(abs(slowed - 120) < 1)
    }
  }

  @Test(arguments: [
    ("2001-01-01T00:00:00Z", "2002-01-01", false), ("2001-01-01T00:00:00Z", "2999-01-01", true),
    ("2999-01-01T00:00:00Z", nil, false), (nil, "2002-01-01", false), (nil, nil, true),
  ])
  func aClosureHoldsFromItsBeginToItsEnd(from: String?, to: String?, holds: Bool) async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let begin = from.flatMap { Instant(iso: $0) }.map { PropertyValue.dateTime($0) } ?? .null
      let end = to.flatMap { CalendarDate(iso: $0) }.map { PropertyValue.date($0) } ?? .null
      try write([closure("c", [.text("closed"), .null, .null, begin, end])], service.application.store)
      #expect(try await duration(service) == (holds ? Self.round : Self.straight))
    }
  }

  /// Without any write: a closure begins by itself.
  @Test func aClosureBeginsByItself() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let begin = Instant(millisecondsSince1970: Instant.now.millisecondsSince1970 + 2_500)
      try write([closure("c", [.text("closed"), .null, .null, .dateTime(begin), .null])], service.application.store)
      if Instant.now < begin {
        let early = try await duration(service)
        if Instant.now < begin { #expect(early == Self.straight) }
      }
      while Instant.now < begin { try await Task.sleep(for: .milliseconds(50)) }
      #expect(try await duration(service) == Self.round)
    }
  }

  @Test func whatCannotBeMeantIsLeftOutAndTold() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      try write(
        [
          closure("good", [.text("closed"), .null, .null, .null, .null]),
          closure("word", [.text("shut"), .null, .null, .null, .null]),
          closure("speed", [.text("slow"), .null, .null, .null, .null]),
          Feature(id: "nowhere", geometry: nil, values: [.text("closed"), .null, .null, .null, .null]),
        ], service.application.store)
      #expect(try await duration(service) == Self.round)
      let told = try await service.get("/routing/v1/profiles").json
      #expect(told["closures"]?.array?.compactMap(\.text) == ["good"])
      #expect(Set(told["closuresLeftOut"]?.array?.compactMap { $0["id"]?.text } ?? []) == ["word", "speed", "nowhere"])
    }
  }

  @Test func aClosureKnowsProfilesByTheirOtherNames() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      try write([closure("c", [.text("closed"), .null, .text("auto, cycling"), .null, .null])], service.application.store)
      #expect(try await duration(service) == Self.round)
      #expect(try await duration(service, "foot") == 10 * Self.straight)
      // Nobody cycles here, and that is no fault.
      #expect(try await service.get("/routing/v1/profiles").json["closuresLeftOut"]?.array?.isEmpty == true)
    }
  }

  @Test func wordsThatAreNoProfilesAreTold() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      try write([closure("none", [.text("closed"), .null, .text("cars"), .null, .null])], service.application.store)
      #expect(try await duration(service) == Self.straight)
      let told = try await service.get("/routing/v1/profiles").json["closuresLeftOut"]?[0]
      #expect(told?["id"] == "none")
      #expect(told?["reason"]?.text?.contains("\"cars\"") == true)
      try write([closure("some", [.text("closed"), .null, .text("car,lorry"), .null, .null])], service.application.store)
      #expect(try await duration(service) == Self.round)
      let both = try await service.get("/routing/v1/profiles").json
      #expect(Set(both["closuresLeftOut"]?.array?.compactMap { $0["id"]?.text } ?? []) == ["none", "some"])
      #expect(both["closures"]?.array?.compactMap(\.text) == ["some"])
    }
  }

  @Test func aClosureThatEndsBeforeItBeginsIsTold() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let begin = try #require(Instant(iso: "2026-05-02T00:00:00Z"))
      let end = try #require(CalendarDate(iso: "2026-04-30"))
      try write([closure("c", [.text("closed"), .null, .null, .dateTime(begin), .date(end)])], service.application.store)
      _ = try await duration(service)
      #expect(try await service.get("/routing/v1/profiles").json["closuresLeftOut"]?[0]?["id"] == "c")
    }
  }

  @Test func hiddenClosuresHoldAndAreNotTold() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      try write([closure("c", [.text("closed"), .null, .null, .null, .null])], service.application.store)
      var hidden = RoutingTown.closures
      hidden.isPublic = false
      try service.application.store.updateCollection(hidden)
      #expect(try await duration(service) == Self.round)
      let told = try await service.get("/routing/v1/profiles").json
      #expect(told["closures"] == nil)
      #expect(try await service.get("/health").json["roads"]?["closures"] == nil)
    }
  }

  // MARK: The file

  @Test func anotherFileIsTakenAndABrokenOneIsNot() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      #expect(try await duration(service) == Self.straight)
      let path = service.application.roads.path
      try Data("no roads".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      // What was open stays in use.
      #expect(try await duration(service) == Self.straight)
      #expect(try await service.get("/health").json["roads"]?["status"] == "stale")
      try RoutingTown.roads.write(to: path)
      #expect(try await duration(service) == Self.straight)
      #expect(try await service.get("/health").json["roads"]?["status"] == "ready")
    }
  }

  @Test func aBrokenFileThatIsTakenAwayIsForgotten() async throws {
    try await TestService.with(RoutingTown.fill) { service in
      let file = URL(fileURLWithPath: service.application.roads.path)
      try Data("no roads".utf8).write(to: file, options: .atomic)
      _ = try await duration(service)
      try FileManager.default.removeItem(at: file)
      #expect(try await service.get(Self.path).status == 404)
      let roads = try await service.get("/health").json["roads"]
      #expect(roads?["status"] == "none")
      #expect(roads?["reason"] == nil)
    }
  }

  @Test func aBrokenFileAtTheStartIsTold() async throws {
    try await TestService.with(TestTown.fill) { service in
      try Data("no roads".utf8).write(to: URL(fileURLWithPath: service.application.roads.path))
      let reply = try await service.get(Self.path)
      #expect(reply.status == 503)
      #expect(try reply.json["code"] == "roads-unreadable")
      #expect(try await service.get("/health").json["roads"]?["status"] == "unreadable")
    }
  }
}
