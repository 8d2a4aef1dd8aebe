public import LageplanFeatures
import LageplanGeometry

/// The collections (Objektarten) of the sample town, by the ids under which they are served.
public enum DemoCollection: String, CaseIterable, Sendable {
  case districts
  case streets
  case greenAreas = "green-areas"
  case playgrounds
  case equipment
  case trees
  case signs
  case sensors
  case depots

  /// What is known about the collection before it has features.
  public var descriptor: CollectionDescriptor {
    let about = about
    var descriptor = CollectionDescriptor(
      id: rawValue, title: about.title, description: about.description, keywords: about.keywords + ["Musterstadt"],
      licence: "CC0-1.0", attribution: "Musterstadt, erfundene Daten (CC0)", geometryKind: about.kind, storageCrs: .utm32,
      schema: Schema(properties: properties), minZoom: about.zooms.lowerBound, maxZoom: about.zooms.upperBound)
    // From afar the town sees how many playgrounds there are, and how many of them are closed.
    if self == .playgrounds { descriptor.tiles = TileSettings(thinBelow: 12, grouping: .clusters, statusProperty: "status") }
    return descriptor
  }

  private typealias About = (
    title: String, description: String, keywords: [String], kind: GeometryKind?, zooms: ClosedRange<Int>
  )

  private var about: About {
    switch self {
    case .districts:
      (
        "Stadtteile", "Districts: they tile the town; inhabitants and area add up to the town's.", ["Verwaltung", "boundaries"],
        .polygon, 0...18
      )
    case .streets:
      ("Straßen", "Streets from junction to junction; one name runs over several.", ["Verkehr", "roads"], .lineString, 9...18)
    case .greenAreas:
      (
        "Grünflächen", "Green areas and water: parks, woods, cemeteries, verges, ponds and the river Muster.",
        ["Umwelt", "parks"], nil,
        9...18
      )
    case .playgrounds:
      (
        "Spielplätze", "Public playgrounds: a point in the middle of each, its ground is a green area.", ["Kontrolle", "play"],
        .point,
        9...18
      )
    case .equipment:
      ("Spielgeräte", "Play equipment, each of one playground.", ["Kontrolle", "DIN EN 1176"], .point, 13...18)
    case .trees:
      ("Bäume", "The tree register: trees along streets, in parks and yards.", ["Baumkataster", "trees"], .point, 11...18)
    case .signs:
      ("Verkehrszeichen", "Traffic signs with their numbers of the StVO catalogue.", ["Verkehr", "signs"], .point, 13...18)
    case .sensors:
      ("Sensoren", "Sensors of the town: soil moisture, level, air, noise, parking.", ["Smart City", "LoRaWAN"], .point, 10...18)
    case .depots: ("Bauhöfe", "Depots: where the inspectors' tours start and end.", ["Betrieb"], .point, 7...18)
    }
  }

  private static let district = PropertyDefinition(
    name: "district", kind: .text, title: "Stadtteil", description: "District in which it lies.", reference: "districts")
  private static let lastInspection = PropertyDefinition(
    name: "lastInspection", kind: .date, title: "Letzte Kontrolle", description: "Day of the latest inspection.")

