public import LageplanGeometry

/// A condition on the place of a feature, made ready to be asked of many: a spatial comparison with a literal, or `S_DWITHIN`.
///
/// Literals are those of a resolved filter. A geometry that cannot be compared, since it is damaged, is unknown: it matches neither the
/// condition nor its negation.
public struct GeometryCondition: Sendable {
  private enum Test: Sendable {
    case relation(SpatialRelation, PreparedGeometry)
    case distance(DistanceCondition)
    /// Of the place to itself.
    case own(SpatialRelation)
  }

  private let test: Test

  /// `nil` where `expression` is no condition on the place. Throws `FeatureError.unusableGeometry`.
  public init?(_ expression: FilterExpression, storageCrs: CoordinateReferenceSystem) throws(FeatureError) {
    guard let test = try Self.test(expression, storageCrs) else { return nil }
    self.test = test
  }

  private static func test(
    _ expression: FilterExpression, _ storageCrs: CoordinateReferenceSystem
  ) throws(FeatureError) -> Test? {
    switch expression {
    case .spatial(let relation, .property, .property): return .own(relation)
    case .spatial(let relation, .property, let other):
      return try other.literalGeometry.map { (literal) throws(FeatureError) in .relation(relation, try prepared(literal)) }
    case .spatial(let relation, let other, .property):
      return try other.literalGeometry.map { (literal) throws(FeatureError) in
        .relation(relation.converse, try prepared(literal))
      }
    case .truth(.function(let name, let arguments)) where FilterFunction.named(name) == .withinDistance:
      return try DistanceCondition.Arguments(arguments).map { (call) throws(FeatureError) in
        .distance(try DistanceCondition(call, storageCrs: storageCrs))
      }
    default: return nil
    }
  }

  private static func prepared(_ geometry: Geometry) throws(FeatureError) -> PreparedGeometry {
    do {
      return try PreparedGeometry(geometry)
    } catch {
      throw .unusableGeometry(FilterOperand.geometry(geometry).excerpt(), reason: error.description)
    }
  }

  /// What the envelope of a feature tells already; `nil` where its geometry has to be asked.
  public func verdict(by envelope: Envelope) -> Bool? {
    switch test {
    case .relation(let relation, let geometry): relation.verdict(envelope, geometry.envelope)
    case .distance(let distance): distance.bound.flatMap { envelope.intersects($0) ? nil : false }
    case .own: nil
    }
  }

  /// Whether it holds for a geometry in the storage frame; `nil` for unknown.
  public func holds(for geometry: Geometry) -> Bool? {
    if let verdict = verdict(by: geometry.envelope) { return verdict }
    return switch test {
    case .relation(let relation, let other): try? other.isRelated(by: relation, from: geometry)
    case .distance(let distance): distance.holds(for: geometry)
    case .own(let relation): try? geometry.stands(relation, to: geometry)
    }
  }
}

extension FilterExpression {
  /// Envelopes in the storage frame: a feature that matches the (resolved) filter meets one of them. `nil` where it may lie anywhere, or
  /// nowhere.
  ///
  /// Of conditions that must all hold, the one with the least area counts; alternatives add up, as long as all of them tell a place.
  public func bounds(storageCrs: CoordinateReferenceSystem) -> [Envelope]? {
    switch self {
    case .literal(let value): return value ? nil : []
    case .spatial(.disjoint, _, _): return nil
    case .spatial(_, .property, let other), .spatial(_, let other, .property):
      return other.literalGeometry.map { [$0.envelope] }
    case .truth(.function(let name, let arguments)) where FilterFunction.named(name) == .withinDistance:
      return DistanceCondition.Arguments(arguments)?.bound(storageCrs: storageCrs).map { [$0] }
    case .and(let parts):
      return parts.compactMap { $0.bounds(storageCrs: storageCrs) }.min { $0.area < $1.area }
    case .or(let parts):
      var all: [Envelope] = []
      for part in parts {
        guard let bounds = part.bounds(storageCrs: storageCrs) else { return nil }
        all += bounds
      }
      return all
    case .spatial, .truth, .not, .comparison, .like, .between, .isIn, .isNull, .temporal, .array: return nil
    }
  }
}

extension [Envelope] {
  /// The sum of the areas, in squared units of the frame.
  public var area: Double { reduce(0) { $1.isEmpty ? $0 : $0 + $1.width * $1.height } }
}
