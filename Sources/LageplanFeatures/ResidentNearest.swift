public import LageplanGeometry

extension ResidentReader {
  /// As the search that every reader has, with the same answer; rows are not copied while it goes on.
  ///
  /// The first circle is drawn through as many of the nearest rows as are asked for, measured in the plane of the storage
  /// frame: it is rarely too small, so one pass over the few chunks that it meets is the rule. Whether it was large enough is decided by the
  /// geodesic distances, as there.
  public func nearest(
    to place: Coordinate, count: Int, radius: Metres? = nil, beyond: NearbyPosition? = nil, query: FeatureQuery,
    descriptor: CollectionDescriptor, _ body: (borrowing FeatureRow, Metres) throws -> RowDecision
  ) throws {
    guard query.spatial == nil, query.asOf == nil else {
      return try (self as any FeatureReading).nearest(
        to: place, count: count, radius: radius, beyond: beyond, query: query, descriptor: descriptor, body)
    }
    try query.validate(against: collection.descriptor)
    guard count > 0 else { return }
    var asked = query
    asked.after = nil
    asked.sort = []
    var search = try ResidentNearest(
      to: place, count: count, radius: radius, beyond: beyond, over: collection, ResidentScan(asked, over: collection))
    try search.grow(checkpoint)
    let lender = ResidentLender(
      collection, columns: try query.selectedIndices(in: collection.descriptor).map { $0 + 1 }, geometry: query.geometry)
    for found in search.sorted() {
      let chunk = collection.chunks[Int(found.chunk)]
      let decision = try lender.lend(Int(found.row), of: chunk) { row in try body(row, Metres(found.position.distance)) }
      if decision == .stop { return }
    }
  }
}

/// The search for the nearest rows of a resident collection.
private struct ResidentNearest {
  struct Found {
    var position: NearbyPosition
    var chunk: Int32
    var row: Int32
  }

  private let place: Coordinate
  private let count: Int
  private let radius: Double
  private let beyond: NearbyPosition?
  private let collection: ResidentCollection
  private let scan: ResidentScan
  private let reach: NearbyReach
  private let ruler: GeodesicDistance
  private let toDegrees: EdgeTransform
  /// A heap with the worst on top, at most `count`.
  private var best: [Found] = []
  private var shape = Geometry(kind: .point)

  init(
    to place: Coordinate, count: Int, radius: Metres?, beyond: NearbyPosition?, over collection: ResidentCollection,
    _ scan: ResidentScan
  ) throws(CrsError) {
    self.place = place
    self.count = count
    self.radius = radius?.value ?? .infinity
    self.beyond = beyond
    self.collection = collection
    self.scan = scan
    reach = try collection.nearbyReach()
    ruler = GeodesicDistance(from: place)
    toDegrees = try EdgeTransform(from: collection.descriptor.storageCrs, to: .crs84)
  }

  func sorted() -> [Found] { best.sorted { $0.position < $1.position } }

  // MARK: Circles

  mutating func grow(_ checkpoint: () throws -> Void) throws {
    var circle = min(radius, max(beyond?.distance ?? 0, try firstCircle()))
    var seen = NearbyArea.nothing
    while true {
      let area = try reach.area(Geodesic.envelope(around: place, within: Metres(circle)))
      try look(at: area, beyond: seen, checkpoint)
      seen = area
      if case .everything = area { return }
      if circle >= radius { return }
      if best.count == count, let worst = best.first?.position.distance {
        if worst <= circle { return }
        // A circle through the worst of the best holds all that could be better.
        circle = worst
      } else {
        circle = NearbyReach.larger(circle, found: best.count, of: count)
      }
      circle = min(circle, radius)
    }
  }

