/// A kind of tree with what it looks like when grown.
struct TreeKind {
  var genus: String
  var species: String
  var name: String
  /// Metres that a free tree reaches.
  var height: Double
  /// Years to two thirds of it.
  var years: Double
  /// Crown width over height.
  var spread: Double
  /// How often it stands in streets, and in parks.
  var street: Double
  var park: Double

  init(
    _ genus: String, _ species: String, _ name: String, height: Double, years: Double, spread: Double, street: Double,
    park: Double
  ) {
    self.genus = genus
    self.species = genus + " " + species
    self.name = name
    self.height = height
    self.years = years
    self.spread = spread
    self.street = street
    self.park = park
  }

  static let all = [
    TreeKind("Tilia", "cordata", "Winterlinde", height: 25, years: 45, spread: 0.55, street: 14, park: 6),
    TreeKind("Tilia", "platyphyllos", "Sommerlinde", height: 30, years: 50, spread: 0.55, street: 4, park: 5),
    TreeKind("Tilia", "x europaea", "Holländische Linde", height: 28, years: 48, spread: 0.5, street: 7, park: 2),
    TreeKind("Acer", "platanoides", "Spitzahorn", height: 24, years: 38, spread: 0.6, street: 12, park: 7),
    TreeKind("Acer", "pseudoplatanus", "Bergahorn", height: 28, years: 42, spread: 0.6, street: 6, park: 8),
    TreeKind("Acer", "campestre", "Feldahorn", height: 13, years: 30, spread: 0.7, street: 6, park: 5),
    TreeKind("Quercus", "robur", "Stieleiche", height: 30, years: 70, spread: 0.75, street: 7, park: 12),
    TreeKind("Quercus", "petraea", "Traubeneiche", height: 28, years: 70, spread: 0.65, street: 2, park: 4),
    TreeKind("Quercus", "rubra", "Roteiche", height: 25, years: 45, spread: 0.7, street: 3, park: 3),
    TreeKind("Fagus", "sylvatica", "Rotbuche", height: 32, years: 65, spread: 0.7, street: 0.5, park: 9),
    TreeKind("Carpinus", "betulus", "Hainbuche", height: 18, years: 40, spread: 0.6, street: 5, park: 7),
    TreeKind("Platanus", "x hispanica", "Ahornblättrige Platane", height: 30, years: 50, spread: 0.7, street: 6, park: 2),
    TreeKind("Aesculus", "hippocastanum", "Rosskastanie", height: 24, years: 45, spread: 0.7, street: 4, park: 4),
    TreeKind("Fraxinus", "excelsior", "Gemeine Esche", height: 30, years: 45, spread: 0.55, street: 3, park: 5),
    TreeKind("Betula", "pendula", "Hängebirke", height: 20, years: 28, spread: 0.45, street: 4, park: 8),
    TreeKind("Robinia", "pseudoacacia", "Robinie", height: 22, years: 32, spread: 0.55, street: 4, park: 3),
    TreeKind("Sorbus", "intermedia", "Schwedische Mehlbeere", height: 12, years: 28, spread: 0.6, street: 5, park: 2),
    TreeKind("Sorbus", "aucuparia", "Eberesche", height: 11, years: 25, spread: 0.55, street: 3, park: 3),
    TreeKind("Prunus", "avium", "Vogelkirsche", height: 16, years: 30, spread: 0.6, street: 2, park: 5),
    TreeKind("Prunus", "serrulata", "Japanische Blütenkirsche", height: 9, years: 22, spread: 0.8, street: 4, park: 2),
    TreeKind("Crataegus", "laevigata", "Rotdorn", height: 7, years: 22, spread: 0.7, street: 3, park: 1),
    TreeKind("Corylus", "colurna", "Baumhasel", height: 17, years: 35, spread: 0.45, street: 4, park: 1),
    TreeKind("Ginkgo", "biloba", "Ginkgo", height: 22, years: 50, spread: 0.4, street: 1.5, park: 1),
    TreeKind("Gleditsia", "triacanthos", "Gleditschie", height: 20, years: 35, spread: 0.6, street: 2.5, park: 1),
    TreeKind("Pyrus", "calleryana", "Chinesische Wildbirne", height: 11, years: 25, spread: 0.45, street: 2, park: 0.5),
    TreeKind("Ulmus", "laevis", "Flatterulme", height: 28, years: 50, spread: 0.55, street: 1, park: 2),
    TreeKind("Alnus", "glutinosa", "Schwarzerle", height: 22, years: 35, spread: 0.4, street: 0.3, park: 6),
    TreeKind("Salix", "alba", "Silberweide", height: 20, years: 28, spread: 0.7, street: 0.1, park: 5),
    TreeKind("Populus", "nigra", "Schwarzpappel", height: 30, years: 32, spread: 0.4, street: 0.7, park: 3),
    TreeKind("Pinus", "sylvestris", "Waldkiefer", height: 27, years: 50, spread: 0.35, street: 0.3, park: 7),
    TreeKind("Picea", "abies", "Gemeine Fichte", height: 30, years: 45, spread: 0.3, street: 0, park: 3),
    TreeKind("Taxus", "baccata", "Eibe", height: 10, years: 60, spread: 0.7, street: 0, park: 2),
    TreeKind("Malus", "domestica", "Kulturapfel", height: 7, years: 20, spread: 0.9, street: 0.6, park: 3),
    TreeKind("Juglans", "regia", "Walnuss", height: 18, years: 40, spread: 0.8, street: 0.1, park: 1.5),
  ]
  static let street = all.indices.map { ($0, weight: all[$0].street) }
  static let park = all.indices.map { ($0, weight: all[$0].park) }
}

