/// The area of one polygon in a rectangle, as valid rings.
///
/// The rings are walked with the polygon's inside on the left. Each is cut into chains through the open rectangle, from a place
/// of entry on the border to a place of exit; where a chain ends, the result goes on counter-clockwise along the border to the
/// next entry, since there, too, the inside is on the left. This is the case of a rectangular window in Weiler & Atherton 1977
/// (doi:10.1145/563858.563896). At one border place entries and exits are ordered by their direction, which
/// tells a ring that touches the border from one that leaves it.
struct PolygonClipper: Sendable {
  private let rectangle: Envelope

  /// Part of a ring in the open rectangle; its vertices are `vertices[range]`, the first and the last on the border.
  private struct Chain {
    var range: Range<Int>
    /// The chain that follows along the border.
    var next = -1
    var isUsed = false
  }

  /// Where a chain crosses the border.
  private struct Crossing {
    /// Along the border, counter-clockwise from the lower left corner: the side in whole numbers, the share of it behind the point.
    var place: Double
    /// The cosine of the angle between the border ahead and the chain's way inwards: rising where the angle falls.
    var direction: Double
    var isEntry: Bool
    var chain: Int
  }

  // Memory reused from polygon to polygon.
  private var vertices: [Coordinate] = []
  private var chains: [Chain] = []
  private var crossings: [Crossing] = []
  /// Rings of the input that lie wholly inside, by their range in `vertices`.
  private var wholeRings: [Range<Int>] = []
  /// Rings of the result before they are told apart as shells and holes.
  private var ring: [Coordinate] = []
  /// Where in `ring` the vertices stand that it may come back to.
  private var places: [Coordinate: Int] = [:]
  private var shells: [[Coordinate]] = []
  private var holes: [[Coordinate]] = []

  init(_ rectangle: Envelope) { self.rectangle = rectangle }

  /// Appends the polygons that are left of polygon `index`.
  mutating func clip(_ geometry: Geometry, polygon index: Int, into result: inout Geometry) {
    vertices.removeAll(keepingCapacity: true)
    chains.removeAll(keepingCapacity: true)
    crossings.removeAll(keepingCapacity: true)
    wholeRings.removeAll(keepingCapacity: true)
    shells.removeAll(keepingCapacity: true)
    holes.removeAll(keepingCapacity: true)

    let rings = geometry.rings(ofPolygon: index)
    guard let shell = rings.first, geometry.envelope(ofPart: geometry.part(shell)).intersects(rectangle) else { return }
    geometry.coordinates.withUnsafeBufferPointer { all in
      for (number, ring) in rings.enumerated() {
        let range = geometry.part(ring)
        let area = Rings.signedArea(all, range)
        // The polygon's inside is to the left of a counter-clockwise shell and of clockwise holes.
        if area != 0 { cut(all, range, isBackwards: (area > 0) != (number == 0)) }
      }
    }
    if chains.isEmpty, let shell = wholeRings.first, isShell(shell) {
      // Most polygons of a map lie wholly inside.
      appendWholeRings(to: &result)
      return
    }
    if chains.isEmpty {
      let isCovered = geometry.coordinates.withUnsafeBufferPointer { all in
        rings.reduce(false) { $0 != (Rings.locate(rectangle.centre, all, geometry.part($1)) == .inside) }
      }
      takeWholeRings(isCovered: isCovered)
    } else {
      link()
      for chain in chains.indices where !chains[chain].isUsed { follow(from: chain, hasHoles: rings.count > 1) }
      takeWholeRings(isCovered: false)
    }
    emit(into: &result)
  }

  // MARK: Cutting

  private func isInside(_ position: Coordinate) -> Bool {
    rectangle.minX < position.x && position.x < rectangle.maxX && rectangle.minY < position.y && position.y < rectangle.maxY
  }

