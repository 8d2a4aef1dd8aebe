public import LageplanGeometry

/// What lies under the tours on a printed map: streets and their names, told in degrees (CRS84).
public struct TourMap: Sendable {
  /// How much a street matters to who looks for the way.
  public enum Rank: Int, Hashable, Sendable, Comparable, CaseIterable {
    /// On foot or by bicycle only.
    case path
    case street
    /// Roads of the state and of the county.
    case main
    /// Motorways and federal roads.
    case trunk

    public static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
  }

  public struct Street: Hashable, Sendable {
    /// `Hauptstraße`; empty where it has none.
    public var name: String
    /// `B 3`; empty where it has none.
    public var reference: String
    public var rank: Rank
    /// A stretch of it, two vertices at least.
    public var line: [Coordinate]

    public init(name: String, reference: String, rank: Rank, line: [Coordinate]) {
      self.name = name
      self.reference = reference
      self.rank = rank
      self.line = line
    }
  }

  public var streets: [Street]
  /// Who is to be named for the streets: `© OpenStreetMap contributors`.
  public var attribution: String?

  public init(streets: [Street], attribution: String? = nil) {
    self.streets = streets
    self.attribution = attribution
  }

  /// Tours on white paper.
  public static let blank = TourMap(streets: [])

  /// The name of the street that is nearest to a place, up to 250 m away: whoever looks for a place without an address begins there.
  func street(near place: Coordinate) -> String? {
    let frame = TourMapFrame(Envelope(minX: 0, minY: 0, maxX: 1, maxY: 1), showing: [place])
    let reach = 250 / frame.metresPerPoint
    let centre = frame.point(place)
    let box = Envelope(around: place).expanded(by: 0.004)
    var nearest: (distance: Double, name: String)?
    for street in streets where street.rank > .path && !street.name.isEmpty {
      // Long stretches are rare: where none of its vertices is near, nor is the street.
      guard street.line.contains(where: box.contains) else { continue }
      let line = street.line.map(frame.point)
      for (a, b) in zip(line, line.dropFirst()) {
        let length = a.squaredDistance(to: b)
        let share = length > 0 ? ((centre.x - a.x) * (b.x - a.x) + (centre.y - a.y) * (b.y - a.y)) / length : 0
        let distance = centre.distance(to: a.toward(b, min(max(share, 0), 1)))
        if distance < min(nearest?.distance ?? .infinity, reach) { nearest = (distance, street.name) }
      }
    }
    return nearest?.name
  }
}