  private var properties: [PropertyDefinition] {
    switch self {
    case .districts:
      [
        PropertyDefinition(name: "name", kind: .text, title: "Name"),
        PropertyDefinition(
          name: "kind", kind: .text, title: "Art", description: "Part of the core, or a village that joined the town.",
          enumeration: ["Kernstadt", "Ortschaft"]),
        PropertyDefinition(name: "inhabitants", kind: .integer, title: "Einwohner", description: "At the end of 2025."),
        PropertyDefinition(name: "area", kind: .real, title: "Fläche", description: "To hundredths.", unit: "km2"),
        PropertyDefinition(name: "density", kind: .integer, title: "Einwohner je km²", unit: "/km2"),
      ]
    case .streets:
      [
        PropertyDefinition(name: "name", kind: .text, title: "Straßenname"),
        PropertyDefinition(name: "key", kind: .text, title: "Straßenschlüssel", description: "Five digits, one per name."),
        PropertyDefinition(name: "class", kind: .text, title: "Klasse", enumeration: StreetClass.allCases.map(\.rawValue)),
        PropertyDefinition(name: "speedLimit", kind: .integer, title: "Höchstgeschwindigkeit", unit: "km/h"),
        PropertyDefinition(name: "oneWay", kind: .boolean, title: "Einbahnstraße", description: "In the direction of the line."),
        PropertyDefinition(
          name: "surface", kind: .text, title: "Belag", enumeration: ["Asphalt", "Pflaster", "Beton", "wassergebunden"]),
        PropertyDefinition(name: "width", kind: .real, title: "Breite", description: "Kerb to kerb.", unit: "m"),
        PropertyDefinition(name: "length", kind: .real, title: "Länge", unit: "m"),
        PropertyDefinition(name: "lit", kind: .boolean, title: "Beleuchtet"), Self.district,
      ]
    case .greenAreas:
      [
        PropertyDefinition(name: "name", kind: .text, title: "Name"),
        PropertyDefinition(name: "kind", kind: .text, title: "Art", enumeration: GreenKind.allCases.map(\.rawValue)),
        PropertyDefinition(name: "area", kind: .integer, title: "Fläche", unit: "m2"),
        PropertyDefinition(
          name: "care", kind: .text, title: "Pflegestufe", description: "1 is the most intensive.",
          enumeration: ["1", "2", "3", "4"]),
        PropertyDefinition(name: "mowings", kind: .integer, title: "Mähgänge je Jahr"),
        PropertyDefinition(
          name: "playground", kind: .text, title: "Spielplatz", description: "The playground whose ground it is.",
          reference: "playgrounds"), Self.district,
      ]
    case .playgrounds:
      [
        PropertyDefinition(name: "name", kind: .text, title: "Name"),
        PropertyDefinition(name: "street", kind: .text, title: "Straße"),
        Self.district, PropertyDefinition(name: "area", kind: .integer, title: "Fläche", unit: "m2"),
        PropertyDefinition(name: "opened", kind: .integer, title: "Baujahr", unit: "a"),
        PropertyDefinition(
          name: "surface", kind: .text, title: "Fallschutz", description: "Main impact-absorbing surface.",
          enumeration: ["Sand", "Kies", "Holzhackschnitzel", "Fallschutzmatten", "Rasen"]),
        PropertyDefinition(name: "accessible", kind: .boolean, title: "Barrierefrei"),
        PropertyDefinition(
          name: "ageGroup", kind: .text, title: "Altersgruppe", enumeration: ["0–6", "6–12", "alle", "Jugend"]),
        PropertyDefinition(
          name: "status", kind: .text, title: "Zustand", enumeration: ["in Betrieb", "teilweise gesperrt", "gesperrt", "im Bau"]),
        Self.lastInspection,
        PropertyDefinition(
          name: "minutes", kind: .integer, title: "Kontrolldauer", description: "Minutes that a routine inspection takes.",
          unit: "min"),
      ]
    case .equipment:
      [
        PropertyDefinition(
          name: "playground", kind: .text, title: "Spielplatz", description: "The playground it belongs to.",
          reference: "playgrounds"),
        PropertyDefinition(name: "type", kind: .text, title: "Geräteart"),
        PropertyDefinition(name: "inventoryNumber", kind: .text, title: "Inventarnummer"),
        PropertyDefinition(name: "manufacturer", kind: .text, title: "Hersteller"),
        PropertyDefinition(name: "year", kind: .integer, title: "Baujahr", unit: "a"),
        PropertyDefinition(
          name: "fallHeight", kind: .real, title: "Fallhöhe", description: "Free height of fall (DIN EN 1176-1).", unit: "m"),
        PropertyDefinition(
          name: "material", kind: .text, title: "Material", enumeration: ["Holz", "Stahl", "Edelstahl", "Kunststoff", "Seil"]),
        PropertyDefinition(name: "condition", kind: .integer, title: "Zustandsnote", description: "1 very good … 5 unsafe."),
        Self.lastInspection,
      ]
    case .trees:
      [
        PropertyDefinition(name: "genus", kind: .text, title: "Gattung"),
        PropertyDefinition(name: "species", kind: .text, title: "Art", description: "Botanical name."),
        PropertyDefinition(name: "name", kind: .text, title: "Deutscher Name"),
        PropertyDefinition(name: "height", kind: .real, title: "Höhe", unit: "m"),
        PropertyDefinition(name: "crown", kind: .real, title: "Kronendurchmesser", unit: "m"),
        PropertyDefinition(
          name: "trunk", kind: .integer, title: "Stammumfang", description: "Circumference at 1 m above ground.", unit: "cm"),
        PropertyDefinition(name: "plantingYear", kind: .integer, title: "Pflanzjahr", unit: "a"),
        PropertyDefinition(
          name: "vitality", kind: .text, title: "Vitalitätsstufe", description: "After Roloff: 0 exploration … 3 resignation.",
          enumeration: ["0", "1", "2", "3"]),
        PropertyDefinition(name: "site", kind: .text, title: "Standort", enumeration: ["Straße", "Allee", "Grünfläche", "Hof"]),
        PropertyDefinition(name: "street", kind: .text, title: "Straße"), Self.district, Self.lastInspection,
      ]
    case .signs:
      [
        PropertyDefinition(name: "number", kind: .text, title: "Zeichen", description: "Number of the StVO catalogue (VzKat)."),
        PropertyDefinition(name: "title", kind: .text, title: "Bedeutung"),
        PropertyDefinition(
          name: "direction", kind: .integer, title: "Blickrichtung", description: "Towards which it faces, clockwise from north.",
          unit: "deg"),
        PropertyDefinition(
          name: "mount", kind: .text, title: "Aufstellung", enumeration: ["Pfosten", "Lichtmast", "Ampelmast", "Wand"]),
        PropertyDefinition(name: "year", kind: .integer, title: "Aufgestellt", unit: "a"),
        PropertyDefinition(name: "street", kind: .text, title: "Straße"), Self.district,
      ]
    case .sensors:
      [
        PropertyDefinition(name: "kind", kind: .text, title: "Art", enumeration: SensorKind.all.map(\.name)),
        PropertyDefinition(
          name: "device", kind: .text, title: "Gerätekennung", description: "Sixteen hexadecimal digits (DevEUI)."),
        PropertyDefinition(name: "installed", kind: .date, title: "Eingebaut"),
        PropertyDefinition(name: "battery", kind: .integer, title: "Batterie", unit: "%"),
        PropertyDefinition(name: "value", kind: .real, title: "Letzter Wert"),
        PropertyDefinition(name: "unit", kind: .text, title: "Einheit"),
        PropertyDefinition(name: "seen", kind: .dateTime, title: "Zuletzt gemeldet"), Self.district,
      ]
    case .depots:
      [
        PropertyDefinition(name: "name", kind: .text, title: "Name"),
        PropertyDefinition(name: "address", kind: .text, title: "Anschrift"),
        PropertyDefinition(
          name: "opens", kind: .text, title: "Öffnungszeiten", description: "In the notation of OpenStreetMap's opening_hours."),
        PropertyDefinition(name: "inspectors", kind: .integer, title: "Kontrolleure"),
        PropertyDefinition(name: "phone", kind: .text, title: "Telefon"), Self.district,
      ]
    }
  }
}
