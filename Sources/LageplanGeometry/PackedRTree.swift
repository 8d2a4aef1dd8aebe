/// A static R-tree over envelopes, packed along the Hilbert curve: built once in n log n, held in two flat arrays, never changed.
///
/// Results are indices into the array it was built from. Empty envelopes are held but never found.
/// Source: Kamel & Faloutsos 1993, doi:10.1145/170088.170403.
public struct PackedRTree: Sendable {
  /// How many envelopes are held, empty ones counted.
  public let count: Int
  /// The envelope of all.
  public let envelope: Envelope
  /// Leaves first, in Hilbert order, then each level above; the root is last.
  private let boxes: [Envelope]
  /// For a leaf, the index of its envelope in the input; for a node, the place of its first child.
  private let links: [Int]
  /// The end of each level in `boxes`, leaves first.
  private let levelEnds: [Int]

  private static let nodeSize = 16

  /// Packs the envelopes; results are indices into this array.
  public init(_ envelopes: [Envelope]) {
    count = envelopes.count
    let whole = envelopes.reduce(Envelope.empty) { $0.isEmpty ? $1 : $1.isEmpty ? $0 : $0.union($1) }
    envelope = whole
    // The index breaks ties, so that the same input gives the same tree.
    let order = envelopes.indices
      .map { (HilbertCurve.index(of: envelopes[$0].centre, in: whole), $0) }
      .sorted { $0 < $1 }
    var boxes = order.map { envelopes[$0.1] }
    var links = order.map(\.1)
    var ends = [boxes.count]
    var start = 0
    while ends[ends.count - 1] - start > 1 {
      let end = ends[ends.count - 1]
      for first in stride(from: start, to: end, by: Self.nodeSize) {
        var box = Envelope.empty
        for child in first..<min(first + Self.nodeSize, end) where !boxes[child].isEmpty { box.formUnion(boxes[child]) }
        boxes.append(box)
        links.append(first)
      }
      start = end
      ends.append(boxes.count)
    }
    self.boxes = boxes
    self.links = links
    levelEnds = ends
  }

  /// All whose envelope meets `query`, borders included, in the tree's order.
  public func search(_ query: Envelope) -> [Int] {
    var result: [Int] = []
    search(query, appendingTo: &result)
    return result
  }

  /// As ``search(_:)``, into memory of the caller's.
  public func search(_ query: Envelope, appendingTo result: inout [Int]) {
    guard count > 0, !query.isEmpty else { return }
    var stack = [boxes.count - 1]
    boxes.withUnsafeBufferPointer { boxes in
      links.withUnsafeBufferPointer { links in
        while let node = stack.popLast() {
          guard boxes[node].intersects(query) else { continue }
          if node < count {
            result.append(links[node])
          } else {
            // Pushed backwards, so that the children come off in their order.
            for child in children(of: node).reversed() where boxes[child].intersects(query) { stack.append(child) }
          }
        }
      }
    }
  }

  /// Whether any envelope meets `query`, borders included.
  public func intersects(_ query: Envelope) -> Bool {
    guard count > 0, !query.isEmpty else { return false }
    return intersects(query, below: boxes.count - 1)
  }

  private func intersects(_ query: Envelope, below node: Int) -> Bool {
    guard boxes[node].intersects(query) else { return false }
    if node < count { return true }
    for child in children(of: node) where intersects(query, below: child) { return true }
    return false
  }

  private func children(of node: Int) -> Range<Int> {
    let first = links[node]
    // The children end with their node's share or with their level.
    var end = first + Self.nodeSize
    for levelEnd in levelEnds where first < levelEnd {
      end = min(end, levelEnd)
      break
    }
    return first..<end
  }

  // MARK: Nearest first

  /// All envelopes, nearest first by the distance in the plane, in the unit of the frame; taken one by one, as many as needed.
  public func nearest(to position: Coordinate) -> NearestEnvelopes {
    NearestEnvelopes(tree: self, measure: .plane(position))
  }

  /// All envelopes (in degrees), nearest first by the lower bound of the geodesic distance in metres: whoever wants the nearest
  /// geometries measures each and stops when the next bound exceeds the worst kept.
  public func nearest(to bound: GeodesicLowerBound) -> NearestEnvelopes {
    NearestEnvelopes(tree: self, measure: .globe(bound))
  }

  /// The sequence of envelopes by rising distance; equal distances by rising index of the input.
  public struct NearestEnvelopes: Sequence, IteratorProtocol {
    /// `leaf` is the index in the input, −1 for a node: at equal distance nodes go first, so that leaves come in their order.
    private struct Entry {
      var distance: Double
      var leaf: Int
      var node: Int

      static func < (a: Entry, b: Entry) -> Bool { (a.distance, a.leaf) < (b.distance, b.leaf) }
    }

    private let tree: PackedRTree
    private let measure: EnvelopeMeasure
    /// A binary heap, the least entry first.
    private var heap: [Entry] = []

    fileprivate init(tree: PackedRTree, measure: EnvelopeMeasure) {
      self.tree = tree
      self.measure = measure
      if tree.count > 0 { push(tree.boxes.count - 1) }
    }

    /// The next envelope's index and distance; `nil` after the last.
    public mutating func next() -> (index: Int, distance: Double)? {
      while let entry = pop() {
        if entry.node < tree.count { return (entry.leaf, entry.distance) }
        for child in tree.children(of: entry.node) { push(child) }
      }
      return nil
    }

    private mutating func push(_ node: Int) {
      let box = tree.boxes[node]
      guard !box.isEmpty else { return }
      heap.append(
        Entry(distance: measure.distance(to: box), leaf: node < tree.count ? tree.links[node] : -1, node: node))
      var place = heap.count - 1
      while place > 0 {
        let parent = (place - 1) / 2
        guard heap[place] < heap[parent] else { break }
        heap.swapAt(place, parent)
        place = parent
      }
    }

    private mutating func pop() -> Entry? {
      guard let least = heap.first, let last = heap.popLast() else { return nil }
      guard !heap.isEmpty else { return least }
      heap[0] = last
      var place = 0
      while true {
        var child = 2 * place + 1
        guard child < heap.count else { break }
        if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
        guard heap[child] < heap[place] else { break }
        heap.swapAt(place, child)
        place = child
      }
      return least
    }
  }
}

/// How the distance to an envelope is told: in the plane, or by the lower bound on the globe.
private enum EnvelopeMeasure {
  case plane(Coordinate)
  case globe(GeodesicLowerBound)

  func distance(to box: Envelope) -> Double {
    switch self {
    case .plane(let position):
      let dx = max(box.minX - position.x, position.x - box.maxX, 0)
      let dy = max(box.minY - position.y, position.y - box.maxY, 0)
      return (dx * dx + dy * dy).squareRoot()
    case .globe(let bound): return bound.metres(to: box)
    }
  }
}
