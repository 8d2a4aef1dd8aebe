extension Geometry {
  /// Whether the geometry and `rectangle` (same frame, borders included) have a point in common. Exact for all finite coordinates.
  ///
  /// A polygon counts with its inside, a hole does not; rings are taken even-odd. An empty geometry and `.empty` meet nothing.
  public func intersects(rectangle: Envelope) -> Bool {
    guard !rectangle.isEmpty else { return false }
    if !coordinates.isEmpty, meets(rectangle) { return true }
    return members.contains { $0.intersects(rectangle: rectangle) }
  }

  private func meets(_ rectangle: Envelope) -> Bool {
    let isMet = coordinates.withUnsafeBufferPointer { vertices -> Bool in
      // One vertex inside decides; most answers end here.
      for position in vertices where rectangle.contains(position) { return true }
      for index in partEnds.indices {
        for vertex in part(index).dropFirst() where rectangle.meetsEdge(vertices[vertex - 1], vertices[vertex]) { return true }
      }
      return false
    }
    // No edge meets the rectangle: it lies wholly inside or wholly outside, and any of its points tells.
    return isMet || !polygonEnds.isEmpty && contains(Coordinate(x: rectangle.minX, y: rectangle.minY))
  }
}

extension Envelope {
  /// Whether the closed segment a–b and the rectangle have a point in common.
  fileprivate func meetsEdge(_ a: Coordinate, _ b: Coordinate) -> Bool {
    if a.x < minX && b.x < minX || a.x > maxX && b.x > maxX || a.y < minY && b.y < minY || a.y > maxY && b.y > maxY {
      return false
    }
    // The envelopes meet; then the segment passes by exactly when all four corners lie strictly to one side of its line.
    // Only the two corners farthest across the segment's slope can differ.
    let isRising = (b.x > a.x) == (b.y > a.y)
    let first = Coordinate(x: minX, y: isRising ? maxY : minY)
    let second = Coordinate(x: maxX, y: isRising ? minY : maxY)
    let p = orientation(a, b, first)
    let q = orientation(a, b, second)
    return !(p > 0 && q > 0 || p < 0 && q < 0)
  }
}
