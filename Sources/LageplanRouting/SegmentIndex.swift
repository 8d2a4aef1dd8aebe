import LageplanGeometry

/// An envelope in units of ``RoadPosition``.
struct SegmentBox: BitwiseCopyable, Sendable {
  var west: Int32
  var south: Int32
  var east: Int32
  var north: Int32

  static let empty = SegmentBox(west: .max, south: .max, east: .min, north: .min)

  mutating func formUnion(_ position: RoadPosition) {
    west = min(west, position.longitude)
    east = max(east, position.longitude)
    south = min(south, position.latitude)
    north = max(north, position.latitude)
  }

  mutating func formUnion(_ other: SegmentBox) {
    west = min(west, other.west)
    east = max(east, other.east)
    south = min(south, other.south)
    north = max(north, other.north)
  }

  @inline(__always) func intersects(_ other: SegmentBox) -> Bool {
    west <= other.east && other.west <= east && south <= other.north && other.south <= north
  }

  /// The square of the distance from the origin of a plane, in metres; 0 inside.
  @inline(__always) func squaredDistance(in plane: RoadPlane) -> Double {
    let x = max(0, Double(west) - plane.originLongitude, plane.originLongitude - Double(east)) * plane.east
    let y = max(0, Double(south) - plane.originLatitude, plane.originLatitude - Double(north)) * plane.north
    return x * x + y * y
  }
}

/// Up to four segments of one edge, one after the other.
struct SegmentRun: BitwiseCopyable, Sendable {
  var edge: Int32
  /// The first vertex, as an index into the vertices of the network.
  var firstVertex: Int32
  /// Segments, at least 1.
  var count: Int32
}

/// A packed R-tree over the line segments of the edges of a network: runs of segments in Hilbert order, eight to a node, no links, so that
/// it lies in a file as it is used.
///
/// Source: Kamel & Faloutsos 1993, doi:10.1145/170088.170403.
struct SegmentIndex: Sendable {
  static let fanOut = 8
  static let runLength = 4

  let runs: FlatArray<SegmentRun>
  /// Those of the runs, then those of each level above; the root is last.
  let boxes: FlatArray<SegmentBox>
  /// Where each level begins in the boxes, and at last where they end.
  private let levels: [Int]

  init(of network: RoadNetwork) {
    var runs: [SegmentRun] = []
    for edge in 0..<network.edgeCount {
      let range = network.vertexRange(of: edge)
      var first = range.lowerBound
      while first < range.upperBound - 1 {
        let count = min(Self.runLength, range.upperBound - 1 - first)
        runs.append(SegmentRun(edge: Int32(edge), firstVertex: Int32(first), count: Int32(count)))
        first += count
      }
    }
    let boxOf = { (run: SegmentRun) -> SegmentBox in
      var box = SegmentBox.empty
      for vertex in Int(run.firstVertex)...Int(run.firstVertex + run.count) { box.formUnion(network.vertices[vertex]) }
      return box
    }
    var whole = SegmentBox.empty
    for vertex in network.vertices { whole.formUnion(vertex) }
    let width = max(1, Double(whole.east) - Double(whole.west))
    let height = max(1, Double(whole.north) - Double(whole.south))
    let keys = runs.map { run -> UInt64 in
      let box = boxOf(run)
      let x = (Double(box.west) + Double(box.east)) / 2 - Double(whole.west)
      let y = (Double(box.south) + Double(box.north)) / 2 - Double(whole.south)
      return HilbertCurve.index(x: UInt32(x / width * 65535), y: UInt32(y / height * 65535), order: 16)
    }
    // The number breaks ties, so that the same network gives the same tree.
    let order = runs.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    let sorted = order.map { runs[$0] }
    var boxes = sorted.map(boxOf)
    var start = 0
    while boxes.count - start > 1 {
      let end = boxes.count
      for first in stride(from: start, to: end, by: Self.fanOut) {
        var box = SegmentBox.empty
        for child in first..<min(first + Self.fanOut, end) { box.formUnion(boxes[child]) }
        boxes.append(box)
      }
      start = end
    }
    self.runs = FlatArray(sorted)
    self.boxes = FlatArray(boxes)
    levels = Self.levels(of: sorted.count)
  }

  /// From a file; nil unless the counts fit each other.
  init?(runs: FlatArray<SegmentRun>, boxes: FlatArray<SegmentBox>) {
    levels = Self.levels(of: runs.count)
    guard boxes.count == levels.last else { return nil }
    self.runs = runs
    self.boxes = boxes
  }

  private static func levels(of count: Int) -> [Int] {
    var levels = [0, count]
    var size = count
    while size > 1 {
      size = (size + fanOut - 1) / fanOut
      levels.append(levels[levels.count - 1] + size)
    }
    return levels
  }

  // MARK: Questions

  /// Every run whose box meets another, in the tree's order.
  func forEachRun(meeting box: SegmentBox, _ body: (SegmentRun) -> Void) {
    guard !runs.isEmpty else { return }
    var stack = [(level: levels.count - 2, node: boxes.count - 1)]
    while let (level, node) = stack.popLast() {
      guard boxes[node].intersects(box) else { continue }
      if level == 0 {
        body(runs[node])
      } else {
        for child in children(of: node, level: level).reversed() { stack.append((level - 1, child)) }
      }
    }
  }

  /// Goes through the runs about the origin of a plane, near ones first where that is cheap.
  ///
  /// - Parameters:
  ///   - plane: Metres about the place.
  ///   - limit: The square of a distance in metres: boxes beyond it are left out.
  ///   - body: What to do with a run; it gives the limit that holds from now on.
  @inline(__always)
  func search(about plane: RoadPlane, within limit: Double, _ body: (SegmentRun) -> Double) {
    guard !runs.isEmpty else { return }
    var limit = limit
    // Each level leaves at most seven siblings behind.
    withUnsafeTemporaryAllocation(of: Entry.self, capacity: levels.count * Self.fanOut) { stack in
      let root = boxes.count - 1
      stack[0] = Entry(distance: boxes[root].squaredDistance(in: plane), level: Int32(levels.count - 2), node: Int32(root))
      var top = 1
      while top > 0 {
        top -= 1
        let entry = stack[top]
        guard entry.distance <= limit else { continue }
        if entry.level == 0 {
          limit = body(runs[Int(entry.node)])
          continue
        }
        let bottom = top
        for child in children(of: Int(entry.node), level: Int(entry.level)) {
          let distance = boxes[child].squaredDistance(in: plane)
          guard distance <= limit else { continue }
          // The nearest comes to lie on top.
          var place = top
          while place > bottom, stack[place - 1].distance < distance {
            stack[place] = stack[place - 1]
            place -= 1
          }
          stack[place] = Entry(distance: distance, level: entry.level - 1, node: Int32(child))
          top += 1
        }
      }
    }
  }

  private struct Entry {
    var distance: Double
    var level: Int32
    var node: Int32
  }

  @inline(__always) private func children(of node: Int, level: Int) -> Range<Int> {
    let first = levels[level - 1] + (node - levels[level]) * Self.fanOut
    return first..<min(first + Self.fanOut, levels[level])
  }
}
