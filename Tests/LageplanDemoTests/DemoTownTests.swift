import LageplanDemo
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

/// A small town, made once: most facts hold at any size.
private let town = Result { try DemoTown(seed: 1, scale: 0.1) }

@Suite struct DemoTownTests {
  @Test func sameSeedGivesTheSameTown() throws {
    let first = try DemoTown(seed: 7, scale: 0.02)
    let second = try DemoTown(seed: 7, scale: 0.02)
    for collection in DemoCollection.allCases {
      #expect(Array(first.features(of: collection)) == Array(second.features(of: collection)))
    }
  }

  @Test func anotherSeedGivesAnotherTown() throws {
    let first = try DemoTown(seed: 7, scale: 0.02)
    let second = try DemoTown(seed: 8, scale: 0.02)
    for collection in DemoCollection.allCases where collection != .depots {
      #expect(Array(first.features(of: collection)) != Array(second.features(of: collection)), "\(collection)")
    }
  }

  @Test(arguments: [0, -1, 0.001, 1000, Double.nan]) func unusableScaleIsRefused(scale: Double) {
    #expect(throws: DemoError.self) { try DemoTown(seed: 1, scale: scale) }
  }

  /// The counts that the sample town promises, at full size.
  @Test func theWholeTownHasItsNumbers() throws {
    let whole = try DemoTown()
    #expect(whole.count(of: .districts) == 40)
    #expect(whole.count(of: .playgrounds) == 200)
    #expect(whole.count(of: .equipment) == 1500)
    #expect(whole.count(of: .trees) == 60_000)
    #expect(whole.count(of: .greenAreas) == 2800)
    #expect(whole.count(of: .signs) == 12_000)
    #expect(whole.count(of: .sensors) == 300)
    #expect(whole.count(of: .depots) == 4)
    let districts = Array(whole.features(of: .districts))
    #expect(districts.reduce(0) { $0 + whole.integer($1, "inhabitants", .districts) } == 124_371)
    // Printed in hundredths: sum the hundredths, not the rounding of doubles.
    #expect(districts.reduce(0) { $0 + Int((whole.real($1, "area", .districts) * 100).rounded()) } == 20_460)
  }

  @Test func valuesFitTheSchema() throws {
    let town = try town.get()
    for collection in DemoCollection.allCases {
      let descriptor = collection.descriptor
      #expect(Set(descriptor.schema.properties.map(\.name)).count == descriptor.schema.properties.count)
      for feature in town.features(of: collection) {
        try #require(feature.values.count == descriptor.schema.properties.count)
        for (value, property) in zip(feature.values, descriptor.schema.properties) {
          #expect(value == .null || value.kind == property.kind, "\(collection) \(feature.id) \(property.name) \(value)")
        }
        guard let kind = descriptor.geometryKind, let geometry = feature.geometry else { continue }
        #expect(geometry.kind == kind)
      }
    }
  }

  @Test func referencesResolve() throws {
    let town = try town.get()
    let ids = Dictionary(
      uniqueKeysWithValues: DemoCollection.allCases.map { ($0.rawValue, Set(town.features(of: $0).map(\.id))) })
    var followed = 0
    for collection in DemoCollection.allCases {
      let properties = collection.descriptor.schema.properties
      for feature in town.features(of: collection) {
        for (property, value) in zip(properties, feature.values) {
          guard let target = property.reference, case .text(let id) = value else { continue }
          #expect(ids[target]?.contains(id) == true, "\(collection) \(feature.id) \(property.name) \(id)")
          followed += 1
        }
      }
    }
    #expect(followed > town.count(of: .trees))
  }

  @Test func equipmentStandsOnItsPlayground() throws {
    let town = try town.get()
    var ground: [String: Geometry] = [:]
    for area in town.features(of: .greenAreas) {
      if case .text(let id) = town.value(area, "playground", .greenAreas) { ground[id] = area.geometry }
    }
    #expect(ground.count == town.count(of: .playgrounds))
    for piece in town.features(of: .equipment) {
      guard case .text(let id) = town.value(piece, "playground", .equipment) else { continue }
      let place = try #require(piece.geometry?.coordinates.first)
      let shell = try #require(ground[id])
      #expect(isInside(place, shell), "equipment \(piece.id) of playground \(id)")
    }
  }