  /// Cuts one ring into chains, or notes it as wholly inside.
  private mutating func cut(_ all: UnsafeBufferPointer<Coordinate>, _ range: Range<Int>, isBackwards: Bool) {
    let count = range.count - 1
    func vertex(_ number: Int) -> Coordinate {
      let place = number < count ? number : number - count
      return all[isBackwards ? range.upperBound - 1 - place : range.lowerBound + place]
    }
    // A chain can only begin at a vertex that is not inside, or after one.
    guard let first = (0..<count).first(where: { !isInside(vertex($0)) }) else {
      let start = vertices.count
      for number in 0...count { vertices.append(vertex(number)) }
      wholeRings.append(start..<vertices.count)
      return
    }
    var start = vertices.count
    var a = vertex(first)
    var isFromInside = false
    for number in (first + 1)...(first + count) {
      let b = vertex(number)
      let isToInside = isInside(b)
      defer {
        a = b
        isFromInside = isToInside
      }
      if isFromInside, isToInside {
        vertices.append(b)
        continue
      }
      guard let (p, q) = rectangle.clipped(a, b), isFromInside || isToInside || crosses(p, q) else { continue }
      if !isFromInside {
        start = vertices.count
        vertices.append(p)
      }
      vertices.append(q)
      if !isToInside { endChain(start) }
    }
  }

  /// Whether a segment between two places of the border runs through the open rectangle, not along a side.
  private func crosses(_ p: Coordinate, _ q: Coordinate) -> Bool {
    p != q && !(p.x == q.x && (p.x == rectangle.minX || p.x == rectangle.maxX))
      && !(p.y == q.y && (p.y == rectangle.minY || p.y == rectangle.maxY))
  }

  private mutating func endChain(_ start: Int) {
    let chain = chains.count
    chains.append(Chain(range: start..<vertices.count))
    let last = vertices.count - 1
    note(vertices[start], inwards: vertices[start + 1], isEntry: true, chain)
    note(vertices[last], inwards: vertices[last - 1], isEntry: false, chain)
  }

  private mutating func note(_ position: Coordinate, inwards: Coordinate, isEntry: Bool, _ chain: Int) {
    let place = place(of: position)
    let (dx, dy) = (inwards.x - position.x, inwards.y - position.y)
    let length = (dx * dx + dy * dy).squareRoot()
    let ahead =
      switch Int(place) {
      case 0: dx
      case 1: dy
      case 2: -dx
      default: -dy
      }
    crossings.append(
      Crossing(place: place, direction: length > 0 ? ahead / length : 0, isEntry: isEntry, chain: chain))
  }

  /// Sides: 0 lower, eastwards; 1 right, upwards; 2 upper, westwards; 3 left, downwards. A corner begins the side ahead of it.
  private func place(of position: Coordinate) -> Double {
    let r = rectangle
    if position.y == r.minY, position.x < r.maxX { return place(onSide: 0, (position.x - r.minX) / r.width) }
    if position.x == r.maxX, position.y < r.maxY { return place(onSide: 1, (position.y - r.minY) / r.height) }
    if position.y == r.maxY, position.x > r.minX { return place(onSide: 2, (r.maxX - position.x) / r.width) }
    return place(onSide: 3, (r.maxY - position.y) / r.height)
  }

  /// Whatever the rounding, below the next side.
  private func place(onSide side: Double, _ share: Double) -> Double { min(side + share, (side + 1).nextDown) }

  // MARK: Linking

  /// Gives every chain its follower: the entry next after its exit.
  private mutating func link() {
    // Going round counter-clockwise, a border place is swept from the way back (180°) to the way ahead (0°).
    crossings.sort { ($0.place, $0.direction, $0.chain) < ($1.place, $1.direction, $1.chain) }
    for index in crossings.indices where !crossings[index].isEntry {
      // In a valid polygon that is the very next crossing.
      for step in 1...crossings.count {
        let other = crossings[(index + step) % crossings.count]
        guard other.isEntry else { continue }
        chains[crossings[index].chain].next = other.chain
        break
      }
    }
  }

