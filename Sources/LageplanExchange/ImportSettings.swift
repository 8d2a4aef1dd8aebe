public import LageplanFeatures
public import LageplanGeometry

/// What the caller of an import knows better than the file.
public struct ImportSettings: Sendable {
  /// Overrules what the sources declare.
  public var crs: CoordinateReferenceSystem?
  /// The column whose values are the feature ids.
  public var idProperty: String?
  /// Columns of the place; `x` and `y` only together.
  public var x: String?
  public var y: String?
  public var wkt: String?
  /// Types by column; a value that does not fit rejects its row.
  public var types: [String: PropertyKind] = [:]
  public var dateFormat: DateFormat?
  /// The id of the collection to whose features a column refers.
  public var references: [String: String] = [:]
  /// Types that the collection has already: taken where they can hold the delivery.
  public var existing: [String: PropertyKind] = [:]
  /// The zone of times that are written without one.
  public var town: TownTime

  public init(town: TownTime) { self.town = town }
}