/// A kind of play equipment: its free height of fall in metres and how often it is found.
struct EquipmentKind {
  var name: String
  var fallHeight: ClosedRange<Double>
  var materials: [String]
  var weight: Double

  static let all = [
    EquipmentKind(name: "Doppelschaukel", fallHeight: 1.2...1.5, materials: ["Holz", "Stahl"], weight: 16),
    EquipmentKind(name: "Nestschaukel", fallHeight: 1.1...1.5, materials: ["Stahl", "Holz"], weight: 9),
    EquipmentKind(name: "Rutsche", fallHeight: 1.0...2.0, materials: ["Edelstahl", "Kunststoff"], weight: 13),
    EquipmentKind(name: "Hangrutsche", fallHeight: 0.6...1.0, materials: ["Edelstahl"], weight: 3),
    EquipmentKind(name: "Wippe", fallHeight: 0.7...1.0, materials: ["Holz", "Stahl"], weight: 7),
    EquipmentKind(name: "Federtier", fallHeight: 0.4...0.6, materials: ["Kunststoff", "Holz"], weight: 14),
    EquipmentKind(name: "Kletterkombination", fallHeight: 1.8...3.0, materials: ["Holz", "Stahl"], weight: 9),
    EquipmentKind(name: "Kletternetz", fallHeight: 1.5...3.0, materials: ["Seil"], weight: 4),
    EquipmentKind(name: "Sandkasten", fallHeight: 0.3...0.4, materials: ["Holz"], weight: 10),
    EquipmentKind(name: "Karussell", fallHeight: 0.3...1.0, materials: ["Stahl"], weight: 3),
    EquipmentKind(name: "Seilbahn", fallHeight: 1.4...1.5, materials: ["Stahl", "Holz"], weight: 1.5),
    EquipmentKind(name: "Balancierbalken", fallHeight: 0.3...0.6, materials: ["Holz"], weight: 5),
    EquipmentKind(name: "Reckstange", fallHeight: 1.0...1.6, materials: ["Stahl", "Edelstahl"], weight: 4),
    EquipmentKind(name: "Spielhaus", fallHeight: 0.5...0.9, materials: ["Holz", "Kunststoff"], weight: 5),
    EquipmentKind(name: "Tischtennisplatte", fallHeight: 0.7...0.8, materials: ["Kunststoff", "Stahl"], weight: 4),
    EquipmentKind(name: "Bodentrampolin", fallHeight: 0.9...1.0, materials: ["Kunststoff"], weight: 2),
    EquipmentKind(name: "Wasserpumpe", fallHeight: 0.5...0.6, materials: ["Edelstahl"], weight: 1.5),
  ]
  static let weighted = all.indices.map { ($0, weight: all[$0].weight) }
  /// Invented.
  static let manufacturers = [
    "Spielwerk Harz", "Kletterfux", "Purzelbaum GmbH", "Müller & Söhne Spielgeräte", "Nordholz", "Rutschmann",
  ]
}

/// A traffic sign of the StVO catalogue, and on which streets it stands how often.
struct SignKind {
  var number: String
  var title: String
  var classes: Set<StreetClass>
  var weight: Double