  /// Collects one ring of the result, chain after chain, with the corners between.
  ///
  /// A valid ring of the input meets itself nowhere, so that the result can only meet itself on the border. Holes, though, may touch
  /// each other and the shell; when they are joined into one ring, every vertex is watched.
  private mutating func follow(from first: Int, hasHoles: Bool) {
    ring.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    var chain = first
    repeat {
      chains[chain].isUsed = true
      let range = chains[chain].range
      append(vertices[range.lowerBound])
      if hasHoles {
        for vertex in range.dropFirst().dropLast() { append(vertices[vertex]) }
      } else {
        ring.append(contentsOf: vertices[range.dropFirst().dropLast()])
      }
      append(vertices[range.upperBound - 1])
      let next = chains[chain].next
      guard next >= 0 else { break }
      appendCorners(from: chain, to: next)
      chain = next
    } while !chains[chain].isUsed
    keep(ring)
  }

  /// Appends a vertex. Where the ring was there before, the loop since then is a ring of its own.
  private mutating func append(_ position: Coordinate) {
    guard let start = places[position] else {
      places[position] = ring.count
      ring.append(position)
      return
    }
    keep(Array(ring[start...]))
    for vertex in ring[(start + 1)...] { places[vertex] = nil }
    ring.removeSubrange((start + 1)...)
  }

  private mutating func appendCorners(from chain: Int, to next: Int) {
    let exit = vertices[chains[chain].range.upperBound - 1]
    let entry = vertices[chains[next].range.lowerBound]
    let start = place(of: exit)
    var end = place(of: entry)
    // The same place: a touch when the entry comes next in the sweep, else once round.
    if end < start || end == start && !isAhead(chain, next) { end += 4 }
    var corner = Int(start) + 1
    while Double(corner) <= end {
      let position = self.corner(corner % 4)
      if position != exit, position != entry { append(position) }
      corner += 1
    }
  }

  private func isAhead(_ chain: Int, _ next: Int) -> Bool {
    guard let exit = crossings.firstIndex(where: { $0.chain == chain && !$0.isEntry }),
      let entry = crossings.firstIndex(where: { $0.chain == next && $0.isEntry })
    else { return true }
    return exit < entry
  }

  private func corner(_ number: Int) -> Coordinate {
    Coordinate(
      x: number == 0 || number == 3 ? rectangle.minX : rectangle.maxX,
      y: number < 2 ? rectangle.minY : rectangle.maxY)
  }

  // MARK: Shells and holes

  /// Closes an open ring and files it by its winding.
  private mutating func keep(_ open: [Coordinate]) {
    guard open.count > 2 else { return }
    let closed = open + [open[0]]
    let area = closed.withUnsafeBufferPointer { Rings.signedArea($0, 0..<closed.count) }
    if area > 0 { shells.append(closed) }
    if area < 0 { holes.append(closed) }
  }

  private func isShell(_ range: Range<Int>) -> Bool {
    vertices.withUnsafeBufferPointer { Rings.signedArea($0, range) > 0 }
  }

  private mutating func takeWholeRings(isCovered: Bool) {
    for range in wholeRings { keep(Array(vertices[range].dropLast())) }
    // A hole that touches the border with nothing else cut leaves the whole rectangle around it.
    if isCovered || shells.isEmpty && !holes.isEmpty { keep((0..<4).map(corner)) }
  }

  private func appendWholeRings(to result: inout Geometry) {
    for range in wholeRings {
      result.coordinates.append(contentsOf: vertices[range])
      result.partEnds.append(result.coordinates.count)
    }
    result.polygonEnds.append(result.partEnds.count)
  }

  private func emit(into result: inout Geometry) {
    for (number, shell) in shells.enumerated() {
      result.appendPart(shell)
      for hole in holes where shells.count == 1 || owner(of: hole) == number { result.appendPart(hole) }
      result.polygonEnds.append(result.partEnds.count)
    }
  }

  /// The shell around a hole: told by the first vertex of the hole that is not on a shell's border.
  private func owner(of hole: [Coordinate]) -> Int? {
    shells.indices.first { number in
      shells[number].withUnsafeBufferPointer { shell in
        for position in hole {
          switch Rings.locate(position, shell, 0..<shell.count) {
          case .inside: return true
          case .outside: return false
          case .border: continue
          }
        }
        return true
      }
    }
  }
}
