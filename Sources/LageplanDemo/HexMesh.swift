import LageplanGeometry

/// The land as a honeycomb with shaken corners. Sets of cells become polygons that share their borders vertex by vertex:
/// districts tile the town without gap or overlap by construction.
///
/// Three cells meet at each corner, so the border of any set passes a corner at most once and every ring is simple.
struct HexMesh {
  /// Corner to corner, before `factor`.
  let edge: Double
  /// Cells run over −half...half in both axial directions.
  let half: Int
  /// Position of each corner: two per cell, its northern and its southern one.
  private(set) var corners: [Coordinate]

  private var side: Int { 2 * half + 1 }
  var cellCount: Int { side * side }

  init(radius: Double, edge: Double, random: inout RandomSource) {
    self.edge = edge
    half = Int((radius * 1.2 / edge).rounded(.up)) + 3
    corners = []
    corners.reserveCapacity(2 * cellCount)
    for cell in 0..<cellCount {
      for north in [edge, -edge] {
        // A third of the edge keeps every cell convex enough to stay simple.
        let shake = Coordinate(x: random.real(-0.26...0.26), y: random.real(-0.26...0.26)) * edge
        corners.append(centre(of: cell) + Coordinate(x: 0, y: north) + shake)
      }
    }
  }

  private static let root3 = 3.0.squareRoot()

  private func axial(_ cell: Int) -> (q: Int, r: Int) { (cell % side - half, cell / side - half) }

  private func cell(_ q: Int, _ r: Int) -> Int? {
    abs(q) <= half && abs(r) <= half ? (r + half) * side + q + half : nil
  }

  func centre(of cell: Int) -> Coordinate {
    let (q, r) = axial(cell)
    return Coordinate(x: edge * Self.root3 * (Double(q) + Double(r) / 2), y: 1.5 * edge * Double(r))
  }

  /// The regular cell that holds the point; the shaken one is this or a neighbour.
  func cell(at point: Coordinate) -> Int? {
    let r = point.y / (1.5 * edge)
    let q = point.x / (edge * Self.root3) - r / 2
    var (roundQ, roundR) = (q.rounded(), r.rounded())
    let roundS = (-q - r).rounded()
    let (dq, dr, ds) = (abs(roundQ - q), abs(roundR - r), abs(roundS + q + r))
    if dq > dr, dq > ds { roundQ = -roundR - roundS } else if dr > ds { roundR = -roundQ - roundS }
    guard abs(roundQ) <= Double(half), abs(roundR) <= Double(half) else { return nil }
    return cell(Int(roundQ), Int(roundR))
  }

  /// The six neighbours, anticlockwise from the north-west; `nil` beyond the rim.
  func neighbours(of cell: Int) -> [Int?] {
    let (q, r) = axial(cell)
    return [
      self.cell(q - 1, r + 1), self.cell(q - 1, r), self.cell(q, r - 1), self.cell(q + 1, r - 1), self.cell(q + 1, r),
      self.cell(q, r + 1),
    ]
  }

  /// The six corners, anticlockwise from the northern; edge `i` runs from corner `i` to corner `i + 1` and borders neighbour `i`.
  private func cornerIndices(of cell: Int) -> [Int]? {
    let around = neighbours(of: cell)
    guard let northWest = around[0], let southWest = around[2], let southEast = around[3], let northEast = around[5] else {
      return nil
    }
    return [2 * cell, 2 * northWest + 1, 2 * southWest, 2 * cell + 1, 2 * southEast, 2 * northEast + 1]
  }

  /// Rounds the borders between labels: each corner on a border moves half-way to the mean of its neighbours on that border.
  /// Corners where three labels meet stay. `label` is one number a cell.
  mutating func smoothBorders(of label: [Int], passes: Int) {
    var links = [[Int]](repeating: [], count: corners.count)
    for cell in 0..<cellCount {
      guard let corner = cornerIndices(of: cell) else { continue }
      for (index, neighbour) in neighbours(of: cell).enumerated() {
        guard let neighbour, neighbour > cell, label[neighbour] != label[cell] else { continue }
        links[corner[index]].append(corner[(index + 1) % 6])
        links[corner[(index + 1) % 6]].append(corner[index])
      }
    }
    for _ in 0..<passes {
      let before = corners
      for corner in links.indices where links[corner].count == 2 {
        let mean = (before[links[corner][0]] + before[links[corner][1]]) * 0.5
        corners[corner] = (before[corner] + mean) * 0.5
      }
    }
  }

  mutating func scaleCorners(by factor: Double) {
    for index in corners.indices { corners[index] = corners[index] * factor }
  }

  /// The cell whose shaken outline holds the point.
  func exactCell(at point: Coordinate) -> Int? {
    guard let near = cell(at: point) else { return nil }
    return ([near] + neighbours(of: near).compactMap { $0 }).first { cell in
      cornerIndices(of: cell).map { Plane.contains($0.map { corners[$0] }, point) } ?? false
    }
  }

  /// The open rings around the cells: shells anticlockwise, holes clockwise.
  func rings(around cells: [Int], isMember: (Int) -> Bool) -> [[Coordinate]] {
    var next: [Int: Int] = [:]
    var starts: [Int] = []
    for cell in cells {
      guard let corner = cornerIndices(of: cell) else { continue }
      for (index, neighbour) in neighbours(of: cell).enumerated() {
        if let neighbour, isMember(neighbour) { continue }
        next[corner[index]] = corner[(index + 1) % 6]
        starts.append(corner[index])
      }
    }
    var result: [[Coordinate]] = []
    for start in starts {
      var ring: [Coordinate] = []
      var at = start
      while let following = next.removeValue(forKey: at) {
        ring.append(corners[at])
        at = following
      }
      if !ring.isEmpty { result.append(ring) }
    }
    return result
  }
}
