import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import Testing

@testable import LageplanServer

/// A stored plan is seen by whoever may see what it was made of, and by nobody else.
struct TourCollectionsTests {
  private static func add(
    _ id: String, _ properties: [(String, PropertyKind)], _ values: [PropertyValue], isPublic: Bool = true, to store: Store
  ) throws {
    let descriptor = CollectionDescriptor(
      id: id, title: id, geometryKind: .point, storageCrs: .crs84,
      schema: Schema(properties: properties.map { PropertyDefinition(name: $0.0, kind: $0.1) }), isPublic: isPublic)
    var rest = [Feature(id: "1", geometry: .point(TestTown.place(column: 0, row: 0)), values: values)][...]
    _ = try store.importFeatures(into: descriptor) { rest.popFirst() }
    if !isPublic { try store.updateCollection(descriptor) }
  }

  @Test(arguments: [false, true]) func thePlanNamesTheCollectionsThatItsInspectorsWereReadFrom(hasShifts: Bool) async throws {
    let fill: @Sendable (Store) throws -> Void = { store in
      try TestTown.fill(store)
      try Self.add(
        "inspectors", [("shift_start", .text), ("shift_end", .text)], [.text("07:00"), .text("15:00")], to: store)
      guard hasShifts else { return }
      let day = try #require(CalendarDate(iso: "2026-12-01"))
      try Self.add(
        "shifts", [("inspector", .text), ("day", .date), ("start", .text), ("end", .text)],
        [.text("1"), .date(day), .text("08:00"), .text("12:00")], isPublic: false, to: store)
    }
    try await TestService.with(fill, isWritable: true) { service in
      let store = service.application.store
      let now = Instant(millisecondsSince1970: 1_793_000_000_000)
      let writes = try store.addToken(name: "bauhof", scope: .write, at: now)
      let reads = try store.addToken(name: "fahrer", scope: .read, collections: ["tours", "stops"], at: now)
      let made = try await service.send(
        .post, "/tours", headers: [.contentType: "application/json", .authorization: "Bearer \(writes)"],
        body: """
          {"collections":["playgrounds"],"serviceMinutes":10,"day":"2026-12-01","inspectors":{"collection":"inspectors"},
           "iterations":100,"store":true}
          """)
      #expect(made.status == 200, "\(made.text)")
      // There are no depots: they hide the plan from nobody. Hidden shifts do.
      let read = ["playgrounds", "inspectors"] + (hasShifts ? ["shifts"] : [])
      #expect(try store.tourPlans(limit: 10).map(\.collections) == [read])
      let id = try #require(try made.json["id"]?.text)
      let seen = try await service.get("/tours/\(id)", headers: [.authorization: "Bearer \(reads)"])
      #expect(seen.status == (hasShifts ? 404 : 200))
    }
  }
}
