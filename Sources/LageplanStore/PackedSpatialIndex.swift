import LageplanGeometry

/// Fills the R*Tree of a table that was loaded at once, by writing its nodes.
///
/// Inserting row by row costs a descent and now and then a split for each; sorted along the Hilbert curve, the leaves can be cut
/// off the list one after the other, and so can every level above (I. Kamel, C. Faloutsos: On Packing R-trees, CIKM 1993,
/// doi:10.1145/170088.170403). The tree is smaller and its nodes overlap less. The form of the three tables is that of
/// ext/rtree/rtree.c of SQLite, which `rtreecheck` verifies.
struct PackedSpatialIndex {
  /// What a node says of one thing below it: a feature's number or a node's.
  private struct Cell {
    var id: Int64
    var minX, maxX, minY, maxY: Float

    mutating func formUnion(_ other: Cell) {
      minX = min(minX, other.minX)
      maxX = max(maxX, other.maxX)
      minY = min(minY, other.minY)
      maxY = max(maxY, other.maxY)
    }
  }

  private static let cellSize = 24
  private var cells: [Cell] = []

  mutating func append(number: Int64, envelope: Envelope) {
    cells.append(
      Cell(
        id: number, minX: Self.roundedDown(envelope.minX), maxX: Self.roundedUp(envelope.maxX),
        minY: Self.roundedDown(envelope.minY), maxY: Self.roundedUp(envelope.maxY)))
  }

  /// Brings what was appended in several runs into one Hilbert order.
  mutating func sort(within extent: Envelope) {
    let envelopes = cells.map {
      Envelope(minX: Double($0.minX), minY: Double($0.minY), maxX: Double($0.maxX), maxY: Double($0.maxY))
    }
    cells = hilbertOrder(of: envelopes, within: extent).map { cells[$0] }
  }

  private static func roundedDown(_ value: Double) -> Float {
    let nearest = Float(value)
    return Double(nearest) > value ? nearest.nextDown : nearest
  }

  private static func roundedUp(_ value: Double) -> Float {
    let nearest = Float(value)
    return Double(nearest) < value ? nearest.nextUp : nearest
  }

  /// Writes the tree of all that was appended, in that order, into the index of `table`, which must be empty.
  func write(to table: CollectionTable, on connection: SQLiteConnection) throws {
    let (nodes, rows, parents) = ("node", "rowid", "parent")
    func shadow(_ name: String) -> String { quoted("idx_\(table.collection)_geometry_\(name)") }
    guard !cells.isEmpty,
      let nodeSize = try connection.integer("SELECT length(\"data\") FROM \(shadow(nodes)) WHERE \"nodeno\" = 1")
    else { return }
    let capacity = (Int(nodeSize) - 4) / Self.cellSize

    let writeNode = try SQLiteStatement("INSERT OR REPLACE INTO \(shadow(nodes)) VALUES (?, ?)", on: connection)
    let writeRow = try SQLiteStatement("INSERT INTO \(shadow(rows)) VALUES (?, ?)", on: connection)
    let writeParent = try SQLiteStatement("INSERT INTO \(shadow(parents)) VALUES (?, ?)", on: connection)

    var level = cells
    var depth = 0
    // The root is node 1 and comes last.
    var nextNode: Int64 = 2
    while level.count > capacity {
      var above: [Cell] = []
      for range in Self.evenRanges(of: level.count, atMost: capacity) {
        let below = level[range]
        try write(below, as: nextNode, depth: 0, size: Int(nodeSize), with: writeNode)
        var cover = level[range.lowerBound]
        for cell in below {
          cover.formUnion(cell)
          try Self.write(cell.id, below: nextNode, with: depth == 0 ? writeRow : writeParent)
        }
        cover.id = nextNode
        above.append(cover)
        nextNode += 1
      }
      level = above
      depth += 1
    }
    try write(level[...], as: 1, depth: depth, size: Int(nodeSize), with: writeNode)
    for cell in level { try Self.write(cell.id, below: 1, with: depth == 0 ? writeRow : writeParent) }
  }

  /// `0..<count` in the fewest pieces of at most `size`, which differ by one at most: no node is left nearly empty.
  static func evenRanges(of count: Int, atMost size: Int) -> [Range<Int>] {
    let pieces = (count + size - 1) / size
    return (0..<pieces).map { (count * $0 / pieces)..<(count * ($0 + 1) / pieces) }
  }

  private static func write(_ id: Int64, below node: Int64, with statement: SQLiteStatement) throws {
    try statement.bind(.integer(id), at: 1)
    try statement.bind(.integer(node), at: 2)
    try statement.run()
  }

  private func write(_ cells: ArraySlice<Cell>, as node: Int64, depth: Int, size: Int, with statement: SQLiteStatement) throws {
    var data = [UInt8]()
    data.reserveCapacity(size)
    func append(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.bigEndian) { data.append(contentsOf: $0) } }
    append(UInt16(depth))
    append(UInt16(cells.count))
    for cell in cells {
      append(cell.id)
      for bound in [cell.minX, cell.maxX, cell.minY, cell.maxY] { append(bound.bitPattern) }
    }
    data.append(contentsOf: repeatElement(0, count: size - data.count))
    try statement.bind(.integer(node), at: 1)
    try statement.bind(.blob(data), at: 2)
    try statement.run()
  }
}
