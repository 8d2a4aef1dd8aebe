public import LageplanGeometry

extension SpatialRelation {
  /// The spelling in CQL2 JSON (OGC 21-065r2, section 7.7), `s_intersects`; in text it is in capitals.
  public var cql2Name: String { "s_" + rawValue }

  /// By its spelling in small letters.
  init?(cql2Name name: String) {
    guard name.hasPrefix("s_") else { return nil }
    self.init(rawValue: String(name.dropFirst(2)))
  }
}

/// The temporal comparisons of CQL2 (OGC 21-065r2, section 7.8), by the W3C/OGC Time Ontology.
public enum TemporalRelation: String, Hashable, Sendable, CaseIterable {
  case after = "t_after"
  case before = "t_before"
  case contains = "t_contains"
  case disjoint = "t_disjoint"
  case during = "t_during"
  case equals = "t_equals"
  case finishedBy = "t_finishedBy"
  case finishes = "t_finishes"
  case intersects = "t_intersects"
  case meets = "t_meets"
  case metBy = "t_metBy"
  case overlappedBy = "t_overlappedBy"
  case overlaps = "t_overlaps"
  case startedBy = "t_startedBy"
  case starts = "t_starts"

  /// The others are about intervals only, and asked of an instant they are an error.
  public var appliesToInstants: Bool {
    switch self {
    case .after, .before, .disjoint, .equals, .intersects: true
    case .contains, .during, .finishedBy, .finishes, .meets, .metBy, .overlappedBy, .overlaps, .startedBy, .starts: false
    }
  }

  /// One of the four ends of two intervals.
  public enum End: Hashable, Sendable {
    case firstStart, firstEnd, secondStart, secondEnd
  }

  /// What the relation says of the ends of the two intervals; all of it has to hold.
  /// For ``disjoint`` this is what must not hold: two intervals are disjoint unless they intersect.
  public var conditions: [(End, FilterExpression.Comparison, End)] {
    switch self {
    case .after: [(.firstStart, .greater, .secondEnd)]
    case .before: [(.firstEnd, .less, .secondStart)]
    case .contains: [(.firstStart, .less, .secondStart), (.firstEnd, .greater, .secondEnd)]
    case .during: [(.firstStart, .greater, .secondStart), (.firstEnd, .less, .secondEnd)]
    case .equals: [(.firstStart, .equal, .secondStart), (.firstEnd, .equal, .secondEnd)]
    case .finishedBy: [(.firstStart, .less, .secondStart), (.firstEnd, .equal, .secondEnd)]
    case .finishes: [(.firstStart, .greater, .secondStart), (.firstEnd, .equal, .secondEnd)]
    case .intersects, .disjoint: [(.firstStart, .lessOrEqual, .secondEnd), (.firstEnd, .greaterOrEqual, .secondStart)]
    case .meets: [(.firstEnd, .equal, .secondStart)]
    case .metBy: [(.firstStart, .equal, .secondEnd)]
    case .overlappedBy:
      [
        (.firstStart, .greater, .secondStart), (.firstStart, .less, .secondEnd), (.firstEnd, .greater, .secondEnd),
      ]
    case .overlaps:
      [(.firstStart, .less, .secondStart), (.firstEnd, .greater, .secondStart), (.firstEnd, .less, .secondEnd)]
    case .startedBy: [(.firstStart, .equal, .secondStart), (.firstEnd, .greater, .secondEnd)]
    case .starts: [(.firstStart, .equal, .secondStart), (.firstEnd, .less, .secondEnd)]
    }
  }
}

/// The comparisons of arrays in CQL2 (OGC 21-065r2, section 7.9): arrays are sets, without order and repetition.
public enum ArrayRelation: String, Hashable, Sendable, CaseIterable {
  case equals = "a_equals"
  case contains = "a_contains"
  case containedBy = "a_containedBy"
  case overlaps = "a_overlaps"
}

/// The arithmetic of CQL2 (OGC 21-065r2, section 7.12).
///
/// Sums, differences and products of whole numbers are whole and exact while they fit 64 bits; `/` and `^` give reals, so 7 / 2 is 3.5.
/// `div` is the quotient without its fraction, `%` the remainder, with the sign of the dividend. What has no finite value, such as
/// a division by zero, is null.
public enum ArithmeticOperator: String, Hashable, Sendable, CaseIterable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case dividedBy = "/"
  case modulo = "%"
  case wholeQuotient = "div"
  case power = "^"
}
