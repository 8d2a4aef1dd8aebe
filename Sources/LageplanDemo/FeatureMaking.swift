import LageplanFeatures
import LageplanGeometry

// One function a collection: the feature at an index, its values in the order of the collection's schema.

extension DemoTown {
  /// The market place in EPSG:25832.
  static let origin = Coordinate(x: 620_000, y: 5_810_000)
  /// The registers' latest day.
  static let today = CalendarDate(year: 2026, month: 11, day: 20) ?? CalendarDate(daysSince1970: 20_777)

  private func located(_ place: Coordinate) -> Coordinate { (place + Self.origin).rounded }
  private func closed(_ ring: [Coordinate]) -> [Coordinate] { (ring + ring.prefix(1)).map(located) }
  private func text(_ value: String?) -> PropertyValue { value.map { .text($0) } ?? .null }
  private func districtID(_ index: Int?) -> PropertyValue { index.map { .text(String($0 + 1)) } ?? .null }
  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private func feature(_ index: Int, _ geometry: Geometry?, _ values: [PropertyValue]) -> Feature {
    Feature(id: String(index + 1), number: Int64(index + 1), geometry: geometry, values: values)
  }

  /// The street that a thing at this place is told by.
  private func streetName(near place: Coordinate) -> String? {
    network.index.nearest(place, within: 140).map { network.roads[network.segments[$0.line].road].name }
  }

  func district(_ index: Int) -> Feature {
    let district = map.districts[index]
    let area = Double(areas[index]) / 100
    return feature(
      index, .polygon(district.rings.map(closed)),
      [
        .text(district.name), .text(district.isVillage ? "Ortschaft" : "Kernstadt"), .integer(Int64(inhabitants[index])),
        .real(area),
        area > 0 ? .integer(Int64((Double(inhabitants[index]) / area).rounded())) : .null,
      ])
  }

  func street(_ index: Int, _ random: inout RandomSource) -> Feature {
    let segment = network.segments[index]
    let road = network.roads[segment.road]
    var name = road.name
    if DemoCollection.streets.has(.trailingBlank, "name", at: index) { name += " " }
    let (surface, isOneWay) = build(of: road.streetClass, &random)
    let width = rounded(road.streetClass.width * (1 + 0.06 * random.bell()))
    return feature(
      index, .lineString(segment.line.map(located)),
      [
        .text(name), .text(road.key), .text(road.streetClass.rawValue), road.streetClass.speedLimit.map { .integer($0) } ?? .null,
        .boolean(isOneWay), .text(surface), DemoCollection.streets.has(.missingValue, "width", at: index) ? .null : .real(width),
        .real(rounded(segment.length)), .boolean(!road.streetClass.isRural), districtID(segment.district),
      ])
  }

  /// What a street is made of, and whether the register calls it one-way.
  func build(of streetClass: StreetClass, _ random: inout RandomSource) -> (surface: String, isOneWay: Bool) {
    let surface =
      switch streetClass {
      case .pedestrian: "Pflaster"
      case .calmed: random.chance(0.8) ? "Pflaster" : "Asphalt"
      case .residential: random.pick([("Asphalt", weight: 78), ("Pflaster", weight: 18), ("wassergebunden", weight: 4)])
      case .federal, .district, .main, .collector: random.chance(0.96) ? "Asphalt" : "Beton"
      }
    return (surface, streetClass == .residential && random.chance(0.05))
  }

  func greenArea(_ index: Int, _ random: inout RandomSource) -> Feature {
    let area = green.areas[index]
    let size = area.polygons.joined().reduce(0) { $0 + Plane.area($1) }
    let kind = area.kind.rawValue + (DemoCollection.greenAreas.has(.trailingBlank, "kind", at: index) ? " " : "")
    let care: (level: String, mowings: Int64?) =
      switch area.kind {
      case .park: ("\(random.integer(1...2))", Int64(random.integer(8...16)))
      case .cemetery: ("1", Int64(random.integer(10...14)))
      case .sports: ("1", Int64(random.integer(20...34)))
      case .playground: ("2", Int64(random.integer(6...12)))
      case .housing: ("2", Int64(random.integer(5...10)))
      case .allotments: ("4", nil)
      case .verge: ("3", Int64(random.integer(2...6)))
      case .wood, .water: ("4", nil)
      }
    let polygons = area.polygons.map { $0.map(closed) }
    return feature(
      index, polygons.count == 1 ? .polygon(polygons[0]) : .multiPolygon(polygons),
      [
        text(area.name), .text(kind), .integer(Int64(size.rounded())),
        DemoCollection.greenAreas.has(.missingValue, "care", at: index) ? .null : .text(care.level),
        care.mowings.map { .integer($0) } ?? .null, area.playground.map { .text(String($0 + 1)) } ?? .null,
        districtID(map.district(at: area.inside)),
      ])
  }

