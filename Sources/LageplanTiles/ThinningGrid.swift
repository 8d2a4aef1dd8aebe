/// The cells over one layer of one tile in which crowded features are gathered: who represents each, how many it stands for.
///
/// Cells are squares of a power of two tile units, counted from the tile's corner. Corners of tiles lie on corners of cells, and
/// a cell of one zoom is exactly four of the next: so neighbouring tiles agree about a cell near their common edge, and what
/// represents a cell also represents the smaller cell around it at every finer zoom. That is why the representative is the
/// feature of the lowest rank in an order that knows neither zoom nor tile.
struct ThinningGrid: ~Copyable {
  /// Shapes of different kinds are drawn differently and do not stand for each other.
  enum Kind: Int32 {
    case point, line, polygon
    static let count = 3
  }

  /// A feature that is too small or too crowded to be drawn for itself.
  struct Member {
    var kind: Kind
    /// In tile units, not rounded.
    var x: Double
    var y: Double
    /// In square tile units; of polygons only.
    var area: Double
    var number: Int64
    /// Its place in the order of the scan, which is that of rising numbers.
    var sequence: UInt32
    /// What stands for the value of its status property; ``noStatus`` where it has none.
    var status: UInt32
  }

  struct Cell: BitwiseCopyable {
    var kind: Int32
    var count: UInt32
    /// Of the representative.
    var rank: UInt64
    var sequence: UInt32
    var x: Double
    var y: Double
    /// Where the caller keeps the representative.
    var slot: UInt32
    /// Of all members.
    var area: Double
    /// The sums of the members' whole tile units, exact whatever the order.
    var sumX: Int64
    var sumY: Int64
    /// The first of the cell's tallies, or −1.
    var firstTally: Int32
  }

  /// How many members of a cell have one status.
  struct Tally: BitwiseCopyable {
    var status: UInt32
    var count: UInt32
    var next: Int32
  }

  static let noStatus = UInt32.max
  /// Statuses of a cell beyond the ones that are told apart: whoever counts house numbers gets no table of them all.
  static let otherStatus = UInt32.max - 1
  static let mostStatuses = 64

  private(set) var cells = FlatBuffer<Cell>(capacity: 1 << 10)
  private var tallies = FlatBuffer<Tally>()
  /// By place in the grid: the number of the cell plus one, or 0.
  private var places = FlatBuffer<UInt32>(capacity: 1 << 15)
  private var coarser = FlatBuffer<Cell>(capacity: 1 << 10)
  private var order = FlatBuffer<UInt64>(capacity: 1 << 10)
  /// The side of a cell is two to this power, in tile units.
  private(set) var shift: Int32 = 0
  /// How far the grid reaches beyond the tile, in tile units. The tile's buffer where it holds whole cells; else nothing, for a
  /// cell that is seen in part would be counted in part.
  private(set) var margin: Int32 = 0
  private var side: Int32 = 0
  /// In tile units: what represents a large cell need not be drawn finer than the cell.
  var tolerance: Double { Double(1 << shift) / 16 }

  /// Empties the grid, whose cells have a side of two to the power `shift`.
  mutating func begin(shift: Int32) {
    setSide(shift)
    cells.removeAll()
    tallies.removeAll()
  }

  private mutating func setSide(_ shift: Int32) {
    self.shift = shift
    margin = 1 << shift <= TilePlacement.bufferInTileUnits ? TilePlacement.bufferInTileUnits : 0
    side = (TilePlacement.extent + 2 * margin) >> shift
    places.removeAll()
    places.append(repeating: 0, count: Int(side) * Int(side) * Kind.count)
  }

  /// A fixed shuffle of the numbers (the finaliser of SplitMix64, doi:10.1145/2714064.2660195): one to one, so that no two
  /// features share a rank. Numbers follow the Hilbert curve; taking the lowest would always take the cell's entry of the curve.
  @inline(__always)
  static func rank(of number: Int64) -> UInt64 {
    var z = UInt64(bitPattern: number) &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }

  // MARK: Gathering

