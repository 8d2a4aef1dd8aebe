/// A function that filters may call, beside those of CQL2 itself (OGC 21-065r2, section 7.11, "Functions").
///
/// Names are read in any letter case. `GET /functions` lists them; the tree holds a call as ``FilterOperand/function(_:_:)``.
public struct FilterFunction: Hashable, Sendable {
  /// The words of the standard's list of functions.
  public enum ValueType: String, Hashable, Sendable {
    case text = "string"
    case number
    case integer
    case instant = "datetime"
    case geometry
    case boolean
  }

  public struct Argument: Hashable, Sendable {
    public var title: String
    public var description: String
    public var type: ValueType
  }

  public var name: String
  public var description: String
  public var arguments: [Argument]
  public var returns: ValueType

  /// `S_DWITHIN(geometry, POINT(10.8 52.4), 200)`: the place lies at most so many metres from the other geometry, measured on the
  /// ellipsoid to the nearest parts (``/LageplanGeometry/GeodesicDistance``), in whatever frame features and filter are. A border counts,
  /// inside is 0 m away.
  public static let withinDistance = FilterFunction(
    name: "S_DWITHIN",
    description:
      "True where the two geometries are at most so many metres apart, geodesically, from nearest part to nearest part.",
    arguments: [
      Argument(title: "geometry", description: "The place of the feature: the property geometry.", type: .geometry),
      Argument(title: "other", description: "A geometry, in the frame of the filter.", type: .geometry),
      Argument(
        title: "metres", description: "The distance in metres, from 0 to \(Int(DistanceCondition.largest)).", type: .number),
    ],
    returns: .boolean)

  /// All there are.
  public static let all = [withinDistance]

  /// The function of that name, in any letter case.
  public static func named(_ name: String) -> FilterFunction? {
    all.first { $0.name.lowercased() == name.lowercased() }
  }
}
