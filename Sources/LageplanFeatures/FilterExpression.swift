public import LageplanGeometry

/// A condition on a feature: the whole tree of CQL2 (OGC 21-065r2), from which SQL is written, which the evaluator answers in memory,
/// and which reads and writes both spellings of the standard.
///
/// Logic has three values (section 6.2): what compares with null is unknown, `not` unknown is unknown, and only true matches.
///
///     floors > 5 AND CASEI(material) LIKE casei('brick%')
///
///     .and([.comparison(.property("floors"), .greater, .value(.integer(5))),
///           .like(.caseFolded(.property("material")), pattern: .caseFolded(.value(.text("brick%"))))])
///
/// A tree as it is parsed holds geometries in the frame of the request, in the authority's order of axes, and text where a date is
/// meant; `resolved(against:literalsIn:)` makes of it one that a collection can answer.
public indirect enum FilterExpression: Hashable, Sendable {
  /// The binary comparisons of section 6.3.
  public enum Comparison: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  /// True or false, whatever the feature.
  case literal(Bool)
  /// True where all are; none is true.
  case and([FilterExpression])
  /// True where one is; none is false.
  case or([FilterExpression])
  case not(FilterExpression)
  case comparison(FilterOperand, Comparison, FilterOperand)
  /// `%` stands for any text, `_` for one character (a Unicode scalar), `\` takes the meaning from what follows.
  case like(FilterOperand, pattern: FilterOperand)
  /// Both bounds belong to the range.
  case between(FilterOperand, FilterOperand, FilterOperand)
  /// Equal to one of the list.
  case isIn(FilterOperand, [FilterOperand])
  case isNull(FilterOperand)
  case spatial(SpatialRelation, FilterOperand, FilterOperand)
  case temporal(TemporalRelation, FilterOperand, FilterOperand)
  case array(ArrayRelation, FilterOperand, FilterOperand)
  /// A property or a function whose value is true or false.
  case truth(FilterOperand)
}

extension FilterExpression {
  /// `property` compared with a value of its type.
  public static func compare(property: String, _ comparison: Comparison, _ value: PropertyValue) -> FilterExpression {
    .comparison(.property(property), comparison, .value(value))
  }

  /// True where the feature has no value for `property`.
  public static func isNull(property: String) -> FilterExpression { .isNull(.property(property)) }
}

/// What a condition compares: a property, a value, or something made of them.
public indirect enum FilterOperand: Hashable, Sendable {
  /// By its name in the schema; `geometry` (or `geom`, where the schema has none of that name) is the feature's place, `id` its id.
  case property(String)
  /// A text, a number, a boolean, a date or an instant. Null, which CQL2 cannot spell, equals nothing.
  case value(PropertyValue)
  /// Both bounds included.
  case interval(FilterOperand, FilterOperand)
  /// `'..'`, the open end of an interval.
  case unbounded
  case geometry(Geometry)
  case box(FilterBox)
  case array([FilterOperand])
  case arithmetic(FilterOperand, ArithmeticOperator, FilterOperand)
  /// `CASEI`: the text without the difference of upper and lower case.
  case caseFolded(FilterOperand)
  /// `ACCENTI`: the text without accents and other marks.
  case accentFolded(FilterOperand)
  /// See ``FilterFunction``.
  case function(String, [FilterOperand])
  /// A condition used as a boolean value.
  case condition(FilterExpression)
}

/// `BBOX` of CQL2: a rectangle in the frame of the filter, the axes in the authority's order.
///
/// In degrees the first west border may lie east of the second: the rectangle then crosses the antimeridian. Heights are kept for the
/// spelling; conditions are about the plane.
public struct FilterBox: Hashable, Sendable {
  public var minX: Double
  public var minY: Double
  public var maxX: Double
  public var maxY: Double
  public var heights: ClosedHeights?

  /// The lowest and the highest height.
  public struct ClosedHeights: Hashable, Sendable {
    public var low: Double
    public var high: Double

    public init(low: Double, high: Double) {
      self.low = low
      self.high = high
    }
  }

  public init(minX: Double, minY: Double, maxX: Double, maxY: Double, heights: ClosedHeights? = nil) {
    self.minX = minX
    self.minY = minY
    self.maxX = maxX
    self.maxY = maxY
    self.heights = heights
  }
}
