import LageplanFeatures
import LageplanGeometry

/// Work at one place, served in one stop.
struct TourStopWork {
  /// In CRS84: the place of the first feature, or of the whole where that is among the features.
  var location: Coordinate
  var visits: [TourPlan.Visit]
  var service: Seconds
  /// What the inspector must hold.
  var qualifications: Set<String>
}

/// Merges features at one place into one stop.
///
/// The rule: in the order of the request, a feature joins the first stop that is at its place, else it founds a stop. Two are at one place when
/// the geodesic between the stop's location and the feature is at most ``mergeReach``; or when one is part of the other, or both of a
/// third (equipment of a playground), and it is at most ``wholeReach``, which leaves out parts with a broken position. They must need the same
/// qualifications, and a stop takes no more work than half of the longest shift, so that much work at one place can be shared.
struct JobBuilder {
  static let mergeReach = Metres(15)
  static let wholeReach = Metres(250)

  /// The stops in the order in which they were founded.
  private(set) var stops: [TourStopWork] = []
  private(set) var unassigned: [TourPlan.Unassigned] = []

  init(_ features: [TourFeature], request: TourRequest) {
    let longestShift = request.inspectors.map { $0.shift.end.value - $0.shift.begin.value }.max() ?? 0
    let ofWhole = Set(features.compactMap(\.whole))
    var stopsOfWhole: [FeatureReference: [Int]] = [:]
    var grid = PlaceGrid()
    // Wholes found their stops before the parts come: the stop is then at the playground, not at its first swing.
    for feature in features.filter({ ofWhole.contains($0.reference) }) + features.filter({ !ofWhole.contains($0.reference) }) {
      guard let location = feature.location else {
        leaveOut(
          feature, .noPlace,
          TourText(
            english: "the feature has no geometry; give it a place", german: "das Objekt hat keinen Ort; tragen Sie einen ein"))
        continue
      }
      guard let service = feature.service else {
        leaveOut(
          feature, .noServiceTime,
          TourText(
            english: "nothing tells how long the visit takes; fill in the property or name a default",
            german: "nichts sagt, wie lange der Besuch dauert; füllen Sie die Eigenschaft oder nennen Sie einen Vorgabewert"))
        continue
      }
      let needs = Set(request.requires[feature.reference.collection] ?? [])
      let whole = feature.whole ?? (ofWhole.contains(feature.reference) ? feature.reference : nil)
      func joins(_ stop: Int, within reach: Metres) -> Bool {
        stops[stop].qualifications == needs && (stops[stop].service.value + service.value) * 2 <= longestShift
          && Geodesic.distance(stops[stop].location, location) <= reach
      }
      let related = whole.flatMap { stopsOfWhole[$0] } ?? []
      let found =
        related.first { joins($0, within: Self.wholeReach) }
        ?? grid.around(location).first { joins($0, within: Self.mergeReach) }
      if let found {
        stops[found].visits.append(TourPlan.Visit(feature: feature.reference, service: service))
        stops[found].service = Seconds(stops[found].service.value + service.value)
        if let whole, !related.contains(found) { stopsOfWhole[whole, default: []].append(found) }
      } else {
        grid.add(stops.count, at: location)
        if let whole { stopsOfWhole[whole, default: []].append(stops.count) }
        stops.append(
          TourStopWork(
            location: location, visits: [TourPlan.Visit(feature: feature.reference, service: service)], service: service,
            qualifications: needs))
      }
    }
  }

  private mutating func leaveOut(_ feature: TourFeature, _ reason: TourPlan.Reason, _ message: TourText) {
    let visit = TourPlan.Visit(feature: feature.reference, service: feature.service ?? 0)
    unassigned.append(TourPlan.Unassigned(visit: visit, location: feature.location, reason: reason, message: message))
  }
}

/// Stops by the cell of a grid in degrees: whatever is within ``JobBuilder/mergeReach`` lies in one of the nine cells around a place.
private struct PlaceGrid {
  private struct Cell: Hashable {
    var column: Int
    var row: Int
  }

  /// 15 m are less than 0.0002° of latitude everywhere, and of longitude up to 47°; to be right up to 80° a cell is five times as wide.
  private static let height = 0.0002
  private static let width = 0.001
  private var stops: [Cell: [Int]] = [:]

  private func cell(_ place: Coordinate) -> Cell {
    Cell(column: Int((place.x / Self.width).rounded(.down)), row: Int((place.y / Self.height).rounded(.down)))
  }

  mutating func add(_ stop: Int, at place: Coordinate) { stops[cell(place), default: []].append(stop) }

  /// Rising: the stop founded first comes first.
  func around(_ place: Coordinate) -> [Int] {
    let centre = cell(place)
    var found: [Int] = []
    for column in -1...1 {
      for row in -1...1 { found += stops[Cell(column: centre.column + column, row: centre.row + row)] ?? [] }
    }
    return found.sorted()
  }
}
