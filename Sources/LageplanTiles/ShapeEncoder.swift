import LageplanGeometry

/// Turns one geometry, given in the system of the tile matrix set, into the commands of a tile's feature:
/// placed in tile units, simplified, clipped, rounded, its rings wound.
///
/// Owned by a thread's scratch; nothing here allocates once the buffers have grown to the largest feature.
struct ShapeEncoder: ~Copyable {
  /// The vertices of the part at hand, in tile units.
  private var part = FlatBuffer<Coordinate>()
  /// The other buffer of the clipper, and the pieces of a clipped line.
  private var spare = FlatBuffer<Coordinate>()
  private var pieceEnds = FlatBuffer<Int>(capacity: 16)
  private var points = FlatBuffer<TilePoint>()
  /// All clipped rings of a feature before rounding, for the case that rounding breaks them.
  private var exact = FlatBuffer<Coordinate>()
  private var exactRingEnds = FlatBuffer<Int>(capacity: 16)
  private var exactPolygonEnds = FlatBuffer<Int>(capacity: 16)
  private var rings = TileRings()
  private var simplifier = TileSimplifier()
  /// Where a line or polygon has its first vertex in the window: there it stands, one unit large, if rounding leaves nothing else of it.
  private var foothold: Coordinate?

  /// Writes the commands of `shape`, whose frame is that of the tile matrix set. Answers its type in the tile, or `nil` where nothing of it is left.
  ///
  /// A line or polygon too small for the grid becomes one unit long or wide: whoever asks for every feature gets it.
  /// `tolerance` is in tile units; 0 keeps every vertex. A geometry collection has no type: its members are features of their own.
  /// Throws what GEOS says of polygons that it cannot repair.
  mutating func encode(
    _ shape: LentShape, _ placement: TilePlacement, tolerance: Double, into commands: inout CommandWriter
  ) throws -> MvtGeometryType? {
    commands.begin()
    foothold = nil
    let type: MvtGeometryType
    switch shape.kind {
    case .point, .multiPoint:
      type = .point
      encodePoints(shape.coordinates, placement, into: &commands)
    case .lineString, .multiLineString:
      type = .lineString
      encodeLines(shape.coordinates, shape.partEnds, placement, tolerance, into: &commands)
      if commands.isEmpty, let foothold { putUnitLine(at: foothold, into: &commands) }
    case .polygon, .multiPolygon:
      type = .polygon
      gatherRings(shape, placement, tolerance)
      try encodeRings(into: &commands)
      if commands.isEmpty, let foothold { putUnitSquare(at: foothold, into: &commands) }
    case .geometryCollection:
      return nil
    }
    return commands.isEmpty ? nil : type
  }

  // MARK: Points

  private mutating func encodePoints(
    _ positions: UnsafeBufferPointer<Coordinate>, _ placement: TilePlacement, into commands: inout CommandWriter
  ) {
    let window = TilePlacement.window
    points.removeAll()
    for index in 0..<positions.count {
      let position = placement.place(positions[index])
      // NaN, the empty point of WKB, fails every comparison.
      guard window.contains(position) else { continue }
      let point = quantise(position)
      if points.count > 0, points.last == point { continue }
      points.append(point)
    }
    commands.put(points: points.slice(0..<points.count))
  }

  // MARK: Lines

  private mutating func encodeLines(
    _ positions: UnsafeBufferPointer<Coordinate>, _ ends: UnsafeBufferPointer<Int>, _ placement: TilePlacement,
    _ tolerance: Double, into commands: inout CommandWriter
  ) {
    let window = TilePlacement.window
    var start = 0
    for index in 0..<ends.count {
      let extent = place(positions, start..<ends[index], placement)
      start = ends[index]
      guard extent.intersects(window) else { continue }
      findFoothold()
      if tolerance > 0 { simplifier.simplify(line: &part, tolerance: tolerance) }
      guard !window.contains(extent) else {
        put(line: part.slice(0..<part.count), into: &commands)
        continue
      }
      spare.removeAll()
      pieceEnds.removeAll()
      TileClipper.clip(line: part.slice(0..<part.count), to: window, pieces: &spare, ends: &pieceEnds)
      var pieceStart = 0
      for piece in 0..<pieceEnds.count {
        put(line: spare.slice(pieceStart..<pieceEnds[piece]), into: &commands)
        pieceStart = pieceEnds[piece]
      }
    }
  }

  private mutating func put(line: UnsafeBufferPointer<Coordinate>, into commands: inout CommandWriter) {
    points.removeAll()
    for index in 0..<line.count {
      let point = quantise(line[index])
      if points.count > 0, points.last == point { continue }
      points.append(point)
    }
    guard points.count >= 2 else { return }
    commands.put(line: points.slice(0..<points.count))
  }

  /// Fills `part` with the placed vertices of `range`; answers their envelope.
  @inline(__always)
  private mutating func place(
    _ positions: UnsafeBufferPointer<Coordinate>, _ range: Range<Int>, _ placement: TilePlacement
  ) -> Envelope {
    part.removeAll()
    var extent = Envelope.empty
    for index in range {
      let position = placement.place(positions[index])
      extent.formUnion(position)
      part.append(position)
    }
    return extent
  }

  // MARK: What rounding leaves nothing of

