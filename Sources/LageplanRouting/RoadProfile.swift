/// A way of travelling that an opened network knows: what its graph was made for.
public struct RoadProfile: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case car, bicycle, foot
  }

  /// The name in requests: `car`.
  public var id: String
  /// For people: `Auto`.
  public var title: String
  public var kind: Kind
  /// Traffic keeps to the left.
  public var drivesOnLeft: Bool

  public init(id: String, title: String, kind: Kind, drivesOnLeft: Bool = false) {
    self.id = id
    self.title = title
    self.kind = kind
    self.drivesOnLeft = drivesOnLeft
  }
}

/// Where a network comes from.
public struct RoadSource: Hashable, Sendable, Codable {
  /// The name of the extract, without its folder.
  public var fileName: String
  /// The time up to which the extract holds the edits of OpenStreetMap, as it says it (ISO 8601); nil where it does not say.
  public var dataDate: String?
  /// When it was imported (ISO 8601).
  public var importDate: String
  /// What was counted on the way, by its name (`nodes`, `ways`, `restrictions` …).
  public var counts: [String: Int]

  public init(fileName: String, dataDate: String? = nil, importDate: String, counts: [String: Int] = [:]) {
    self.fileName = fileName
    self.dataDate = dataDate
    self.importDate = importDate
    self.counts = counts
  }
}
