import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import Testing

struct TourWorkTests {
  private let descriptor = CollectionDescriptor(
    id: "equipment", title: "Equipment", geometryKind: nil, storageCrs: .utm32,
    schema: Schema(properties: [
      PropertyDefinition(name: "kind", kind: .text), PropertyDefinition(name: "minutes", kind: .real),
      PropertyDefinition(name: "playground", kind: .text, reference: "playgrounds"),
    ]))

  /// Three features around 620000, 5808000 in UTM zone 32, a hundred metres apart, and one without a place.
  private func reader() throws -> InMemoryFeatureReader {
    var features: [Feature] = []
    for index in 0..<4 {
      let place = Coordinate(x: 620_000 + Double(index) * 100, y: 5_808_000)
      let minutes: PropertyValue = index == 2 ? .null : .real(Double(index) + 0.5)
      features.append(
        Feature(
          id: "e\(index)", number: Int64(index + 1), geometry: index == 3 ? nil : .point(place),
          values: [.text(index == 1 ? "swing" : "slide"), minutes, .text("p7")]))
    }
    return try InMemoryFeatureReader(descriptor: descriptor, features: features)
  }

  private func select(
    _ selection: TourRequest.Selection = .all, filter: TourRequest.Filter? = nil, service: TourRequest.Told<Seconds> = .fixed(60),
    collections: [String] = ["equipment"],
    limits: TourLimits = .standard
  ) throws -> [TourFeature] {
    let place = Coordinate(longitude: 10, latitude: 52)
    let inspector = TourRequest.Inspector(id: "A", start: place, end: place, shiftStart: 0, shiftEnd: 3600)
    let request = TourRequest(
      collections: collections, filter: filter, selection: selection, service: service, day: CalendarDate(daysSince1970: 20_000),
      inspectors: [inspector])
    return try TourWork.select(request, reader: reader(), descriptors: [descriptor], limits: limits)
  }

  @Test func wholeCollectionIsSelected() throws {
    let features = try select(.all, service: .property("minutes", fallback: 600))
    #expect(features.map(\.reference.id) == ["e0", "e1", "e2", "e3"])
    #expect(features.map(\.service) == [30, 90, 600, 210])
    #expect(features.map { $0.location == nil } == [false, false, false, true])
    #expect(features.allSatisfy { $0.whole == FeatureReference(collection: "playgrounds", id: "p7") })
  }

  @Test func placesThatAreSwappedOrFarFromAllWorkAreFaults() throws {
    func faults(_ start: Coordinate, pin: String = "equipment") throws -> [TourRequestFault] {
      let inspector = TourRequest.Inspector(
        id: "A", start: start, end: Coordinate(longitude: 10, latitude: 52), shiftStart: 0, shiftEnd: 3600)
      var request = TourRequest(
        collections: ["equipment"], service: .fixed(60), day: CalendarDate(daysSince1970: 20_000), inspectors: [inspector])
      request.pins = [TourRequest.Pin(feature: FeatureReference(collection: pin, id: "e1"), inspector: "A", day: nil)]
      do {
        _ = try TourWork(request, reader: reader(), descriptors: [descriptor])
        return []
      } catch let error as TourRequestError {
        return error.faults
      }
    }
    #expect(try faults(Coordinate(longitude: 11, latitude: 52)) == [])
    let swapped = try #require(try faults(Coordinate(longitude: 52, latitude: 11)).first)
    #expect((swapped.code, swapped.path) == ("farAway", "$.inspectors[0].start"))
    #expect(swapped.remedy.hasPrefix("swap"))
    let far = try faults(Coordinate(longitude: 100, latitude: 52))
    #expect(far.map(\.code) == ["farAway"] && far.allSatisfy { !$0.remedy.hasPrefix("swap") })
    let strange = try faults(Coordinate(longitude: 11, latitude: 52), pin: "trees")
    #expect(strange.map(\.path) == ["$.pins[0].feature"])
  }

  @Test func filterSelectsByPropertyValue() throws {
    #expect(try select(filter: .equalities([.init(property: "kind", value: "swing")])).map(\.reference.id) == ["e1"])
    #expect(try select(filter: .equalities([.init(property: "minutes", value: nil)])).map(\.reference.id) == ["e2"])
  }

  @Test func placeSelectsInDegrees() throws {
    let toDegrees = try CoordinateTransform(from: .utm32, to: .crs84)
    let centre = try toDegrees.transform(Coordinate(x: 620_100, y: 5_808_000))
    let box = Envelope(minX: centre.x - 0.0001, minY: centre.y - 0.0001, maxX: centre.x + 0.0001, maxY: centre.y + 0.0001)
    #expect(try select(.near(centre, radius: Metres(99))).map(\.reference.id) == ["e1"])
    #expect(try select(.near(centre, radius: Metres(101))).map(\.reference.id) == ["e0", "e1", "e2"])
    #expect(try select(.bbox(box)).map(\.reference.id) == ["e1"])
    let triangle = Geometry.polygon([
      [
        Coordinate(x: box.minX, y: box.minY), Coordinate(x: box.maxX, y: box.minY), Coordinate(x: centre.x, y: box.maxY),
        Coordinate(x: box.minX, y: box.minY),
      ]
    ])
    #expect(try select(.polygon(triangle)).map(\.reference.id) == ["e1"])
  }

  @Test func whatTheDataRefuseIsToldAtOnce() throws {
    let error = #expect(throws: TourRequestError.self) {
      try select(
        filter: .equalities([.init(property: "colour", value: "red"), .init(property: "minutes", value: "many")]),
        service: .property("kind", fallback: nil), collections: ["equipment", "unicorns"])
    }
    #expect(
      error?.faults.map { "\($0.code) \($0.path)" } == [
        "unknownProperty $.filter", "wrongType $.filter", "wrongType $.serviceMinutes.property",
        "unknownCollection $.collections[1]",
      ])
  }

  @Test func tooManyFeaturesAreRefused() throws {
    #expect(try select(.all, limits: TourLimits(features: 4)).count == 4)
    let error = #expect(throws: TourRequestError.self) { try select(.all, limits: TourLimits(features: 3)) }
    #expect(error?.faults.map(\.code) == ["tooMany"])
  }
}
