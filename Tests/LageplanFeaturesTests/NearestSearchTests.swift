import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

/// Oracles: the distance to every feature, sorted. No envelope, no search.
@Suite struct NearestSearchTests {
  struct Hit: Hashable {
    var number: Int64
    var distance: Double
  }

  private static let schema = Schema(properties: [PropertyDefinition(name: "group", kind: .integer)])

  /// Features around `centre` (degrees), stored in `crs`: a dense town and a sparse land around it.
  private static func collection(
    _ count: Int, around centre: Coordinate, spread: Double, crs: CoordinateReferenceSystem, seed: UInt64,
    shape: (Coordinate, inout Seed) -> Geometry
  ) throws -> InMemoryFeatureReader {
    var seed = Seed(seed)
    let transform = try CoordinateTransform(from: .crs84, to: crs)
    let features = try (0..<count).map { index in
      let reach = index % 3 == 0 ? spread : spread / 20
      let place = Coordinate(
        longitude: centre.x + Double.random(in: -reach...reach, using: &seed),
        latitude: centre.y + Double.random(in: -reach...reach, using: &seed))
      var geometry = shape(place, &seed)
      try transform.transform(&geometry)
      return Feature(id: "f\(index)", geometry: geometry, values: [.integer(Int64(index % 4))])
    }
    return try InMemoryFeatureReader(
      descriptor: CollectionDescriptor(
        id: "c", title: "C", geometryKind: nil, storageCrs: crs, schema: schema),
      features: features + [Feature(id: "nowhere", geometry: nil, values: [.integer(0)])])
  }

  private static func point(_ place: Coordinate, _ seed: inout Seed) -> Geometry { .point(place) }

  /// Lines and polygons of about 100 m, whose edges are too short to be bent by the projection.
  private static func shape(_ place: Coordinate, _ seed: inout Seed) -> Geometry {
    func beside(_ x: Double, _ y: Double) -> Coordinate { Coordinate(x: place.x + x * 1e-3, y: place.y + y * 1e-3) }
    switch Int.random(in: 0..<4, using: &seed) {
    case 0: return .lineString([place, beside(1, 0.5), beside(1.5, -0.5)])
    case 1: return .multiPoint([place, beside(1, 1)])
    case 2: return .polygon([[place, beside(1, 0), beside(1, 1), beside(0, 1), place]])
    default:
      return .polygon([
        [place, beside(2, 0), beside(2, 2), beside(0, 2), place],
        [beside(0.5, 0.5), beside(0.5, 1.5), beside(1.5, 1.5), beside(1.5, 0.5), beside(0.5, 0.5)],
      ])
    }
  }

  /// The features' numbers and their geometry in degrees.
  private func placed(_ reader: InMemoryFeatureReader) throws -> [(Int64, Geometry)] {
    let transform = try CoordinateTransform(from: reader.descriptor.storageCrs, to: .crs84)
    return try reader.features.compactMap { feature in
      guard var geometry = feature.geometry else { return nil }
      try transform.transform(&geometry)
      return (feature.number, geometry)
    }
  }

  private func bruteForce(_ placed: [(Int64, Geometry)], _ place: Coordinate) -> [Hit] {
    let ruler = GeodesicDistance(from: place)
    return placed.compactMap { number, geometry in
      let distance =
        geometry.kind == .point ? Geodesic.distance(place, geometry.coordinates[0]) : ruler.distance(to: geometry)
      return distance.map { Hit(number: number, distance: $0.value) }
    }.sorted { ($0.distance, $0.number) < ($1.distance, $1.number) }
  }

  private func search(
    _ reader: some FeatureReading, _ place: Coordinate, count: Int, radius: Double? = nil, query: FeatureQuery,
    descriptor: CollectionDescriptor
  ) throws -> [Hit] {
    var hits: [Hit] = []
    try reader.nearest(
      to: place, count: count, radius: radius.map { Metres($0) }, query: query, descriptor: descriptor
    ) { row, distance in
      hits.append(Hit(number: row.number, distance: distance.value))
      return .next
    }
    return hits
  }

