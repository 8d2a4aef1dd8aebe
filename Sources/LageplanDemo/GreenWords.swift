/// Names of parks, woods and ponds.
enum GreenWords {
  static let parks = [
    "Stadtpark", "Schlosspark", "Bürgerpark", "Kurpark", "Rosengarten", "Clara-Park", "Park am Hasenwinkel", "Allerpark",
  ]
  static let woods = [
    "Stadtwald", "Barnbruch", "Hasselbachwald", "Kerksiek", "Rothehof", "Drömlingholz", "Hohnstedter Holz", "Klieversberg",
  ]
  static let ponds = ["Schillerteich", "Mühlenteich", "Ententeich", "Schlossteich", "Neuer Teich", "Klosterteich"]

  private static func numbered(_ words: [String], _ index: Int) -> String {
    let round = index / words.count
    return round == 0 ? words[index % words.count] : "\(words[index % words.count]) \(round + 1)"
  }

  static func pond(_ index: Int) -> String { numbered(ponds, index) }
  static func wood(_ index: Int) -> String { numbered(woods, index) }
  static func name(_ kind: GreenKind, _ index: Int) -> String? {
    switch kind {
    case .park: numbered(parks, index)
    case .cemetery: "Friedhof \(index + 1)"
    case .sports: "Sportplatz \(index + 1)"
    case .allotments: "Kleingartenverein Abendfrieden \(index + 1)"
    case .playground, .housing, .verge, .wood, .water: nil
    }
  }
}