  private static let built: Set<StreetClass> = [.main, .collector, .residential]
  private static let busy: Set<StreetClass> = [.main, .collector]
  private static let rural: Set<StreetClass> = [.federal, .district]
  static let all = [
    SignKind(
      number: "437", title: "Straßennamensschild", classes: [.main, .collector, .residential, .calmed, .pedestrian], weight: 30),
    SignKind(number: "205", title: "Vorfahrt gewähren", classes: [.residential, .collector, .district], weight: 9),
    SignKind(number: "206", title: "Halt. Vorfahrt gewähren", classes: [.collector, .district], weight: 4),
    SignKind(number: "306", title: "Vorfahrtstraße", classes: [.main, .federal], weight: 16),
    SignKind(number: "301", title: "Vorfahrt", classes: [.collector, .federal, .district], weight: 7),
    SignKind(number: "274.1", title: "Beginn einer Tempo-30-Zone", classes: [.residential], weight: 16),
    SignKind(number: "274.2", title: "Ende einer Tempo-30-Zone", classes: [.residential], weight: 8),
    SignKind(number: "274-30", title: "Zulässige Höchstgeschwindigkeit 30 km/h", classes: busy, weight: 6),
    SignKind(number: "274-50", title: "Zulässige Höchstgeschwindigkeit 50 km/h", classes: [.main, .federal], weight: 6),
    SignKind(number: "274-70", title: "Zulässige Höchstgeschwindigkeit 70 km/h", classes: rural, weight: 14),
    SignKind(number: "283", title: "Absolutes Haltverbot", classes: built, weight: 12),
    SignKind(number: "286", title: "Eingeschränktes Haltverbot", classes: built, weight: 14),
    SignKind(number: "314", title: "Parken", classes: built, weight: 11),
    SignKind(number: "325.1", title: "Beginn eines verkehrsberuhigten Bereichs", classes: [.calmed], weight: 30),
    SignKind(number: "325.2", title: "Ende eines verkehrsberuhigten Bereichs", classes: [.calmed], weight: 20),
    SignKind(number: "242.1", title: "Beginn einer Fußgängerzone", classes: [.pedestrian], weight: 40),
    SignKind(number: "237", title: "Radweg", classes: busy, weight: 4),
    SignKind(number: "240", title: "Gemeinsamer Geh- und Radweg", classes: [.main, .collector, .federal], weight: 8),
    SignKind(number: "250", title: "Verbot für Fahrzeuge aller Art", classes: [.residential, .pedestrian], weight: 3),
    SignKind(number: "267", title: "Verbot der Einfahrt", classes: [.residential], weight: 3),
    SignKind(number: "220-20", title: "Einbahnstraße, rechtsweisend", classes: [.residential], weight: 3),
    SignKind(number: "136-10", title: "Kinder", classes: [.collector, .residential], weight: 4),
    SignKind(number: "350-10", title: "Fußgängerüberweg", classes: busy, weight: 4),
    SignKind(number: "224", title: "Haltestelle", classes: busy, weight: 6),
    SignKind(number: "253", title: "Verbot für Kraftfahrzeuge über 3,5 t", classes: [.collector, .district], weight: 3),
    SignKind(number: "103-10", title: "Kurve, rechts", classes: rural, weight: 5),
    SignKind(number: "142-10", title: "Wildwechsel", classes: rural, weight: 5),
    SignKind(number: "276", title: "Überholverbot", classes: [.federal], weight: 6),
    SignKind(number: "310", title: "Ortstafel", classes: rural, weight: 4),
    SignKind(number: "357", title: "Sackgasse", classes: [.residential], weight: 6),
  ]
  static let byClass: [StreetClass: [(Int, weight: Double)]] = Dictionary(
    uniqueKeysWithValues: StreetClass.allCases.map { wanted in
      (wanted, all.indices.filter { all[$0].classes.contains(wanted) }.map { ($0, weight: all[$0].weight) })
    })
}

/// A kind of sensor with the range of what it reads on a November day.
struct SensorKind {
  var name: String
  var unit: String
  var range: ClosedRange<Double>
  var weight: Double

  static let all = [
    SensorKind(name: "Bodenfeuchte", unit: "%", range: 18...46, weight: 32),
    SensorKind(name: "Lufttemperatur", unit: "°C", range: 1...9, weight: 18),
    SensorKind(name: "Parkplatzbelegung", unit: "%", range: 0...100, weight: 16),
    SensorKind(name: "Füllstand Glascontainer", unit: "%", range: 2...98, weight: 14),
    SensorKind(name: "Feinstaub PM10", unit: "µg/m³", range: 6...38, weight: 8),
    SensorKind(name: "Lärm", unit: "dB(A)", range: 38...74, weight: 7),
    SensorKind(name: "Pegel", unit: "cm", range: 80...165, weight: 5),
  ]
  static let weighted = all.indices.map { ($0, weight: all[$0].weight) }
}
