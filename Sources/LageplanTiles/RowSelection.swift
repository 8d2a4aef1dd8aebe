import LageplanFeatures
import LageplanGeometry

/// The rows of a chunk that may show in a tile: places in the chunk, by rising number.
struct RowSelection: ~Copyable {
  private var places = FlatBuffer<Int32>(capacity: 1 << 10)

  var rows: UnsafeBufferPointer<Int32> { places.slice(0..<places.count) }

  /// Points in the tile and its buffer.
  mutating func select(pointsOf shapes: ResidentShapes, _ placement: TilePlacement) {
    let window = TilePlacement.window
    let points = shapes.points
    places.removeAll()
    places.reserve(shapes.count)
    var count = 0
    for row in 0..<shapes.count {
      // Every place is stored, and overwritten unless it counts: no branch to guess wrong. NaN, a row without a place, fails.
      places.base[count] = Int32(truncatingIfNeeded: row)
      count &+= window.contains(placement.place(points[row])) ? 1 : 0
    }
    places.setCount(count)
  }

  /// Shapes whose envelope meets `window`, which is in the frame of the tiles.
  mutating func select(shapesOf shapes: ResidentShapes, in window: Envelope) {
    places.removeAll()
    for row in 0..<shapes.count where shapes.kinds[row] != 0 && shapes.envelopes[row].intersects(window) {
      places.append(Int32(truncatingIfNeeded: row))
    }
  }

  /// Keeps what matches.
  mutating func keep(matching filter: ResidentFilter, in chunk: ResidentChunk) {
    places.setCount(filter.select(places.base, count: places.count, in: chunk))
  }

  /// Keeps the rows of `chunk` whose storage envelope meets `window`.
  mutating func keep(meeting window: Envelope, in chunk: ResidentChunk) {
    var kept = 0
    for place in 0..<places.count where chunk.envelope(ofRow: Int(places.base[place])).intersects(window) {
      places.base[kept] = places.base[place]
      kept += 1
    }
    places.setCount(kept)
  }
}