  /// A circle that should hold `count` rows: a guess, which decides how long the search takes, not what it finds.
  private func firstCircle() throws -> Double {
    let even = reach.firstCircle(around: place, count: count, of: collection.rowCount)
    // In the plane a page that goes on has no beginning.
    guard beyond == nil, let centre = try? reach.toStorage.transform(place) else { return even }
    var nearest: (chunk: Int, squared: Double)?
    for index in scan.chunks {
      let squared = collection.chunks[index].envelope.squaredDistance(to: centre)
      if squared < nearest?.squared ?? .infinity { nearest = (index, squared) }
    }
    guard let nearest else { return even }
    let crs = collection.descriptor.storageCrs
    let info = try crs.info()
    let metresPerUnit = crs.isWgs84Degrees ? 111_319.49 : info.metresPerUnit
    let across = info.isGeographic ? NearbyReach.cosine(centre.y) : 1
    var squares = SmallestNumbers(count: count)
    func offer(_ chunk: ResidentChunk) {
      for row in scan.rows(of: chunk) {
        let envelope = chunk.envelope(ofRow: Int(row))
        let dx = max(envelope.minX - centre.x, centre.x - envelope.maxX, 0) * across
        let dy = max(envelope.minY - centre.y, centre.y - envelope.maxY, 0)
        squares.offer(dx * dx + dy * dy)
      }
    }
    offer(collection.chunks[nearest.chunk])
    guard squares.largest != nil else { return even }
    // A chunk around the place may have its rows far away, with nearer ones in its neighbours: a circle through the first would
    // hold thousands, each of which would be measured on the ellipsoid.
    for index in scan.chunks where index != nearest.chunk {
      let chunk = collection.chunks[index]
      if let square = squares.largest, chunk.envelope.squaredDistance(to: centre) * across * across < square { offer(chunk) }
    }
    guard let square = squares.largest else { return even }
    // The plane of a projection is some thousandths larger or smaller than the ground.
    return (square.squareRoot() * metresPerUnit * 1.005) + 0.1
  }

  // MARK: A pass

  /// Measures every row in `area` that has not been seen in `seen`, a smaller area.
  private mutating func look(at area: NearbyArea, beyond seen: NearbyArea, _ checkpoint: () throws -> Void) throws {
    for index in scan.chunks {
      let chunk = collection.chunks[index]
      guard area.intersects(chunk.envelope) else { continue }
      try checkpoint()
      let rows: UnsafeBufferPointer<Int32> =
        if case .envelope(let envelope) = area { scan.rows(of: chunk, within: envelope) } else { scan.rows(of: chunk) }
      for row in rows {
        let envelope = chunk.envelope(ofRow: Int(row))
        guard !envelope.isEmpty, !seen.intersects(envelope), let distance = distance(to: Int(row), of: chunk),
          distance <= radius
        else { continue }
        let position = NearbyPosition(rank: distance, distance: distance, number: chunk.numbers[Int(row)])
        if let beyond, position <= beyond { continue }
        offer(Found(position: position, chunk: Int32(truncatingIfNeeded: index), row: row))
      }
    }
  }

  /// `nil` for a damaged geometry, which is nowhere and so never near.
  private mutating func distance(to row: Int, of chunk: ResidentChunk) -> Double? {
    if chunk.isPlainPoint(row) {
      guard let position = try? toDegrees.transform.transform(chunk.points[row]) else { return nil }
      return ruler.distance(to: position).value
    }
    return withUnsafeTemporaryAllocation(byteCount: ResidentChunk.pointByteCount, alignment: 8) { room -> Double? in
      guard let room = room.baseAddress, let bytes = chunk.geometry(ofRow: row, in: room), (try? shape.decode(bytes)) != nil
      else { return nil }
      if shape.kind == .multiPoint || shape.kind == .point {
        guard (try? toDegrees.transform.transform(&shape)) != nil else { return nil }
        return ruler.distance(to: shape)?.value
      }
      return (try? toDegrees(shape)).flatMap { ruler.distance(to: $0)?.value }
    }
  }

  // MARK: The best

  private mutating func offer(_ found: Found) {
    if best.count < count {
      best.append(found)
      var child = best.count - 1
      while child > 0, best[(child - 1) / 2].position < best[child].position {
        best.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if let top = best.first, found.position < top.position {
      best[0] = found
      var parent = 0
      while true {
        var largest = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < best.count && best[largest].position < best[child].position {
          largest = child
        }
        if largest == parent { return }
        best.swapAt(parent, largest)
        parent = largest
      }
    }
  }
}

/// The `count` smallest of the numbers offered, in their order: most are refused by one comparison.
private struct SmallestNumbers {
  private let count: Int
  private var numbers: [Double] = []

  init(count: Int) { self.count = count }

  /// The largest of the smallest; `nil` where fewer were offered.
  var largest: Double? { numbers.count == count ? numbers.last : nil }

  mutating func offer(_ number: Double) {
    if numbers.count == count {
      guard let last = numbers.last, number < last else { return }
      numbers.removeLast()
    }
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] <= number { low = middle + 1 } else { high = middle }
    }
    numbers.insert(number, at: low)
  }
}

extension Envelope {
  /// From the envelope to `place`, 0 inside; infinite for `.empty`.
  fileprivate func squaredDistance(to place: Coordinate) -> Double {
    if isEmpty { return .infinity }
    let dx = max(minX - place.x, place.x - maxX, 0)
    let dy = max(minY - place.y, place.y - maxY, 0)
    return dx * dx + dy * dy
  }
}