  struct Setting: Sendable, CustomStringConvertible {
    var crs: CoordinateReferenceSystem
    var centre: Coordinate
    var description: String { "\(crs) at \(centre.x), \(centre.y)" }

    /// The edges of UTM zones 31/32 and 32/33, each stored in both neighbours' frames, and other frames.
    static let all = [
      Setting(crs: .utm32, centre: Coordinate(x: 6, y: 50.8)), Setting(crs: .epsg(25831), centre: Coordinate(x: 6, y: 50.8)),
      Setting(crs: .utm32, centre: Coordinate(x: 12, y: 51.3)), Setting(crs: .utm33, centre: Coordinate(x: 12, y: 51.3)),
      Setting(crs: .webMercator, centre: Coordinate(x: 10.8, y: 52.4)),
      Setting(crs: .wgs84, centre: Coordinate(x: 10.8, y: 52.4)),
      Setting(crs: .epsg(31467), centre: Coordinate(x: 9.2, y: 48.8)),
    ]
  }

  @Test(arguments: Setting.all) func nearestPointsAreExact(setting: Setting) throws {
    let reader = try Self.collection(400, around: setting.centre, spread: 0.5, crs: setting.crs, seed: 1, shape: Self.point)
    let placed = try placed(reader)
    var seed = Seed(2)
    for round in 0..<100 {
      // Within the town, about it, and far outside.
      let reach = [0.02, 0.6, 5][round % 3]
      let place = Coordinate(
        longitude: setting.centre.x + Double.random(in: -reach...reach, using: &seed),
        latitude: setting.centre.y + Double.random(in: -reach...reach, using: &seed))
      let count = [1, 10, 50, 500][round % 4]
      let query = FeatureQuery(collection: "c")
      let all = bruteForce(placed, place)
      #expect(try search(reader, place, count: count, query: query, descriptor: reader.descriptor) == Array(all.prefix(count)))
      let radius = all[min(all.count - 1, round * 3)].distance
      #expect(
        try search(reader, place, count: 1000, radius: radius, query: query, descriptor: reader.descriptor)
          == all.filter { $0.distance <= radius })
    }
  }

  @Test(arguments: Setting.all) func nearestLinesAndPolygonsAreExact(setting: Setting) throws {
    let reader = try Self.collection(200, around: setting.centre, spread: 0.2, crs: setting.crs, seed: 3, shape: Self.shape)
    let placed = try placed(reader)
    var seed = Seed(4)
    for round in 0..<100 {
      let reach = [0.01, 0.3][round % 2]
      let place = Coordinate(
        longitude: setting.centre.x + Double.random(in: -reach...reach, using: &seed),
        latitude: setting.centre.y + Double.random(in: -reach...reach, using: &seed))
      let found = try search(
        reader, place, count: 12, query: FeatureQuery(collection: "c"), descriptor: reader.descriptor)
      #expect(found == Array(bruteForce(placed, place).prefix(12)))
    }
  }

  @Test func filterAndAreaNarrowTheSearch() throws {
    let reader = try Self.collection(
      500, around: Coordinate(x: 10.8, y: 52.4), spread: 0.5, crs: .utm32, seed: 5, shape: Self.point)
    let place = Coordinate(x: 10.81, y: 52.41)
    var query = FeatureQuery(collection: "c", filter: .compare(property: "group", .equal, .integer(3)))
    let all = bruteForce(try placed(reader), place)
    let ofGroup = Set(reader.features.filter { $0.values == [.integer(3)] }.map(\.number))
    let expected = all.filter { ofGroup.contains($0.number) }
    #expect(try search(reader, place, count: 20, query: query, descriptor: reader.descriptor) == Array(expected.prefix(20)))

    let extent = try #require(reader.descriptor.storageExtent)
    let west = Envelope(minX: extent.minX, minY: extent.minY, maxX: extent.centre.x, maxY: extent.maxY)
    query.spatial = .rectangle(west)
    let inside = Set(
      reader.features.filter { $0.geometry.map { west.contains($0.coordinates[0]) } ?? false }.map(\.number))
    #expect(
      try search(reader, place, count: 20, query: query, descriptor: reader.descriptor)
        == Array(expected.filter { inside.contains($0.number) }.prefix(20)))
  }

  @Test func tiesComeByNumberAndRowsCarryWhatWasAsked() throws {
    let crs = CoordinateReferenceSystem.wgs84
    let here = Geometry.point(Coordinate(x: 10, y: 50))
    let descriptor = CollectionDescriptor(id: "c", title: "C", geometryKind: .point, storageCrs: crs, schema: Self.schema)
    let reader = try InMemoryFeatureReader(
      descriptor: descriptor,
      features: [9, 3, 7, 1].map { Feature(id: "n\($0)", number: $0, geometry: here, values: [.integer($0)]) })
    var seen: [String] = []
    try reader.nearest(
      to: Coordinate(x: 10, y: 50), count: 3, query: FeatureQuery(collection: "c", geometry: false), descriptor: reader.descriptor
    ) { row, distance in
      #expect(row.geometry == nil)
      #expect(distance == Metres(0))
      seen.append("\(String(decoding: row.id, as: UTF8.self)) \(row.values[0].value(as: .integer))")
      return seen.count == 2 ? .stop : .next
    }
    #expect(seen == ["n1 integer(1)", "n3 integer(3)"])
  }

  @Test func unknownExtentIsNoHindrance() throws {
    let reader = try Self.collection(
      50, around: Coordinate(x: 10.8, y: 52.4), spread: 0.5, crs: .utm32, seed: 6, shape: Self.point)
    var blind = reader.descriptor
    (blind.extent, blind.storageExtent, blind.featureCount) = (nil, nil, 0)
    let place = Coordinate(x: 10.7, y: 52.3)
    let found = try search(reader, place, count: 5, query: FeatureQuery(collection: "c"), descriptor: blind)
    #expect(found == Array(bruteForce(try placed(reader), place).prefix(5)))
  }

  @Test func placesAtTheEndsOfTheWorldAreAnswered() throws {
    let reader = try Self.collection(
      50, around: Coordinate(x: 10.8, y: 52.4), spread: 0.5, crs: .utm32, seed: 7, shape: Self.point)
    for place in [
      Coordinate(x: 0, y: 90), Coordinate(x: 0, y: -90), Coordinate(x: 180, y: 0), Coordinate(x: -169.2, y: -52.4),
      Coordinate(x: -180, y: 52),
    ] {
      let found = try search(reader, place, count: 5, query: FeatureQuery(collection: "c"), descriptor: reader.descriptor)
      #expect(found == Array(bruteForce(try placed(reader), place).prefix(5)))
    }
  }

  @Test func distanceToALongEdgeIsToTheEdgeAsStored() throws {
    // 60 km, straight in UTM: its chord in degrees would pass some 70 m beside it.
    let ends = [Coordinate(x: 570_000, y: 5_700_000), Coordinate(x: 630_000, y: 5_701_000)]
    let reader = try InMemoryFeatureReader(
      descriptor: CollectionDescriptor(id: "c", title: "C", geometryKind: nil, storageCrs: .utm32, schema: Self.schema),
      features: [Feature(id: "line", geometry: .lineString(ends), values: [.null])])
    let transform = try CoordinateTransform(from: .utm32, to: .crs84)
    var seed = Seed(8)
    for _ in 0..<20 {
      let place = try transform.transform(
        Coordinate(
          x: Double.random(in: 575_000...625_000, using: &seed), y: Double.random(in: 5_699_000...5_703_000, using: &seed)))
      let found = try search(reader, place, count: 1, query: FeatureQuery(collection: "c"), descriptor: reader.descriptor)
      let nearest = try Walk.nearest(to: place) { t in
        try transform.transform(Coordinate(x: ends[0].x * (1 - t) + ends[1].x * t, y: ends[0].y * (1 - t) + ends[1].y * t))
      }
      let distance = try #require(found.first).distance
      #expect(abs(distance - nearest.distance) <= 0.001 * nearest.distance, "\(distance) against \(nearest)")
    }
  }
}

