/// The way from one coordinate reference system to another, in x, y order on both sides (see ``Coordinate``).
///
/// Between CRS84, EPSG:4326, 4258, 3857, 25831–25833 (and 3043–3045, the same with northing first) own formulas are used: no lock, no
/// allocation, within one millimetre of PROJ inside the area of use. ETRS89 and WGS 84 count as the same there, as in PROJ.
/// Every other pair goes through PROJ, one call at a time: make one object per thread where it matters.
public final class CoordinateTransform: Sendable {
  /// The system that positions come in.
  public let source: CoordinateReferenceSystem
  /// The system that positions go to.
  public let target: CoordinateReferenceSystem
  private let way: Way

  private enum Way: Sendable {
    case identity
    case own(from: OwnFrame, to: OwnFrame)
    case foreign(ProjTransform)
  }

  /// Throws ``CrsError/unknown(_:)`` or ``CrsError/noTransformation(from:to:reason:)``.
  public init(from source: CoordinateReferenceSystem, to target: CoordinateReferenceSystem) throws(CrsError) {
    self.source = source
    self.target = target
    if source == target {
      way = .identity
    } else if let from = OwnFrame(source), let to = OwnFrame(target) {
      way = from == to ? .identity : .own(from: from, to: to)
    } else {
      way = .foreign(try ProjTransform(from: source, to: target))
    }
  }

  /// Coordinates stay as they are.
  public var isIdentity: Bool {
    if case .identity = way { true } else { false }
  }

  /// Throws ``CrsError/outsideDomain(_:from:to:reason:)`` for a place that has no coordinates in the target.
  public func transform(_ place: Coordinate) throws(CrsError) -> Coordinate {
    switch way {
    case .identity:
      return place
    case .own(let from, let to):
      guard let result = from.convert(place, to: to) else { throw ownFault(place) }
      return result
    case .foreign(let proj):
      var result = place
      let fault = withUnsafeMutablePointer(to: &result) { proj.transform(UnsafeMutableBufferPointer(start: $0, count: 1)) }
      if let fault { throw CrsError.outsideDomain(place, from: source, to: target, reason: fault.reason) }
      return result
    }
  }

  /// Transforms all vertices in place; heights and measures stay. Edges are not densified.
  ///
  /// On an error, which names the vertex, the geometry is left half done: not to be used.
  public func transform(_ geometry: inout Geometry) throws(CrsError) {
    guard !isIdentity else { return }
    try transform(&geometry.coordinates)
    for index in geometry.members.indices { try transform(&geometry.members[index]) }
  }

  /// Transforms in place; on an error, which names the place, the array is left half done.
  public func transform(_ places: inout [Coordinate]) throws(CrsError) {
    let fault = places.withUnsafeMutableBufferPointer { places -> CrsError? in
      switch way {
      case .identity:
        return nil
      case .own(let from, let to):
        for index in places.indices {
          guard let result = from.convert(places[index], to: to) else { return ownFault(places[index]) }
          places[index] = result
        }
        return nil
      case .foreign(let proj):
        guard let fault = proj.transform(places) else { return nil }
        return .outsideDomain(places[fault.index], from: source, to: target, reason: fault.reason)
      }
    }
    if let fault { throw fault }
  }

  private func ownFault(_ place: Coordinate) -> CrsError {
    .outsideDomain(place, from: source, to: target, reason: "outside the domain of the projection")
  }

  // MARK: Envelopes

  /// Points on each side of an envelope, its corners included.
  private static let samplesPerSide = 21

  /// An envelope of everything inside `envelope`, in the target.
  ///
  /// Sides may become curves: each is followed in 21 points, and the result grows by what a smooth curve can rise above
  /// its chords (a quarter of the deviation of three neighbouring points, doubled). So it holds all, and is tight to about that.
  /// What lies outside the domain of the target (poles in web mercator, more than 40° from a UTM zone's meridian) is cut off
  /// first: nothing could be there. `.empty` stays `.empty`, and comes out where nothing is left.
  public func transform(_ envelope: Envelope) throws(CrsError) -> Envelope {
    guard !envelope.isEmpty, !isIdentity else { return envelope }
    var box = envelope
    if case .own(let from, let to) = way {
      guard let kept = from.limit(box, for: to) else { return .empty }
      box = kept
      // Degrees and mercator: every side stays straight and parallel to its axis.
      if from.isCylindrical, to.isCylindrical {
        let low = try transform(Coordinate(x: box.minX, y: box.minY))
        let high = try transform(Coordinate(x: box.maxX, y: box.maxY))
        return Envelope(minX: low.x, minY: low.y, maxX: high.x, maxY: high.y)
      }
    }
    var result = Envelope.empty
    let corners = [
      Coordinate(x: box.minX, y: box.minY), Coordinate(x: box.maxX, y: box.minY), Coordinate(x: box.maxX, y: box.maxY),
      Coordinate(x: box.minX, y: box.maxY),
    ]
    for side in 0..<4 {
      result.formUnion(try transformSide(from: corners[side], to: corners[(side + 1) % 4]))
    }
    return result
  }

  private func transformSide(from start: Coordinate, to end: Coordinate) throws(CrsError) -> Envelope {
    var samples: [Coordinate] = []
    let steps = Double(Self.samplesPerSide - 1)
    for step in 0..<Self.samplesPerSide {
      let t = Double(step) / steps
      samples.append(Coordinate(x: start.x * (1 - t) + end.x * t, y: start.y * (1 - t) + end.y * t))
    }
    try transform(&samples)
    var bendX = 0.0
    var bendY = 0.0
    var result = Envelope.empty
    for (index, sample) in samples.enumerated() {
      result.formUnion(sample)
      guard index > 0, index + 1 < samples.count else { continue }
      bendX = max(bendX, abs((samples[index - 1].x + samples[index + 1].x) / 2 - sample.x))
      bendY = max(bendY, abs((samples[index - 1].y + samples[index + 1].y) / 2 - sample.y))
    }
    return Envelope(
      minX: result.minX - bendX / 2, minY: result.minY - bendY / 2, maxX: result.maxX + bendX / 2, maxY: result.maxY + bendY / 2)
  }
}
