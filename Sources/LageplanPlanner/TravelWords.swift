import LageplanGeometry

/// Tells why nobody gets to a stop, as far as the network knows.
struct TravelWords {
  private let model: TourModel
  private let profile: String

  init(_ model: TourModel) {
    self.model = model
    profile = model.source.travel.profile ?? model.source.travel.source
  }

  func notReachable(from stop: TourStopWork) -> (TourPlan.Reason, TourText) {
    switch model.matrix.obstacles[stop.place] {
    case .notOnNetwork(let reach):
      let metres = Int(reach.value)
      return (
        .notOnNetwork,
        TourText(
          english: "no \(streets.english) lies within \(metres) m of it",
          german: "keine \(streets.german) liegt näher als \(metres) m daran")
      )
    case .otherComponent:
      return (
        .notReachable,
        TourText(
          english: "the nearest \(streets.english) is not joined to the others",
          german: "die nächste Straße für die Verkehrsart \(profile) ist mit den übrigen nicht verbunden")
      )
    case nil:
      let home = noWayHome
      return (
        .notReachable,
        TourText(
          english: "no qualified inspector can get there and to the end of the tour\(home.english)",
          german: "wer die Sachkunde hat, kommt nicht dorthin und zum Ende der Tour\(home.german)")
      )
    }
  }

  private var streets: TourText {
    TourText(english: "street or path for the profile \(profile)", german: "Straße, kein Weg für die Verkehrsart \(profile)")
  }

  /// Whoever has no network at home gets nowhere.
  private var noWayHome: TourText {
    let stranded = model.request.inspectors.indices.filter { inspector in
      [0, 1].contains { model.matrix.obstacles[model.placesOfStops + 2 * inspector + $0] != nil }
    }
    guard !stranded.isEmpty else { return TourText(english: "", german: "") }
    let names = stranded.map { model.request.inspectors[$0].title }.joined(separator: ", ")
    return TourText(
      english: ": no \(streets.english) leads to the start or end of \(names)",
      german: ": keine \(streets.german) führt zu Start oder Ende von \(names)")
  }
}
