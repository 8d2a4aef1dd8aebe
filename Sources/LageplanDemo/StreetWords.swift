/// The words from which streets, villages and districts are named. Invented or common to many German towns.
enum StreetWords {
  static let radials = [
    "Uferstraße", "Heinrichstraße", "Lindenallee", "Kornstraße", "Bahnhofstraße", "Hannoversche Straße", "Schlossallee",
    "Celler Straße",
  ]
  static let rings = ["Braunschweiger Ring", "Westfalenring", "Harzring", "Heidering"]

  static let villageHeads = [
    "Aller", "Birken", "Bruch", "Dünen", "Eichen", "Erlen", "Fal", "Gar", "Heide", "Ils", "Kals", "Lütt", "Mörs", "Nord", "Oster",
    "Rei", "Rühr", "Sülf", "Tapp", "Wend", "Ehmen", "Barn", "Hatt", "Kästor", "Vors", "Brack", "Wester", "Warm", "Sand", "Üfing",
  ]
  static let villageTails = [
    "büttel", "dorf", "hausen", "rode", "stedt", "beck", "leben", "moor", "brück", "lage", "horst", "au",
  ]
  static let villages: [String] = villageHeads.enumerated().flatMap { index, head in
    // Three tails a head, spread so that neighbours in the list differ.
    (0..<6).map { head + villageTails[(index * 5 + $0 * 7) % villageTails.count] }
  }

  static let coreDistricts = [
    "Innenstadt", "Nordstadt", "Südstadt", "Weststadt", "Oststadt", "Bahnhofsviertel", "Dichterviertel", "Musikerviertel",
    "Vogelviertel", "Blumenviertel", "Hafen", "Schlossviertel", "Klinikviertel", "Rabenberg", "Eichelkamp", "Hellwinkel",
    "Steimker Berg",
    "Laagberg", "Teichbreite", "Tiergarten", "Köhlerberg", "Kreuzheide", "Wohltberg", "Hageberg", "Sandkamp", "Alt-Muster",
    "Mühlenviertel",
    "Gartenstadt", "Am Stadtwald", "Gewerbepark Ost",
  ]

  /// The nth name, told apart by a syllable in front once the list is used up.
  static func village(_ index: Int, of names: [String]) -> String { prefixed(index, names) }
  static func coreDistrict(_ index: Int) -> String { prefixed(index, coreDistricts) }

  private static func prefixed(_ index: Int, _ names: [String]) -> String {
    let prefixes = ["", "Neu-", "Groß-", "Klein-", "Ober-", "Nieder-", "Hohen-", "Lang-", "Kirch-", "Burg-", "Wald-", "See-"]
    let round = index / names.count
    let name = names[index % names.count]
    return round < prefixes.count ? prefixes[round] + name : "\(name) \(round)"
  }

  /// "Musterrode" → "Musterroder Straße".
  static func road(to village: String) -> String { village + (village.hasSuffix("e") ? "r" : "er") + " Straße" }

