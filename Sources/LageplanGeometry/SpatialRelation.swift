import CGEOS

/// How two geometries lie to each other, by the dimensionally extended nine-intersection model (OGC 06-103r4, section 6.1.15).
public enum SpatialRelation: String, Hashable, Sendable, CaseIterable {
  /// They have a point in common.
  case intersects
  /// They are the same set of points.
  case equals
  /// They have no point in common.
  case disjoint
  /// They have points in common, but their insides have none.
  case touches
  /// The first lies in the second, and not only in its border.
  case within
  /// Of the same dimension, each has a part that the other lacks, and their common part has that dimension, too.
  case overlaps
  /// Their insides have common points, but of a lower dimension than the greater of the two, and neither lies in the other.
  case crosses
  /// The second lies in the first, and not only in its border.
  case contains

  /// The relation of b to a where this is that of a to b.
  public var converse: SpatialRelation {
    switch self {
    case .within: .contains
    case .contains: .within
    case .intersects, .equals, .disjoint, .touches, .overlaps, .crosses: self
    }
  }

  /// Whether the relation may hold between two geometries with these envelopes; `nil` where the envelopes do not decide.
  public func verdict(_ first: Envelope, _ second: Envelope) -> Bool? {
    switch self {
    case .disjoint: first.intersects(second) ? nil : true
    case .within: second.contains(first) ? nil : false
    case .contains: first.contains(second) ? nil : false
    case .equals: first == second ? nil : false
    case .intersects, .touches, .overlaps, .crosses: first.intersects(second) ? nil : false
    }
  }
}

extension Geometry {
  /// Whether this geometry stands in `relation` to `other`, by GEOS. For many questions about one: ``PreparedGeometry``.
  ///
  /// Exact for the coordinates given. Throws ``GeosError`` for rings that are not closed and for collections of mixed kinds, to which only
  /// ``SpatialRelation/intersects`` and ``SpatialRelation/disjoint`` apply.
  public func stands(_ relation: SpatialRelation, to other: Geometry) throws(GeosError) -> Bool {
    if let verdict = relation.verdict(envelope, other.envelope) { return verdict }
    return try PreparedGeometry(other).isRelated(by: relation, from: self)
  }
}

extension PreparedGeometry {
  /// Whether `geometry` stands in `relation` to the prepared one: `.within` asks whether `geometry` lies in it.
  public func isRelated(by relation: SpatialRelation, from geometry: Geometry) throws(GeosError) -> Bool {
    if let verdict = relation.verdict(geometry.envelope, envelope) { return verdict }
    return try ask(relation.rawValue) { (state) throws(GeosError) -> CChar in
      let shape = try state.context.make(geometry)
      defer { GEOSGeom_destroy_r(state.context.handle, shape) }
      let (context, prepared) = (state.context.handle, state.prepared)
      // GEOS asks of the prepared geometry, we of the other.
      return switch relation {
      case .intersects: GEOSPreparedIntersects_r(context, prepared, shape)
      case .equals: GEOSEquals_r(context, state.shape, shape)
      case .disjoint: GEOSPreparedDisjoint_r(context, prepared, shape)
      case .touches: GEOSPreparedTouches_r(context, prepared, shape)
      case .within: GEOSPreparedContains_r(context, prepared, shape)
      case .overlaps: GEOSPreparedOverlaps_r(context, prepared, shape)
      case .crosses: GEOSPreparedCrosses_r(context, prepared, shape)
      case .contains: GEOSPreparedWithin_r(context, prepared, shape)
      }
    }
  }
}
