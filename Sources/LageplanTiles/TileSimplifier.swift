import LageplanGeometry

/// Leaves out vertices that move a line by no more than a tolerance (Douglas and Peucker 1973, doi:10.3138/FM57-6770-U75U-7727).
///
/// In place in the scratch buffers of the tile path, a part at a time, where Geometry's `Simplifier` takes whole geometries.
/// Lines and rings are simplified before they are clipped: two tiles that share a line then leave out the same vertices,
/// and it meets itself at their edge. (Clipping first would save little: projecting every vertex costs more than this.)
struct TileSimplifier: ~Copyable {
  private var keep = FlatBuffer<Bool>()
  private var stack = FlatBuffer<Stretch>(capacity: 64)

  /// From one kept vertex to the next: what lies between is still to be looked at.
  struct Stretch: BitwiseCopyable {
    var from: Int
    var to: Int
  }

  /// First and last vertex stay.
  mutating func simplify(line: inout FlatBuffer<Coordinate>, tolerance: Double) {
    guard line.count > 2 else { return }
    mark(line.count)
    keep[0] = true
    keep[line.count - 1] = true
    scan(line, 0, line.count - 1, tolerance)
    compact(&line, line.count)
  }

  /// An open ring; the first vertex and the one farthest from it stay.
  /// A ring of which fewer than three vertices would be left stays as it is: rounding decides whether it vanishes.
  mutating func simplify(ring: inout FlatBuffer<Coordinate>, tolerance: Double) {
    guard ring.count > 3 else { return }
    let count = ring.count
    var farthest = 0
    var distance = -1.0
    for index in 1..<count {
      let dx = ring[index].x - ring[0].x
      let dy = ring[index].y - ring[0].y
      if dx * dx + dy * dy > distance {
        distance = dx * dx + dy * dy
        farthest = index
      }
    }
    ring.append(ring[0])
    mark(count + 1)
    keep[0] = true
    keep[farthest] = true
    scan(ring, 0, farthest, tolerance)
    scan(ring, farthest, count, tolerance)
    var kept = 0
    for index in 0..<count where keep[index] { kept += 1 }
    if kept < 3 {
      ring.truncate(to: count)
    } else {
      compact(&ring, count)
    }
  }

  private mutating func mark(_ count: Int) {
    keep.removeAll()
    keep.append(repeating: false, count: count)
  }

  private mutating func scan(_ line: borrowing FlatBuffer<Coordinate>, _ first: Int, _ last: Int, _ tolerance: Double) {
    let limit = tolerance * tolerance
    stack.append(Stretch(from: first, to: last))
    while stack.count > 0 {
      let from = stack.last.from
      let to = stack.last.to
      stack.removeLast()
      guard to - from > 1 else { continue }
      let a = line[from]
      let dx = line[to].x - a.x
      let dy = line[to].y - a.y
      let length = dx * dx + dy * dy
      let scale = length > 0 ? 1 / length : 0
      var farthest = from
      var distance = limit
      for index in (from + 1)..<to {
        let px = line[index].x - a.x
        let py = line[index].y - a.y
        // The nearest place on the segment, not on its line: ends of hairpins stay.
        let t = min(1, max(0, (px * dx + py * dy) * scale))
        let ex = px - t * dx
        let ey = py - t * dy
        let square = ex * ex + ey * ey
        if square > distance {
          distance = square
          farthest = index
        }
      }
      guard farthest > from else { continue }
      keep[farthest] = true
      stack.append(Stretch(from: from, to: farthest))
      stack.append(Stretch(from: farthest, to: to))
    }
  }

  private func compact(_ line: inout FlatBuffer<Coordinate>, _ count: Int) {
    var kept = 0
    for index in 0..<count where keep[index] {
      line[kept] = line[index]
      kept += 1
    }
    line.truncate(to: kept)
  }
}
