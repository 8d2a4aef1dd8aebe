import LageplanGeometry

/// A row copied out of its closure, to be lent again later.
public struct KeptRow: Sendable {
  public private(set) var number: Int64 = 0
  private var bytes: [UInt8] = []
  private var id = 0..<0
  private var geometry: (encoding: GeometryEncoding, range: Range<Int>)?
  private var values: [Value] = []

  /// How much of the row's own has been copied: its id, geometry and texts.
  public var byteCount: Int { bytes.count }

  public init() {}

  private enum Value: Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case boolean(Bool)
    case text(Range<Int>)
  }

  /// Takes over `row` in the place of what was held, reusing its memory.
  public mutating func keep(_ row: borrowing FeatureRow, geometry wantsGeometry: Bool) {
    bytes.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    number = row.number
    id = append(row.id)
    geometry = nil
    if wantsGeometry, let lent = row.geometry { geometry = (lent.encoding, append(lent.bytes)) }
    for value in row.values {
      switch value {
      case .null: values.append(.null)
      case .integer(let value): values.append(.integer(value))
      case .real(let value): values.append(.real(value))
      case .boolean(let value): values.append(.boolean(value))
      case .text(let text): values.append(.text(append(text)))
      }
    }
  }

  private mutating func append(_ source: UnsafeRawBufferPointer) -> Range<Int> {
    let start = bytes.count
    bytes.append(contentsOf: source)
    return start..<bytes.count
  }

  /// Calls `body` with the row, as a reader does.
  public func lend<Result>(_ body: (borrowing FeatureRow) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes { memory in
      func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[range]) }
      let lent: [LentValue] = values.map { value in
        switch value {
        case .null: .null
        case .integer(let value): .integer(value)
        case .real(let value): .real(value)
        case .boolean(let value): .boolean(value)
        case .text(let range): .text(part(range))
        }
      }
      return try lent.withUnsafeBufferPointer { values in
        try body(
          FeatureRow(
            number: number, id: part(id),
            geometry: geometry.map { GeometryBytes(encoding: $0.encoding, bytes: part($0.range)) }, values: values))
      }
    }
  }
}

/// The best rows of a search, at most `capacity` of them: a heap with the worst on top, which gives way to a better one.
struct BestRows {
  typealias Key = NearbyPosition

  private let capacity: Int
  private var heap: [(key: Key, slot: Int)] = []
  private var rows: [KeptRow] = []

  init(capacity: Int) { self.capacity = max(0, capacity) }

  var count: Int { heap.count }
  /// The worst that is kept, once there is no room left.
  var worst: Key? { heap.count == capacity ? heap.first?.key : nil }

  mutating func offer(_ key: Key, _ row: borrowing FeatureRow, geometry: Bool) {
    if heap.count < capacity {
      var kept = KeptRow()
      kept.keep(row, geometry: geometry)
      rows.append(kept)
      heap.append((key, rows.count - 1))
      siftUp(heap.count - 1)
    } else if let top = heap.first, key < top.key {
      rows[top.slot].keep(row, geometry: geometry)
      heap[0].key = key
      siftDown()
    }
  }

  /// Best first.
  func sorted() -> [(key: Key, row: KeptRow)] {
    heap.sorted { $0.key < $1.key }.map { ($0.key, rows[$0.slot]) }
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0, heap[(child - 1) / 2].key < heap[child].key {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var largest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[largest].key < heap[child].key {
        largest = child
      }
      if largest == parent { return }
      heap.swapAt(parent, largest)
      parent = largest
    }
  }
}
