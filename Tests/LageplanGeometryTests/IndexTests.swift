import LageplanGeometry
import TestSupport
import Testing

struct IndexTests {
  // MARK: Hilbert curve

  /// What makes it a Hilbert curve: each cell once, each next to the one before, from one lower corner to the other.
  @Test(arguments: 1...7) func curveVisitsEveryCellByUnitSteps(order: Int) {
    let side = UInt32(1) << UInt32(order)
    var cells = [(x: UInt32, y: UInt32)?](repeating: nil, count: Int(side * side))
    for x in 0..<side {
      for y in 0..<side { cells[Int(HilbertCurve.index(x: x, y: y, order: order))] = (x, y) }
    }
    let path = cells.compactMap { $0 }
    #expect(path.count == cells.count)
    for (a, b) in zip(path, path.dropFirst()) {
      #expect(abs(Int(a.x) - Int(b.x)) + abs(Int(a.y) - Int(b.y)) == 1)
    }
    #expect(path.first.map { $0 == (0, 0) } == true)
    #expect(path.last.map { $0 == (side - 1, 0) } == true)
    for (index, cell) in path.enumerated() { #expect(HilbertCurve.cell(at: UInt64(index), order: order) == cell) }
  }

  @Test func extremesHaveAPlace() {
    #expect(HilbertCurve.index(x: .max, y: 0, order: 32) == .max)
    #expect(HilbertCurve.cell(at: .max, order: 32) == (.max, 0))
    let frame = Envelope(minX: 0, minY: 0, maxX: 1, maxY: 1)
    #expect(HilbertCurve.index(of: Coordinate(x: -5, y: .nan), in: frame) == 0)
    #expect(HilbertCurve.index(of: Coordinate(x: 5, y: -1), in: frame) == 0xFFFF_FFFF)
    #expect(HilbertCurve.index(of: Coordinate(x: 5, y: -1), in: .empty) == 0)
  }

  // MARK: R-tree

  private func boxes(_ count: Int, _ random: inout RandomGeometry) -> [Envelope] {
    (0..<count).map { index in
      if index % 17 == 3 { return .empty }
      let p = random.position()
      let size = index % 5 == 0 ? 0 : Double.random(in: 0...30, using: &random.seed)
      return Envelope(minX: p.x, minY: p.y, maxX: p.x + size, maxY: p.y + size / 2)
    }
  }

  @Test(arguments: [0, 1, 2, 15, 16, 17, 255, 256, 257, 3000]) func searchEqualsBruteForce(count: Int) {
    var random = RandomGeometry(seed: Seed(UInt64(count)), isGrid: count.isMultiple(of: 2))
    let boxes = boxes(count, &random)
    let tree = PackedRTree(boxes)
    for _ in 0..<100 {
      let (p, q) = (random.position(), random.position())
      let query = Envelope(
        minX: min(p.x, q.x), minY: min(p.y, q.y), maxX: min(p.x, q.x) + abs(p.x - q.x) / 5, maxY: max(p.y, q.y))
      #expect(tree.search(query).sorted() == boxes.indices.filter { boxes[$0].intersects(query) })
    }
    #expect(tree.search(.empty).isEmpty)
    #expect(tree.search(Envelope(minX: -1e9, minY: -1e9, maxX: 1e9, maxY: 1e9)).count == boxes.count { !$0.isEmpty })
  }

  @Test(arguments: [0, 1, 16, 17, 3000]) func nearestEqualsSorting(count: Int) {
    var random = RandomGeometry(seed: Seed(UInt64(count) + 9), isGrid: true)
    let boxes = boxes(count, &random)
    let tree = PackedRTree(boxes)
    for _ in 0..<10 {
      let position = random.position()
      let expected = boxes.indices.filter { !boxes[$0].isEmpty }
        .map { index in
          let (dx, dy) = (
            max(boxes[index].minX - position.x, position.x - boxes[index].maxX, 0),
            max(boxes[index].minY - position.y, position.y - boxes[index].maxY, 0)
          )
          return ((dx * dx + dy * dy).squareRoot(), index)
        }
        .sorted { $0 < $1 }
      #expect(tree.nearest(to: position).map(\.index) == expected.map(\.1))
      #expect(tree.nearest(to: position).prefix(5).map(\.distance) == expected.prefix(5).map(\.0))
    }
  }

  @Test func nearestOnTheGlobeRisesByItsBound() {
    var seed = Seed(4)
    let points = (0..<2000).map { _ in Envelope(minX: 6, minY: 47, maxX: 15, maxY: 55).random(using: &seed) }
    let tree = PackedRTree(points.map { Envelope(around: $0) })
    let bound = GeodesicLowerBound(from: Coordinate(longitude: 9, latitude: 50))
    let found = tree.nearest(to: bound).map(\.distance)
    #expect(found.count == points.count && found == found.sorted())
    #expect(found.first == points.map { bound.metres(to: Envelope(around: $0)) }.min())
  }
}
