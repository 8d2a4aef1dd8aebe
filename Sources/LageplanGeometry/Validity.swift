import CGEOS

/// Whether a geometry obeys ISO 19125, and if not, why and where.
public enum Validity: Hashable, Sendable {
  case valid
  /// `reason` in GEOS's words ("Self-intersection", "Ring Self-intersection", "Hole lies outside shell" …); `place` in the geometry's
  /// frame, where it can be told.
  case invalid(reason: String, place: Coordinate?)
}

extension Geometry {
  /// Judges the geometry as OGC 06-103r4 does, by GEOS. Empty geometries are valid.
  ///
  /// Numbers that are not finite, rings not closed and rings of fewer than four vertices are invalid, too.
  /// Throws only where GEOS itself fails.
  public func validity() throws(GeosError) -> Validity {
    if let fault = structuralFault() { return fault }
    let context = try GeosContext()
    let shape = try context.make(self)
    defer { GEOSGeom_destroy_r(context.handle, shape) }
    var reason: UnsafeMutablePointer<CChar>?
    var place: OpaquePointer?
    defer {
      GEOSFree_r(context.handle, reason)
      GEOSGeom_destroy_r(context.handle, place)
    }
    switch GEOSisValidDetail_r(context.handle, shape, 0, &reason, &place) {
    case 1: return .valid
    case 0:
      let position = try place.map { place throws(GeosError) in try context.read(place) }
      return .invalid(reason: reason.map { String(cString: $0) } ?? "invalid", place: position?.coordinates.first)
    default: throw context.error("validity")
    }
  }

  /// Short for ``validity()`` being `.valid`.
  public func isValid() throws(GeosError) -> Bool { try validity() == .valid }

  /// The faults that GEOS cannot even be told of.
  private func structuralFault() -> Validity? {
    if let place = coordinates.first(where: { !$0.isFinite }) {
      return .invalid(reason: "Invalid Coordinate", place: place)
    }
    for index in partEnds.indices {
      let range = part(index)
      guard let first = range.first, let last = range.last else { continue }
      if polygonEnds.isEmpty {
        if range.count < 2 { return .invalid(reason: "Too few points in geometry component", place: coordinates[first]) }
      } else if coordinates[first] != coordinates[last] {
        return .invalid(reason: "Ring not closed", place: coordinates[last])
      } else if range.count < 4 {
        return .invalid(reason: "Too few points in geometry component", place: coordinates[first])
      }
    }
    for member in members {
      if let fault = member.structuralFault() { return fault }
    }
    return nil
  }

  /// A valid geometry of the same family in the place of this one: polygons from polygons, lines from lines, points from points.
  ///
  /// Open rings are closed; rings and lines too short for their kind are dropped; then GEOS's MakeValid, structure method, makes
  /// every ring valid, merges the shells and subtracts the holes: overlapping parts become their union. What collapses to lower
  /// dimensions (spikes, gores) is dropped. A multi kind stays one; a single one becomes multi where it falls apart.
  /// A valid geometry comes back as it is, with its measures; else measures are lost.
  /// `nil` where nothing is left, or where a number is not finite. Throws only where GEOS itself fails.
  public func repaired() throws(GeosError) -> Geometry? {
    if try isValid() { return isEmpty ? nil : self }
    guard let sound = structurallyRepaired() else { return nil }
    let context = try GeosContext()
    let shape = try context.make(sound)
    defer { GEOSGeom_destroy_r(context.handle, shape) }
    let settings = GEOSMakeValidParams_create_r(context.handle)
    defer { GEOSMakeValidParams_destroy_r(context.handle, settings) }
    GEOSMakeValidParams_setMethod_r(context.handle, settings, GEOS_MAKE_VALID_STRUCTURE)
    GEOSMakeValidParams_setKeepCollapsed_r(context.handle, settings, 0)
    guard let made = GEOSMakeValidWithParams_r(context.handle, shape, settings) else { throw context.error("repair") }
    defer { GEOSGeom_destroy_r(context.handle, made) }
    let result = try context.read(made)
    guard kind != .geometryCollection else { return result.isEmpty ? nil : result }
    return result.parts(like: kind)
  }

  private func structurallyRepaired() -> Geometry? {
    guard coordinates.allSatisfy(\.isFinite) else { return nil }
    var result = Geometry(kind: kind)
    switch kind {
    case .point, .multiPoint:
      result = self
    case .lineString, .multiLineString:
      for index in partEnds.indices where part(index).count > 1 { result.appendPart(self, part(index), closing: false) }
    case .polygon, .multiPolygon:
      for polygon in polygonEnds.indices {
        for (number, ring) in rings(ofPolygon: polygon).enumerated() {
          let range = part(ring)
          let isOpen = range.first.map { coordinates[$0] } != range.last.map { coordinates[$0] }
          guard range.count + (isOpen ? 1 : 0) >= 4 else {
            // Without its shell a polygon is nothing; without a hole it is still one.
            if number == 0 { break }
            continue
          }
          result.appendPart(self, range, closing: isOpen)
        }
        if result.partEnds.count > (result.polygonEnds.last ?? 0) { result.polygonEnds.append(result.partEnds.count) }
      }
    case .geometryCollection:
      result.members = members.compactMap { $0.structurallyRepaired() }
    }
    return result.isEmpty ? nil : result
  }

  private mutating func appendPart(_ source: Geometry, _ range: Range<Int>, closing: Bool) {
    coordinates.append(contentsOf: source.coordinates[range])
    if source.hasZ { z.append(contentsOf: source.z[range]) }
    if closing, let first = range.first {
      coordinates.append(source.coordinates[first])
      if source.hasZ { z.append(source.z[first]) }
    }
    partEnds.append(coordinates.count)
  }

  /// Everything in this geometry of the family of `kind`, as one geometry, multi where `kind` is or where there are several;
  /// `nil` where there is nothing.
  private func parts(like kind: GeometryKind) -> Geometry? {
    var found: [Geometry] = []
    collect(kind.single, into: &found)
    guard var result = found.first else { return nil }
    if found.count > 1 || kind == kind.multi { result.kind = kind.multi }
    for part in found.dropFirst() {
      let (vertices, parts) = (result.coordinates.count, result.partEnds.count)
      result.coordinates += part.coordinates
      result.partEnds += part.partEnds.map { $0 + vertices }
      result.polygonEnds += part.polygonEnds.map { $0 + parts }
      result.z += part.z
    }
    return result
  }

  private func collect(_ kind: GeometryKind, into found: inout [Geometry]) {
    if members.isEmpty, self.kind.single == kind, !isEmpty { found.append(self) }
    for member in members { member.collect(kind, into: &found) }
  }
}

extension GeometryKind {
  /// The kind of one part: `multiPolygon` gives `polygon`, `polygon` itself.
  public var single: GeometryKind {
    switch self {
    case .point, .multiPoint: .point
    case .lineString, .multiLineString: .lineString
    case .polygon, .multiPolygon: .polygon
    case .geometryCollection: .geometryCollection
    }
  }

  /// The kind of several parts: `polygon` gives `multiPolygon`, `multiPolygon` itself.
  public var multi: GeometryKind {
    switch self {
    case .point, .multiPoint: .multiPoint
    case .lineString, .multiLineString: .multiLineString
    case .polygon, .multiPolygon: .multiPolygon
    case .geometryCollection: .geometryCollection
    }
  }
}
