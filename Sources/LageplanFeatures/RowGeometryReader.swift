public import LageplanGeometry

/// Reads the geometries of rows into one coordinate reference system, and notes which cannot be read or placed.
///
/// Others edit the data too: one broken geometry must not take all other features with it. Whoever writes the features says what stands
/// in its place.
public struct RowGeometryReader: Sendable {
  public let target: CoordinateReferenceSystem
  private let transform: CoordinateTransform
  /// The geometry of the row that was read last, in the target; its memory is used again from row to row.
  public private(set) var shape = Geometry(kind: .point)
  /// Why geometries could not be written: the first ``keptFlaws`` of them.
  public private(set) var flaws: [GeoJSONWriterError] = []
  /// How many features have a geometry that cannot be written.
  public private(set) var flawCount = 0
  /// How many of the ``flaws`` are kept.
  public static let keptFlaws = 20

  /// Throws `CrsError` for a target that cannot be reached from `source`.
  public init(from source: CoordinateReferenceSystem, to target: CoordinateReferenceSystem) throws(CrsError) {
    self.target = target
    transform = try TransformCache.transform(from: source, to: target)
  }

  /// Reads the row's geometry into ``shape``. `false`: the row has none, or one that cannot be read or placed, which is then noted.
  public mutating func read(_ row: borrowing FeatureRow) -> Bool {
    guard let bytes = row.geometry else { return false }
    do throws(GeoJSONWriterError) {
      try place(bytes, of: row)
      return true
    } catch {
      flawCount += 1
      if flaws.count < Self.keptFlaws { flaws.append(error) }
      return false
    }
  }

  private mutating func place(_ bytes: GeometryBytes, of row: borrowing FeatureRow) throws(GeoJSONWriterError) {
    do throws(GeometryDecodingError) {
      try shape.decode(bytes)
    } catch {
      throw .undecodable(feature: String(decoding: row.id, as: UTF8.self), reason: error)
    }
    do throws(CrsError) {
      try transform.transform(&shape)
      if let place = shape.firstNonFinite {
        throw CrsError.outsideDomain(place, from: transform.source, to: target, reason: "a coordinate is not finite")
      }
    } catch {
      throw .unplaceable(feature: String(decoding: row.id, as: UTF8.self), reason: error)
    }
  }
}

extension Geometry {
  fileprivate var firstNonFinite: Coordinate? {
    for place in coordinates where !place.isFinite { return place }
    for member in members {
      if let place = member.firstNonFinite { return place }
    }
    return nil
  }
}
