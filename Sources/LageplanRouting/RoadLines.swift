public import LageplanGeometry

/// A stretch of a street as it lies, for drawing.
public struct RoadLine: Hashable, Sendable {
  public var street: RoadStreet
  /// A car may drive here in one direction at least.
  public var isForCars: Bool
  /// In degrees (CRS84), two vertices at least.
  public var line: [Coordinate]
}

extension Roads {
  /// All streets and paths that meet an envelope in degrees (CRS84), from junction to junction, in the order of the network.
  public func lines(in envelope: Envelope) -> [RoadLine] {
    func units(_ degrees: Double) -> Int32 { Int32(clamping: Int64((degrees.isFinite ? degrees : 0) * 1e7)) }
    guard !envelope.isEmpty else { return [] }
    let box = SegmentBox(
      west: units(envelope.minX), south: units(envelope.minY), east: units(envelope.maxX), north: units(envelope.maxY))
    var edges: Set<Int32> = []
    segments.forEachRun(meeting: box) { edges.insert($0.edge) }
    let car = zip(profiles, metrics).first { $0.0.kind == .car }?.1.hierarchy.graph
    return edges.sorted().map { edge in
      // Without a network for cars every street counts as one.
      let isForCars = car.map { $0.firstUse[2 * Int(edge) + 2] > $0.firstUse[2 * Int(edge)] } ?? true
      let line = network.vertexRange(of: Int(edge)).map { vertex in
        let position = network.vertices[vertex]
        return Coordinate(x: Double(position.longitude) / 1e7, y: Double(position.latitude) / 1e7)
      }
      return RoadLine(street: street(network.streets[Int(edge)]), isForCars: isForCars, line: line)
    }
  }
}