@Suite struct AlongTests {
  @Test(arguments: [CoordinateReferenceSystem.utm32, .utm33, .wgs84]) func orderIsAlongTheLine(
    crs: CoordinateReferenceSystem
  ) throws {
    var seed = Seed(11)
    let transform = try CoordinateTransform(from: .crs84, to: crs)
    let places = (0..<800).map { _ in
      Coordinate(
        longitude: Double.random(in: 11.9...12.1, using: &seed), latitude: Double.random(in: 51.2...51.4, using: &seed))
    }
    let reader = try InMemoryFeatureReader(
      descriptor: CollectionDescriptor(id: "c", title: "C", geometryKind: .point, storageCrs: crs, schema: Schema()),
      features: try places.enumerated().map { index, place in
        Feature(id: "p\(index)", number: Int64(index + 1), geometry: .point(try transform.transform(place)), values: [])
      })
    let line = try #require(
      GeodesicLine([
        Coordinate(x: 11.92, y: 51.22), Coordinate(x: 12.0, y: 51.3), Coordinate(x: 12.05, y: 51.28),
        Coordinate(x: 12.08, y: 51.38),
      ]))
    let radius = 700.0
    var found: [(number: Int64, distance: Double, along: Double)] = []
    try reader.along(
      line, radius: Metres(radius), count: 1000, query: FeatureQuery(collection: "c"), descriptor: reader.descriptor
    ) { row, distance, along in
      found.append((row.number, distance.value, along.value))
      return .next
    }
    #expect(found.map(\.along) == found.map(\.along).sorted())
    let byNumber = Dictionary(uniqueKeysWithValues: found.map { ($0.number, $0) })
    for (index, place) in places.enumerated() where index % 8 == 0 {
      // The nearest place of each edge; the first of equals.
      var nearest = (distance: Double.infinity, along: 0.0)
      var passed = 0.0
      for (a, b) in zip(line.vertices, line.vertices.dropFirst()) {
        func at(_ t: Double) -> Coordinate { Coordinate(x: a.x * (1 - t) + b.x * t, y: a.y * (1 - t) + b.y * t) }
        let here = Walk.nearest(to: place, at)
        if here.distance < nearest.distance {
          nearest = (here.distance, passed + Geodesic.distance(a, at(here.t)).value)
        }
        passed += Geodesic.distance(a, b).value
      }
      if abs(nearest.distance - radius) < 1 { continue }
      let hit = byNumber[Int64(index + 1)]
      #expect((hit != nil) == (nearest.distance < radius))
      guard let hit else { continue }
      #expect(abs(hit.distance - nearest.distance) <= 0.001 * nearest.distance)
      #expect(abs(hit.along - nearest.along) < 5)
    }
    #expect(found.count > 50)

    // Fewer than there are: the first along the line.
    var first: [Int64] = []
    try reader.along(
      line, radius: Metres(radius), count: 7, query: FeatureQuery(collection: "c"), descriptor: reader.descriptor
    ) { row, _, _ in
      first.append(row.number)
      return .next
    }
    #expect(first == found.prefix(7).map(\.number))
  }
}

/// The oracle of distances to an edge: a walk along it in steps, three times, ever finer around the nearest.
private enum Walk {
  static func nearest(
    to place: Coordinate, _ edge: (Double) throws -> Coordinate
  ) rethrows -> (t: Double, distance: Double) {
    var (low, high) = (0.0, 1.0)
    var best = (t: 0.0, distance: Double.infinity)
    for _ in 0..<3 {
      let step = (high - low) / 60
      for index in 0...60 {
        let t = low + Double(index) * step
        let distance = Geodesic.distance(place, try edge(t)).value
        if distance < best.distance { best = (t, distance) }
      }
      (low, high) = (max(0, best.t - step), min(1, best.t + step))
    }
    return best
  }
}