  func playground(_ index: Int, _ random: inout RandomSource) -> Feature {
    let place = green.playgrounds[index]
    let street = streetName(near: place.centre)
    var name = "Spielplatz " + (street ?? map.district(at: place.centre).map { map.districts[$0].name } ?? "Musterstadt")
    if DemoCollection.playgrounds.has(.trailingBlank, "name", at: index) { name += " " }
    let area = Plane.area(place.ring)
    let inspected = Self.today.adding(days: -random.integer(1...random.pick([14, 21, 40, 95])))
    let minutes = Int64(min(60, 8 + (area / 60).rounded()))
    return feature(
      index, DemoCollection.playgrounds.has(.withoutPlace, at: index) ? nil : .point(located(place.centre)),
      [
        .text(name), text(street), districtID(map.district(at: place.centre)), .integer(Int64(area.rounded())),
        DemoCollection.playgrounds.has(.missingValue, "opened", at: index) ? .null : .integer(Int64(random.integer(1962...2025))),
        .text(
          random.pick([
            ("Sand", weight: 50), ("Holzhackschnitzel", weight: 18), ("Fallschutzmatten", weight: 14), ("Kies", weight: 10),
            ("Rasen", weight: 8),
          ])), .boolean(random.chance(0.27)),
        .text(random.pick([("alle", weight: 45), ("6–12", weight: 25), ("0–6", weight: 20), ("Jugend", weight: 10)])),
        .text(
          random.pick([
            ("in Betrieb", weight: 91), ("teilweise gesperrt", weight: 5), ("gesperrt", weight: 2), ("im Bau", weight: 2),
          ])), .date(inspected), .integer(minutes),
      ])
  }