  private mutating func findFoothold() {
    guard foothold == nil else { return }
    for index in 0..<part.count where TilePlacement.window.contains(part[index]) {
      foothold = part[index]
      return
    }
  }

  private mutating func putUnitLine(at position: Coordinate, into commands: inout CommandWriter) {
    let start = quantise(position)
    points.removeAll()
    points.append(start)
    points.append(TilePoint(x: start.x + 1, y: start.y))
    commands.put(line: points.slice(0..<points.count))
  }

  private mutating func putUnitSquare(at position: Coordinate, into commands: inout CommandWriter) {
    let start = quantise(position)
    points.removeAll()
    for (x, y) in [(0, 0), (1, 0), (1, 1), (0, 1)] as [(Int32, Int32)] {
      points.append(TilePoint(x: start.x + x, y: start.y + y))
    }
    commands.put(ring: points.slice(0..<points.count), reversed: false)
  }

  // MARK: Polygons

  /// Places, simplifies and clips all rings of a feature into `exact`.
  private mutating func gatherRings(_ shape: LentShape, _ placement: TilePlacement, _ tolerance: Double) {
    let ringEnds = shape.partEnds
    let polygonEnds = shape.polygonEnds
    let window = TilePlacement.window
    exact.removeAll()
    exactRingEnds.removeAll()
    exactPolygonEnds.removeAll()
    var firstRing = 0
    for polygon in 0..<polygonEnds.count {
      let ringsBefore = exactRingEnds.count
      for ring in firstRing..<polygonEnds[polygon] {
        let start = ring == 0 ? 0 : ringEnds[ring - 1]
        let extent = place(shape.coordinates, start..<ringEnds[ring], placement)
        if extent.intersects(window) {
          if ring == firstRing { findFoothold() }
          if part.count > 1, part.last == part[0] { part.removeLast() }
          if tolerance > 0 { simplifier.simplify(ring: &part, tolerance: tolerance) }
          if !window.contains(extent) { TileClipper.clip(ring: &part, &spare, extent: extent, to: window) }
          if part.count >= 3 {
            exact.append(contentsOf: part.slice(0..<part.count))
            exactRingEnds.append(exact.count)
          }
        }
        // Without its shell a polygon is not there, whatever its holes.
        if ring == firstRing, exactRingEnds.count == ringsBefore { break }
      }
      firstRing = polygonEnds[polygon]
      if exactRingEnds.count > ringsBefore { exactPolygonEnds.append(exactRingEnds.count) }
    }
  }

  private mutating func encodeRings(into commands: inout CommandWriter) throws {
    roundRings()
    guard !rings.isEmpty else { return }
    if !rings.areClearlyValid() {
      try repairRings()
      guard !rings.isEmpty else { return }
    }
    for polygon in 0..<rings.polygonEnds.count {
      let members = rings.rings(ofPolygon: polygon)
      for ring in members {
        let isShell = ring == members.lowerBound
        commands.put(ring: rings.points.slice(rings.ring(ring)), reversed: (rings.doubledArea(ofRing: ring) > 0) != isShell)
      }
    }
  }

  /// From `exact` to `rings`. Rings that collapse are dropped, and the holes of a shell that does with it.
  private mutating func roundRings() {
    rings.removeAll()
    var firstRing = 0
    for polygon in 0..<exactPolygonEnds.count {
      var hasShell = false
      for ring in firstRing..<exactPolygonEnds[polygon] {
        let start = ring == 0 ? 0 : exactRingEnds[ring - 1]
        let isLeft = rings.append(ring: exact.slice(start..<exactRingEnds[ring]))
        if ring == firstRing {
          guard isLeft else { break }
          hasShell = true
        }
      }
      firstRing = exactPolygonEnds[polygon]
      if hasShell { rings.closePolygon() }
    }
  }

  /// The slow path, for rings that touch or cross themselves or each other after clipping and rounding: GEOS makes the unrounded
  /// polygons valid, then moves them onto the grid of tile units, which keeps them valid.
  private mutating func repairRings() throws {
    var geometry = Geometry(kind: .multiPolygon)
    var firstRing = 0
    for polygon in 0..<exactPolygonEnds.count {
      for ring in firstRing..<exactPolygonEnds[polygon] {
        let start = ring == 0 ? 0 : exactRingEnds[ring - 1]
        geometry.coordinates.append(contentsOf: exact.slice(start..<exactRingEnds[ring]))
        geometry.coordinates.append(exact[start])
        geometry.partEnds.append(geometry.coordinates.count)
      }
      firstRing = exactPolygonEnds[polygon]
      geometry.polygonEnds.append(geometry.partEnds.count)
    }
    rings.removeAll()
    append(polygonsOf: try geometry.snapped(toGrid: 1))
  }

  private mutating func append(polygonsOf geometry: Geometry) {
    for polygon in geometry.polygonEnds.indices {
      var hasShell = false
      let members = geometry.rings(ofPolygon: polygon)
      for ring in members {
        let isLeft = geometry.coordinates.withUnsafeBufferPointer {
          rings.append(ring: UnsafeBufferPointer(rebasing: $0[geometry.part(ring).dropLast()]))
        }
        if ring == members.lowerBound {
          guard isLeft else { break }
          hasShell = true
        }
      }
      if hasShell { rings.closePolygon() }
    }
  }
}
