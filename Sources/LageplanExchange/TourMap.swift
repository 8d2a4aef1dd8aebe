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
}