  func piece(_ index: Int, _ random: inout RandomSource) -> Feature {
    let place = equipment[index]
    let kind = EquipmentKind.all[random.pick(EquipmentKind.weighted)]
    var manufacturer = random.pick(EquipmentKind.manufacturers)
    if DemoCollection.equipment.has(.spellingVariant, "manufacturer", at: index) { manufacturer = manufacturer.uppercased() }
    let isUnknown = DemoCollection.equipment.has(.missingValue, "manufacturer", at: index)
    var year = random.integer(1996...2025)
    // Worn by age, now and then by other things.
    let wear = Double(2026 - year) / 9 + 0.5 * random.bell()
    if DemoCollection.equipment.has(.impossibleValue, "year", at: index) { year = 1900 }
    let digits = String(index + 1)
    return feature(
      index, .point(located(place.position)),
      [
        .text(String(place.playground + 1)), .text(kind.name),
        .text("SG-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits),
        isUnknown ? .null : .text(manufacturer), .integer(Int64(year)),
        DemoCollection.equipment.has(.missingValue, "fallHeight", at: index)
          ? .null : .real((random.real(kind.fallHeight) * 20).rounded() / 20),
        .text(random.pick(kind.materials)), .integer(Int64(min(5, max(1, (1 + wear).rounded())))),
        .date(Self.today.adding(days: -random.integer(1...120))),
      ])
  }

  func tree(_ index: Int, _ random: inout RandomSource) -> Feature {
    let isDouble = DemoCollection.trees.has(.duplicatePosition, at: index)
    let place = trees[isDouble ? index - 1 : index]
    let kind = TreeKind.all[Int(place.kind)]
    let age = Double(2026 - Int(place.planted))
    // Saturating growth: two thirds of the full height after `years`.
    let vigour = 1 + 0.09 * random.bell()
    let grown = 1 - Coordinate.decay(age / (kind.years * 0.91))
    let height = max(2.2, (kind.height * 0.92 * grown + 2.5) * vigour * (place.site == .street ? 0.82 : 1))
    let crown = max(0.8, height * kind.spread * (1 + 0.12 * random.bell()))
    let trunk = max(12, (14 + age * 2.1 * (0.6 + kind.height / 50)) * (1 + 0.1 * random.bell()))
    var species = kind.species
    if DemoCollection.trees.has(.spellingVariant, "species", at: index) {
      species = index.isMultiple(of: 2) ? species.lowercased() : kind.genus + " " + species.dropFirst(kind.genus.count)
    }
    let name = kind.name + (DemoCollection.trees.has(.trailingBlank, "name", at: index) ? " " : "")
    var planted: PropertyValue = .integer(Int64(place.planted))
    if DemoCollection.trees.has(.missingValue, "plantingYear", at: index) { planted = .null }
    if DemoCollection.trees.has(.impossibleValue, "plantingYear", at: index) {
      planted = .integer(random.pick([0, 19, 2203, 9999, 198]))
    }
    let vitality = min(3, max(0, (age / 75 + 0.45 * random.bell()).rounded()))
    let sites = ["Straße", "Allee", "Grünfläche", "Hof"]
    let street = place.segment >= 0 ? network.roads[network.segments[Int(place.segment)].road].name : nil
    return feature(
      index, DemoCollection.trees.has(.withoutPlace, at: index) ? nil : .point(located(place.position)),
      [
        .text(kind.genus), .text(species), .text(name),
        DemoCollection.trees.has(.missingValue, "height", at: index) ? .null : .real(rounded(height)), .real(rounded(crown)),
        .integer(Int64(trunk.rounded())), planted, .text(String(Int(vitality))), .text(sites[Int(place.site.rawValue)]),
        text(street),
        districtID(map.district(at: place.position)),
        DemoCollection.trees.has(.missingValue, "lastInspection", at: index)
          ? .null : .date(Self.today.adding(days: -random.integer(5...(age > 40 ? 500 : 1100)))),
      ])
  }

  func sign(_ index: Int, _ random: inout RandomSource) -> Feature {
    let place = signs[index]
    let position = DemoCollection.signs.has(.duplicatePosition, at: index) ? signs[index - 1].position : place.position
    let kind = SignKind.all[Int(place.kind)]
    var number = kind.number
    if DemoCollection.signs.has(.spellingVariant, "number", at: index) {
      number =
        number.contains("-") && index.isMultiple(of: 2) ? number.split(separator: "-").joined(separator: " ") : "Z " + number
    }
    return feature(
      index, .point(located(position)),
      [
        .text(number), .text(kind.title),
        DemoCollection.signs.has(.missingValue, "direction", at: index) ? .null : .integer(Int64(place.direction)),
        .text(random.pick([("Pfosten", weight: 74), ("Lichtmast", weight: 19), ("Ampelmast", weight: 5), ("Wand", weight: 2)])),
        .integer(Int64(random.integer(1992...2026))),
        .text(network.roads[network.segments[Int(place.segment)].road].name), districtID(map.district(at: position)),
      ])
  }

  func sensor(_ index: Int, _ random: inout RandomSource) -> Feature {
    let place = sensors[index]
    let kind = SensorKind.all[Int(place.kind)]
    let digits = String(random.next(), radix: 16, uppercase: true)
    let installed = random.integer(30...2400)
    let battery = max(3, 100 - installed / 28 - random.integer(0...9))
    let reading = DemoCollection.sensors.has(.impossibleValue, "value", at: index) ? -999 : rounded(random.real(kind.range))
    // Nearly all have reported within the last hour of the day before `today`.
    let silence = random.chance(0.04) ? random.integer(3_600...2_000_000) : random.integer(0...3_599)
    let seen = Int64(Self.today.daysSince1970) * 86_400_000 - Int64(silence) * 1000
    return feature(
      index, .point(located(place.position)),
      [
        .text(kind.name), .text(String(repeating: "0", count: 16 - digits.count) + digits),
        .date(Self.today.adding(days: -installed)),
        DemoCollection.sensors.has(.missingValue, "battery", at: index) ? .null : .integer(Int64(battery)), .real(reading),
        .text(kind.unit), .dateTime(Instant(millisecondsSince1970: seen)), districtID(map.district(at: place.position)),
      ])
  }

  func depot(_ index: Int) -> Feature {
    let place = depots[index]
    let names = ["Bauhof Mitte", "Bauhof Nord", "Betriebshof Stadtgrün", "Bauhof Ortschaften"]
    let hours = [
      "Mo-Fr 06:00-16:00", "Mo-Th 06:30-15:30; Fr 06:30-12:30", "Mo-Fr 06:00-15:00; Sa 08:00-12:00", "Mo-Fr 07:00-15:30",
    ]
    return feature(
      index, .point(located(place)),
      [
        .text(names[index]), text(streetName(near: place).map { "\($0) \(12 + 7 * index), Musterstadt" }), .text(hours[index]),
        .integer([3, 2, 2, 1][index]), .text("05361 99-\(4100 + index)"), districtID(map.district(at: place)),
      ])
  }
}
