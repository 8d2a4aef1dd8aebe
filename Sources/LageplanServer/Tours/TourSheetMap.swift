public import LageplanExchange
import LageplanGeometry
public import LageplanPlanner
public import LageplanRouting

extension TourMap {
  /// The streets about a plan, as the roads have them; blank paper without roads.
  public init(around plan: TourPlan, on roads: Roads?) {
    var envelope = Envelope.empty
    for route in plan.routes where !route.stops.isEmpty {
      for place in [route.start, route.end] + route.line + route.stops.map(\.location) { envelope.formUnion(place) }
    }
    guard let roads, !envelope.isEmpty else {
      self = .blank
      return
    }
    // Paper is seldom of the form of the tour: what lies beside it is seen, too.
    let margin = 0.005 + max(envelope.maxX - envelope.minX, envelope.maxY - envelope.minY)
    self.init(
      streets: roads.lines(in: envelope.expanded(by: margin)).map { line in
        Street(
          name: line.street.name, reference: line.street.reference, rank: Self.rank(of: line), line: line.line)
      }, attribution: "© OpenStreetMap contributors")
  }

  /// German roads tell their rank by the letter of their number: Autobahn and Bundesstraße, then roads of the state and of the county.
  private static func rank(of line: RoadLine) -> Rank {
    guard line.isForCars else { return .path }
    let letters = line.street.reference.prefix { $0.isLetter }
    guard !letters.isEmpty, line.street.reference.contains(where: \.isNumber) else { return .street }
    return letters == "A" || letters == "B" ? .trunk : .main
  }
}