  /// GEOS agrees with every polygon and line, and no coordinate is finer than a centimetre.
  @Test func allGeometriesAreValid() throws {
    let town = try town.get()
    var checked = 0
    for collection in DemoCollection.allCases {
      for feature in town.features(of: collection) {
        guard let geometry = feature.geometry else { continue }
        #expect(try geometry.isValid(), "\(collection) \(feature.id)")
        checked += 1
      }
    }
    #expect(checked > 8000)
  }

  /// Only the river has bridges: no street crosses any other green area's border.
  @Test func noStreetCrossesGreen() throws {
    let town = try town.get()
    let streets = town.features(of: .streets).compactMap(\.geometry).map { ($0.envelope, $0) }
    for area in town.features(of: .greenAreas) {
      guard let geometry = area.geometry, town.value(area, "kind", .greenAreas) != .text("Gewässer"),
        town.value(area, "kind", .greenAreas) != .text("Gewässer ")
      else { continue }
      let envelope = geometry.envelope
      let near = streets.filter { $0.0.intersects(envelope) }
      guard !near.isEmpty else { continue }
      let prepared = try PreparedGeometry(geometry)
      for (_, street) in near { #expect(try !prepared.intersects(street), "green area \(area.id)") }
    }
  }

  /// Every flaw is there as often as its entry says: counted from the features alone.
  @Test(arguments: DemoFlaw.all) func flawsAreCounted(flaw: DemoFlaw) throws {
    let town = try town.get()
    let features = Array(town.features(of: flaw.collection))
    let found = features.indices.filter { isFlawed(features, $0, flaw, town) }.count
    #expect(found == town.count(of: flaw))
  }

  private func isFlawed(_ features: [Feature], _ index: Int, _ flaw: DemoFlaw, _ town: DemoTown) -> Bool {
    let feature = features[index]
    let value = flaw.property.map { town.value(feature, $0, flaw.collection) } ?? .null
    switch (flaw.kind, value) {
    case (.missingValue, _): return value == .null
    case (.withoutPlace, _): return feature.geometry == nil
    case (.duplicatePosition, _):
      return index > 0 && feature.geometry != nil && feature.geometry == features[index - 1].geometry
    case (.trailingBlank, .text(let text)): return text.last == " "
    case (.impossibleValue, .integer(let year)):
      return flaw.collection == .equipment ? year < 1950 : year < 1700 || year > 2026
    case (.impossibleValue, .real(let reading)): return reading < -100
    case (.spellingVariant, .text(let text)):
      return switch flaw.collection {
      case .equipment: text == text.uppercased()
      case .trees: text.contains("  ") || text.first?.isLowercase == true
      default: text.contains(" ")
      }
    default: return false
    }
  }
}

extension DemoTown {
  func value(_ feature: Feature, _ property: String, _ collection: DemoCollection) -> PropertyValue {
    collection.descriptor.schema.index(of: property).map { feature.values[$0] } ?? .null
  }

  func integer(_ feature: Feature, _ property: String, _ collection: DemoCollection) -> Int {
    if case .integer(let value) = value(feature, property, collection) { Int(value) } else { 0 }
  }

  func real(_ feature: Feature, _ property: String, _ collection: DemoCollection) -> Double {
    if case .real(let value) = value(feature, property, collection) { value } else { .nan }
  }
}

extension PropertyValue {
  /// `nil` for null.
  var kind: PropertyKind? {
    switch self {
    case .null: nil
    case .text: .text
    case .integer: .integer
    case .real: .real
    case .boolean: .boolean
    case .date: .date
    case .dateTime: .dateTime
    case .json: .json
    }
  }
}

/// Even–odd rule over all rings, holes included.
func isInside(_ point: Coordinate, _ geometry: Geometry) -> Bool {
  var inside = false
  for ring in geometry.partEnds.indices {
    let vertices = geometry.coordinates[geometry.part(ring)]
    for (a, b) in zip(vertices, vertices.dropFirst()) where (a.y > point.y) != (b.y > point.y) {
      if point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x { inside.toggle() }
    }
  }
  return inside
}