  /// Themes: the streets of one quarter belong together. Stems take an ending; names with a blank take " Straße" or stay.
  static let themes: [(name: String, stems: [String])] = [
    (
      "Dichter",
      [
        "Goethe", "Schiller", "Lessing", "Heine", "Hölderlin", "Kleist", "Fontane", "Storm", "Mörike", "Eichendorff", "Uhland",
        "Wieland",
        "Herder", "Büchner", "Raabe", "Busch", "Droste-Hülshoff-", "Fallersleben", "Rückert", "Novalis", "Klopstock", "Hebbel",
        "Lenz", "Arnim",
      ]
    ),
    (
      "Musiker",
      [
        "Mozart", "Beethoven", "Bach", "Händel", "Haydn", "Schubert", "Schumann", "Brahms", "Weber", "Lortzing", "Telemann",
        "Bruckner", "Mahler",
        "Reger", "Clara-Schumann-", "Mendelssohn", "Gluck", "Schütz", "Buxtehude", "Spohr", "Marschner", "Liszt", "Nicolai",
        "Flotow",
      ]
    ),
    (
      "Vögel",
      [
        "Amsel", "Drossel", "Finken", "Meisen", "Lerchen", "Schwalben", "Kranich", "Reiher", "Storchen", "Falken", "Habicht",
        "Bussard", "Eulen",
        "Specht", "Zeisig", "Stieglitz", "Rotkehlchen", "Kiebitz", "Sperber", "Kuckuck", "Wachtel", "Dohlen", "Elster", "Pirol",
      ]
    ),
    (
      "Blumen",
      [
        "Rosen", "Tulpen", "Nelken", "Veilchen", "Dahlien", "Astern", "Lilien", "Primel", "Narzissen", "Malven", "Anemonen",
        "Flieder", "Ginster",
        "Jasmin", "Lavendel", "Enzian", "Krokus", "Mohn", "Kamillen", "Akelei", "Iris", "Salbei", "Thymian", "Minze",
      ]
    ),
    (
      "Bäume",
      [
        "Linden", "Eichen", "Buchen", "Birken", "Ahorn", "Eschen", "Erlen", "Kastanien", "Ulmen", "Pappel", "Kiefern", "Tannen",
        "Fichten", "Lärchen",
        "Weiden", "Robinien", "Platanen", "Eiben", "Kirsch", "Apfel", "Birnen", "Nussbaum", "Weißdorn", "Hasel",
      ]
    ),
    (
      "Städte",
      [
        "Berliner ", "Hamburger ", "Leipziger ", "Dresdner ", "Erfurter ", "Rostocker ", "Stettiner ", "Danziger ", "Breslauer ",
        "Königsberger ",
        "Magdeburger ", "Stendaler ", "Lübecker ", "Bremer ", "Goslarer ", "Göttinger ", "Kasseler ", "Münchner ", "Nürnberger ",
        "Stuttgarter ",
        "Kölner ", "Aachener ", "Potsdamer ", "Halberstädter ",
      ]
    ),
    (
      "Flur",
      [
        "Mühlen", "Wiesen", "Feld", "Acker", "Heide", "Moor", "Bruch", "Anger", "Sand", "Lehm", "Stein", "Berg", "Tal", "Bach",
        "Teich", "Quellen",
        "Brunnen", "Schäfer", "Hirten", "Weide", "Kirch", "Schul", "Garten", "Hof",
      ]
    ),
    (
      "Forscher",
      [
        "Humboldt", "Kepler", "Gauß", "Röntgen", "Planck", "Robert-Koch-", "Virchow", "Liebig", "Siemens", "Otto-Lilienthal-",
        "Daimler", "Diesel",
        "Lise-Meitner-", "Emmy-Noether-", "Hertz", "Ohm", "Fraunhofer", "Leibniz", "Kopernikus", "Bunsen", "Wöhler", "Einstein",
        "Hahn", "Bessel",
      ]
    ),
    (
      "Handwerk",
      [
        "Schmiede", "Böttcher", "Gerber", "Weber", "Färber", "Bäcker", "Fischer", "Töpfer", "Seiler", "Sattler", "Wagner",
        "Zimmer", "Maurer", "Glaser",
        "Kupfer", "Silber", "Münz", "Salz", "Korn", "Markt", "Kloster", "Schloss", "Burg", "Turm",
      ]
    ),
    (
      "Märchen",
      [
        "Dornröschen", "Rotkäppchen", "Rapunzel", "Schneewittchen", "Hänsel", "Gretel", "Zwergen", "Riesen", "Frau-Holle-",
        "Rübezahl", "Wichtel", "Elfen",
        "Drachen", "Froschkönig", "Däumling", "Sterntaler", "Aschenputtel", "Goldmarie", "Feen", "Zauber", "Siebengebirgs",
        "Einhorn", "Kobold", "Nixen",
      ]
    ),
  ]
  static let endings = ["straße", "weg", "stieg", "ring", "winkel", "kamp", "allee", "hof", "pfad", "grund", "breite", "eck"]
  static let oldTownEndings = ["gasse", "straße", "hof", "twete", "graben"]

  /// `stem` and `ending` joined as the language wants it: "Berliner Straße", "Clara-Schumann-Straße", "Goethestraße".
  static func street(_ stem: String, _ ending: String) -> String {
    stem.hasSuffix(" ") || stem.hasSuffix("-") ? stem + ending.prefix(1).uppercased() + ending.dropFirst() : stem + ending
  }
}