  /// Counts a feature. Answers the slot in which the caller has to keep it, where it represents its cell for now; `nil` where
  /// another one does, or where it lies beyond the grid.
  @inline(__always)
  mutating func add(_ member: Member) -> UInt32? {
    let place = place(member.kind.rawValue, member.x, member.y)
    guard place >= 0 else { return nil }
    let unitX = Int64(member.x.rounded(.down))
    let unitY = Int64(member.y.rounded(.down))
    let rank = Self.rank(of: member.number)
    let known = places[place]
    guard known > 0 else {
      let index = cells.count
      places[place] = UInt32(truncatingIfNeeded: index &+ 1)
      cells.append(
        Cell(
          kind: member.kind.rawValue, count: 1, rank: rank, sequence: member.sequence, x: member.x, y: member.y,
          slot: UInt32(truncatingIfNeeded: index), area: member.area, sumX: unitX, sumY: unitY, firstTally: -1))
      if member.status != Self.noStatus { count(member.status, 1, in: index) }
      return UInt32(truncatingIfNeeded: index)
    }
    let index = Int(known &- 1)
    let cell = cells.base + index
    cell.pointee.count &+= 1
    cell.pointee.sumX &+= unitX
    cell.pointee.sumY &+= unitY
    cell.pointee.area += member.area
    if member.status != Self.noStatus { count(member.status, 1, in: index) }
    guard rank < cell.pointee.rank else { return nil }
    cell.pointee.rank = rank
    cell.pointee.sequence = member.sequence
    cell.pointee.x = member.x
    cell.pointee.y = member.y
    return cell.pointee.slot
  }

  /// −1 beyond the grid, and for what is no number.
  @inline(__always)
  private func place(_ kind: Int32, _ x: Double, _ y: Double) -> Int {
    let low = -Double(margin)
    let high = Double(TilePlacement.extent &+ margin)
    guard x >= low, x < high, y >= low, y < high else { return -1 }
    let column = (Int32(truncatingIfNeeded: Int(x.rounded(.down))) &+ margin) &>> shift
    let row = (Int32(truncatingIfNeeded: Int(y.rounded(.down))) &+ margin) &>> shift
    return Int((kind &* side &+ row) &* side &+ column)
  }

  @inline(__always)
  private mutating func count(_ status: UInt32, _ times: UInt32, in cell: Int) {
    var status = status
    var length = 0
    var last: Int32 = -1
    var at = cells[cell].firstTally
    while at >= 0 {
      let tally = tallies.base + Int(at)
      if tally.pointee.status == status {
        tally.pointee.count &+= times
        return
      }
      length &+= 1
      // The last place is for all the others together.
      if length == Self.mostStatuses &- 1 { status = Self.otherStatus }
      last = at
      at = tally.pointee.next
    }
    let new = Int32(truncatingIfNeeded: tallies.count)
    tallies.append(Tally(status: status, count: times, next: -1))
    if last < 0 { (cells.base + cell).pointee.firstTally = new } else { (tallies.base + Int(last)).pointee.next = new }
  }

  // MARK: Coarsening

  /// The largest cell is the tile.
  var canCoarsen: Bool { 1 << shift < TilePlacement.extent }

  /// Joins four cells into one, as if they had been so from the start.
  mutating func coarsen() {
    setSide(shift + 1)
    swap(&cells, &coarser)
    cells.removeAll()
    for index in 0..<coarser.count { join(coarser[index]) }
  }

  private mutating func join(_ old: Cell) {
    let place = place(old.kind, old.x, old.y)
    guard place >= 0 else { return }
    guard places[place] > 0 else {
      places[place] = UInt32(truncatingIfNeeded: cells.count + 1)
      cells.append(old)
      return
    }
    let index = Int(places[place] - 1)
    var cell = cells[index]
    cell.count += old.count
    cell.sumX += old.sumX
    cell.sumY += old.sumY
    cell.area += old.area
    if old.rank < cell.rank {
      (cell.rank, cell.sequence, cell.x, cell.y, cell.slot) = (old.rank, old.sequence, old.x, old.y, old.slot)
    }
    cells[index] = cell
    var at = old.firstTally
    while at >= 0 {
      let tally = tallies[Int(at)]
      count(tally.status, tally.count, in: index)
      at = tally.next
    }
  }

  // MARK: Reading

  /// The numbers of all cells, by rising number of their representatives.
  mutating func sortedCells() -> UnsafeBufferPointer<UInt64> {
    order.removeAll()
    for index in 0..<cells.count {
      order.append(UInt64(cells[index].sequence) &<< 32 | UInt64(truncatingIfNeeded: index))
    }
    var keys = UnsafeMutableBufferPointer(start: order.base, count: order.count)
    keys.sort()
    for index in 0..<order.count { order[index] &= 0xFFFF_FFFF }
    return order.slice(0..<order.count)
  }

  func tally(_ index: Int32) -> Tally { tallies[Int(index)] }
}
