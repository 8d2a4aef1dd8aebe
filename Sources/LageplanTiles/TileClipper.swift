import LageplanGeometry

/// Clips lines and rings to a window, in tile units.
///
/// This lies here and not in Geometry's `RectangleClipper` because it is the loop of the tile path: it works in the
/// scratch buffers of the thread, allocates nothing, and leaves rings open and unrepaired, for what follows rounds them anyway.
enum TileClipper {
  // MARK: Rings

  /// Sutherland and Hodgman's clipping (1974, doi:10.1145/360767.360802) of an open ring against the four sides in turn.
  ///
  /// `ring` holds the result, with `other` as its second buffer. A concave ring may come back with edges that run forth and
  /// back along the window's sides: the area is right, the ring is not simple. Whoever needs it simple has to look.
  static func clip(
    ring: inout FlatBuffer<Coordinate>, _ other: inout FlatBuffer<Coordinate>, extent: Envelope, to window: Envelope
  ) {
    if extent.minX < window.minX {
      clip(ring, into: &other, { $0.x - window.minX }, { Coordinate(x: window.minX, y: $0.y) })
      swap(&ring, &other)
    }
    if extent.maxX > window.maxX {
      clip(ring, into: &other, { window.maxX - $0.x }, { Coordinate(x: window.maxX, y: $0.y) })
      swap(&ring, &other)
    }
    if extent.minY < window.minY {
      clip(ring, into: &other, { $0.y - window.minY }, { Coordinate(x: $0.x, y: window.minY) })
      swap(&ring, &other)
    }
    if extent.maxY > window.maxY {
      clip(ring, into: &other, { window.maxY - $0.y }, { Coordinate(x: $0.x, y: window.maxY) })
      swap(&ring, &other)
    }
  }

  /// One side: keeps what has no negative `depth`; `onSide` moves a computed crossing exactly onto the side.
  /// Both closures are inlined: this is one loop of arithmetic for each of the four sides.
  @inline(__always)
  private static func clip(
    _ ring: borrowing FlatBuffer<Coordinate>, into result: inout FlatBuffer<Coordinate>, _ depth: (Coordinate) -> Double,
    _ onSide: (Coordinate) -> Coordinate
  ) {
    result.removeAll()
    guard ring.count > 0 else { return }
    var previous = ring.last
    var previousDepth = depth(previous)
    for index in 0..<ring.count {
      let current = ring[index]
      let currentDepth = depth(current)
      if (previousDepth < 0) != (currentDepth < 0) {
        // Always from the inner end to the outer: the edge gives the same crossing whichever way it is walked.
        let crossing =
          previousDepth < 0
          ? between(current, previous, currentDepth / (currentDepth - previousDepth))
          : between(previous, current, previousDepth / (previousDepth - currentDepth))
        result.append(onSide(crossing))
      }
      if currentDepth >= 0 { result.append(current) }
      previous = current
      previousDepth = currentDepth
    }
  }

  // MARK: Lines

  /// Cuts a line into its pieces inside the window (Liang and Barsky 1984, doi:10.1145/357332.357333, segment by segment).
  ///
  /// Appends the pieces' vertices to `pieces` and the end of each to `ends`. A piece that only touches the window in one
  /// point has two equal vertices.
  static func clip(
    line: UnsafeBufferPointer<Coordinate>, to window: Envelope, pieces: inout FlatBuffer<Coordinate>,
    ends: inout FlatBuffer<Int>
  ) {
    var isOpen = false
    for index in 1..<max(1, line.count) {
      let start = line[index &- 1]
      let end = line[index]
      var from = 0.0
      var to = 1.0
      let dx = end.x - start.x
      let dy = end.y - start.y
      guard cut(-dx, start.x - window.minX, &from, &to), cut(dx, window.maxX - start.x, &from, &to),
        cut(-dy, start.y - window.minY, &from, &to), cut(dy, window.maxY - start.y, &from, &to)
      else {
        if isOpen { ends.append(pieces.count) }
        isOpen = false
        continue
      }
      if isOpen, from > 0 {
        ends.append(pieces.count)
        isOpen = false
      }
      if !isOpen { pieces.append(from > 0 ? between(start, end, from) : start) }
      pieces.append(to < 1 ? between(start, end, to) : end)
      isOpen = to >= 1
      if !isOpen { ends.append(pieces.count) }
    }
    if isOpen { ends.append(pieces.count) }
  }

  /// Narrows `from...to` to where `direction · t <= distance`; false where nothing is left.
  @inline(__always)
  private static func cut(_ direction: Double, _ distance: Double, _ from: inout Double, _ to: inout Double) -> Bool {
    if direction == 0 { return distance >= 0 }
    let t = distance / direction
    if direction < 0 {
      if t > to { return false }
      if t > from { from = t }
    } else {
      if t < from { return false }
      if t < to { to = t }
    }
    return true
  }

  @inline(__always)
  private static func between(_ a: Coordinate, _ b: Coordinate, _ t: Double) -> Coordinate {
    Coordinate(x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t)
  }
}
