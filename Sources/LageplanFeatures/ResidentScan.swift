import LageplanGeometry

/// Finds the rows of a resident collection that match a query, chunk by chunk; order, limit and the page of a sorted list are the
/// reader's.
///
/// Belongs to one thread at a time.
final class ResidentScan {
  /// The places, among the collection's chunks, of those in which rows may match, in their order.
  let chunks: [Int]
  private let area: Envelope?
  private let after: Int64?
  private let ids: Set<UInt32>?
  private let filter: ResidentFilter?
  private let search: ResidentTextSearch?
  private let exact: ExactTest?
  private let found: UnsafeMutablePointer<Int32>
  private var shape = Geometry(kind: .point)
  private let room = UnsafeMutableRawPointer.allocate(byteCount: ResidentChunk.pointByteCount, alignment: 8)

  /// What is left to ask where the envelopes meet.
  private enum ExactTest {
    case rectangle(Envelope)
    case geometry(PreparedGeometry)
  }

  init(_ query: FeatureQuery, over collection: ResidentCollection) throws {
    let area = query.spatial?.envelope
    self.area = area
    after = query.sort.isEmpty ? query.after : nil
    ids = query.ids.map { Set($0.compactMap { collection.dictionary.entry(ofText: $0) }) }
    filter = try query.filter.map { (filter) throws(FeatureError) in try ResidentFilter(filter, collection) }
    search = try query.text.map { (text) throws(FeatureError) in ResidentTextSearch(try TextSearch(text), collection) }
    exact =
      switch query.spatial {
      case nil, .envelope?: nil
      case .rectangle(let rectangle)?: .rectangle(rectangle)
      case .geometry(let geometry)?: .geometry(try PreparedGeometry(geometry))
      }
    let bounds = query.filter?.bounds(storageCrs: collection.descriptor.storageCrs)
    let after = after ?? .min
    let finds = ids?.isEmpty != true && area?.isEmpty != true
    chunks = collection.chunks.indices.filter { index in
      let chunk = collection.chunks[index]
      guard finds, after == .min || chunk.lastNumber > after else { return false }
      if let area, !chunk.envelope.intersects(area) { return false }
      return bounds?.contains { $0.intersects(chunk.envelope) } ?? true
    }
    found = .allocate(capacity: max(1, collection.chunks.reduce(0) { max($0, $1.count) }))
  }

  deinit {
    found.deallocate()
    room.deallocate()
  }

  /// The rows of `chunk` that match, by rising number; valid until the next call.
  func rows(of chunk: ResidentChunk) -> UnsafeBufferPointer<Int32> {
    rows(of: chunk, found: area.map { rows(of: chunk, in: $0) } ?? allRows(of: chunk))
  }

  /// As above, of those whose envelopes meet `envelope`, for a query that has no place.
  func rows(of chunk: ResidentChunk, within envelope: Envelope) -> UnsafeBufferPointer<Int32> {
    rows(of: chunk, found: rows(of: chunk, in: envelope))
  }

  private func rows(of chunk: ResidentChunk, found candidates: Int) -> UnsafeBufferPointer<Int32> {
    var count = candidates
    if let after, chunk.firstNumber <= after {
      count = keep(count) { chunk.numbers[$0] > after }
    }
    if let ids { count = keep(count) { ids.contains(chunk.values[$0]) } }
    if let filter { count = filter.select(found, count: count, in: chunk) }
    if let search { count = keep(count) { search.matches($0, in: chunk) } }
    if let exact { count = keep(count) { meets(exact, $0, chunk) } }
    return UnsafeBufferPointer(start: found, count: count)
  }

  @inline(__always)
  private func keep(_ count: Int, _ test: (Int) -> Bool) -> Int {
    var kept = 0
    for index in 0..<count where test(Int(found[index])) {
      found[kept] = found[index]
      kept += 1
    }
    return kept
  }

  private func allRows(of chunk: ResidentChunk) -> Int {
    for row in 0..<chunk.count { found[row] = Int32(truncatingIfNeeded: row) }
    return chunk.count
  }

  /// Puts the rows whose envelopes meet `area` in `found`. Every row is written, and only counted where it does: no branch to mistake.
  private func rows(of chunk: ResidentChunk, in area: Envelope) -> Int {
    var kept = 0
    if chunk.isPointsOnly {
      let points = chunk.points
      for row in 0..<chunk.count {
        let point = points[row]
        let isInside = (area.minX <= point.x) && (point.x <= area.maxX) && (area.minY <= point.y) && (point.y <= area.maxY)
        found[kept] = Int32(truncatingIfNeeded: row)
        kept &+= isInside ? 1 : 0
      }
    } else {
      for row in 0..<chunk.count where chunk.rowEnvelopes[row].intersects(area) {
        found[kept] = Int32(truncatingIfNeeded: row)
        kept &+= 1
      }
    }
    return kept
  }

  /// A damaged geometry is nowhere: one that cannot be read or compared meets no spatial condition.
  private func meets(_ test: ExactTest, _ row: Int, _ chunk: ResidentChunk) -> Bool {
    let envelope = chunk.envelope(ofRow: row)
    switch test {
    case .rectangle(let rectangle):
      if rectangle.contains(envelope) { return true }
      return decodes(row, chunk) && shape.intersects(rectangle: rectangle)
    case .geometry(let prepared):
      if chunk.isPointsOnly { return (try? prepared.intersects(chunk.points[row])) ?? false }
      return decodes(row, chunk) && ((try? prepared.intersects(shape)) ?? false)
    }
  }

  private func decodes(_ row: Int, _ chunk: ResidentChunk) -> Bool {
    guard let bytes = chunk.geometry(ofRow: row, in: room) else { return false }
    return (try? shape.decode(bytes)) != nil
  }
}

/// A search for words, asked of each value once: its words are a set of bits, those of a row the union of its texts'.
private final class ResidentTextSearch {
  private let dictionary: ValueDictionary
  private let columns: [Int]
  private let words: [String]
  /// The words of each term.
  private let terms: [UInt128]
  private var known: [UInt32: UInt128] = [:]

  init(_ search: TextSearch, _ collection: ResidentCollection) {
    dictionary = collection.dictionary
    let properties = collection.descriptor.schema.properties
    columns = properties.indices.filter { properties[$0].kind == .text }.map { $0 + 1 }
    // At most `TextSearch.wordLimit`, which is less than 128.
    var words: [String] = []
    terms = search.terms.map { term in
      term.reduce(into: UInt128(0)) { bits, word in
        let place = words.firstIndex(of: word) ?? words.count
        if place == words.count { words.append(word) }
        bits |= 1 << UInt128(place)
      }
    }
    self.words = words
  }

  func matches(_ row: Int, in chunk: ResidentChunk) -> Bool {
    let found = columns.reduce(UInt128(0)) { $0 | bits(of: chunk.values[$1 * chunk.count + row]) }
    return terms.contains { $0 & found == $0 }
  }

  private func bits(of entry: UInt32) -> UInt128 {
    if let bits = known[entry] { return bits }
    let text = dictionary.value(of: entry).value(as: .text).spelling ?? ""
    let own = TextSearch.words(of: text)
    var bits: UInt128 = 0
    for (place, wanted) in words.enumerated() where own.contains(where: { $0.utf8.starts(with: wanted.utf8) }) {
      bits |= 1 << UInt128(place)
    }
    known[entry] = bits
    return bits
  }
}
