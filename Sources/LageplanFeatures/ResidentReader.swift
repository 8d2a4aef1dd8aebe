import LageplanGeometry

/// Answers queries from a resident collection: rows by rising number where no other order is asked for.
///
/// Chunks are passed over by their envelopes, the rows of the others tested in plain loops, cheap tests first. The past is not known:
/// `asOf` is refused, as ``InMemoryFeatureReader`` refuses it. Texts that are no UTF-8 are lent repaired, plain points as WKB.
public struct ResidentReader: FeatureReading {
  public let collection: ResidentCollection
  let checkpoint: () throws -> Void

  /// `checkpoint` is called every thousand rows or so, whether they match or not; what it throws ends the query.
  public init(_ collection: ResidentCollection, checkpoint: @escaping () throws -> Void = {}) {
    self.collection = collection
    self.checkpoint = checkpoint
  }

  public func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
    let descriptor = collection.descriptor
    try query.validate(against: descriptor)
    if let asked = query.asOf { throw FeatureError.noHistory(collection: descriptor.id, asked: asked, oldest: nil) }
    let lender = ResidentLender(
      collection, columns: try query.selectedIndices(in: descriptor).map { $0 + 1 }, geometry: query.geometry)
    var remaining = max(0, query.limit ?? .max)
    guard remaining > 0 else { return }
    let scan = try ResidentScan(query, over: collection)
    guard query.sort.isEmpty else {
      for place in try sorted(query, scan) {
        if try lender.lend(Int(place.row), of: collection.chunks[Int(place.chunk)], body) == .stop { return }
      }
      return
    }
    for index in scan.chunks {
      try checkpoint()
      let chunk = collection.chunks[index]
      for row in scan.rows(of: chunk) {
        if try lender.lend(Int(row), of: chunk, body) == .stop { return }
        remaining -= 1
        if remaining == 0 { return }
      }
    }
  }

  // MARK: Order

  private struct Place {
    var values: [PropertyValue]
    var number: Int64
    var chunk: Int32
    var row: Int32
  }

  /// The matches in the order of the query's keys, no more than its limit. Only the best so far are kept, and a few more.
  private func sorted(_ query: FeatureQuery, _ scan: ResidentScan) throws -> [Place] {
    let order = try SortOrder(query.sort, descriptor: collection.descriptor)
    let kinds = collection.descriptor.schema.properties.map(\.kind)
    let limit = max(0, query.limit ?? .max)
    let room = limit > 1_000_000 ? Int.max : max(1024, limit * 2)
    var places: [Place] = []
    var worst: Place?
    func isBefore(_ a: Place, _ b: Place) -> Bool { order.isBefore((a.values, a.number), (b.values, b.number)) }
    func cut() {
      places.sort(by: isBefore)
      if places.count > limit { places.removeLast(places.count - limit) }
      if places.count == limit { worst = places.last }
    }
    for index in scan.chunks {
      try checkpoint()
      let chunk = collection.chunks[index]
      for row in scan.rows(of: chunk) {
        let values = order.values { property in
          let value = collection.dictionary.value(of: chunk.values[(property.map { $0 + 1 } ?? 0) * chunk.count + Int(row)])
          return value.value(as: property.map { kinds[$0] } ?? .text)
        }
        let place = Place(values: values, number: chunk.numbers[Int(row)], chunk: Int32(index), row: row)
        if let after = query.after, !query.afterKeys.isEmpty,
          !order.isBefore((query.afterKeys, after), (place.values, place.number))
        {
          continue
        }
        if let worst, !isBefore(place, worst) { continue }
        places.append(place)
        if places.count >= room { cut() }
      }
    }
    cut()
    return places
  }
}

/// Lends rows of a resident collection, one after the other, from memory of its own.
final class ResidentLender {
  private let dictionary: ValueDictionary
  private let columns: [Int]
  private let wantsGeometry: Bool
  private let values: UnsafeMutablePointer<LentValue>
  private let room = UnsafeMutableRawPointer.allocate(byteCount: ResidentChunk.pointByteCount, alignment: 8)

  /// `columns` of the values, in the order of the selection.
  init(_ collection: ResidentCollection, columns: [Int], geometry: Bool) {
    dictionary = collection.dictionary
    self.columns = columns
    wantsGeometry = geometry
    values = .allocate(capacity: max(1, columns.count))
    values.initialize(repeating: .null, count: max(1, columns.count))
  }

  deinit {
    values.deinitialize(count: max(1, columns.count))
    values.deallocate()
    room.deallocate()
  }

  func lend<Result>(
    _ row: Int, of chunk: ResidentChunk, _ body: (borrowing FeatureRow) throws -> Result
  ) rethrows -> Result {
    for (place, column) in columns.enumerated() {
      values[place] = dictionary.value(of: chunk.values[column &* chunk.count &+ row])
    }
    return try body(
      FeatureRow(
        number: chunk.numbers[row], id: dictionary.text(of: chunk.values[row]),
        geometry: wantsGeometry ? chunk.geometry(ofRow: row, in: room) : nil,
        values: UnsafeBufferPointer(start: values, count: columns.count)))
  }
}
