import LageplanGeometry

/// The features of one collection in memory, behind the same seam as the store: the oracle of its tests, and a reader for data that
/// never see a database.
///
/// Features lie by rising number. Geometry is lent as WKB, text as UTF-8, both from one block of bytes. There is no index: a query
/// looks at every envelope, which an oracle may and a large collection must not.
public final class InMemoryFeatureReader: FeatureReading, Sendable {
  public let descriptor: CollectionDescriptor
  /// By rising number.
  public let features: [Feature]
  private let envelopes: [Envelope]
  private let bytes: [UInt8]
  private let entries: [Entry]
  /// One row of values after the other, as lent.
  private let values: [StoredValue]

  private struct Entry: Sendable {
    var id: Range<Int>
    var geometry: Range<Int>?
  }

  private enum StoredValue: Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case boolean(Bool)
    case text(Range<Int>)
  }

  /// What cannot be a collection: the message names the feature.
  public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// Features with the number 0 get the next ones above the highest given, in their order.
  ///
  /// Count and storage extent of `descriptor` are made true; the extent in CRS84 too, where the frame can be transformed.
  /// Throws ``Invalid`` for an id or number that comes twice, or values that are not as many as the schema's properties.
  public init(descriptor: CollectionDescriptor, features: [Feature]) throws(Invalid) {
    var numbered = features
    var next = (features.map(\.number).max() ?? 0) + 1
    for index in numbered.indices where numbered[index].number == 0 {
      numbered[index].number = next
      next += 1
    }
    numbered.sort { $0.number < $1.number }
    try Self.check(numbered, descriptor)
    self.features = numbered
    envelopes = numbered.map { $0.geometry?.envelope ?? .empty }

    var bytes: [UInt8] = []
    func keep(_ new: some Collection<UInt8>) -> Range<Int> {
      let start = bytes.count
      bytes.append(contentsOf: new)
      return start..<bytes.count
    }
    entries = numbered.map { Entry(id: keep($0.id.utf8), geometry: $0.geometry.map { keep($0.wkb()) }) }
    values = numbered.flatMap(\.values).map { value in
      switch value {
      case .null: .null
      case .integer(let value): .integer(value)
      case .real(let value): value.isNaN ? .null : .real(value)
      case .boolean(let value): .boolean(value)
      case .text(let value), .json(let value): .text(keep(value.utf8))
      case .date(let value): .text(keep(value.iso.utf8))
      case .dateTime(let value): .text(keep(value.iso.utf8))
      }
    }
    self.bytes = bytes

    var descriptor = descriptor
    let extent = envelopes.reduce(Envelope.empty) { $0.union($1) }
    descriptor.featureCount = numbered.count
    descriptor.storageExtent = extent.isEmpty ? nil : extent
    descriptor.extent = descriptor.storageExtent.flatMap {
      try? TransformCache.transform(from: descriptor.storageCrs, to: .crs84).transform($0)
    }
    self.descriptor = descriptor
  }

  private static func check(_ features: [Feature], _ descriptor: CollectionDescriptor) throws(Invalid) {
    var ids: Set<String> = []
    var last: Int64?
    for feature in features {
      guard feature.values.count == descriptor.schema.properties.count else {
        throw Invalid(
          description: "feature \"\(feature.id)\" has \(feature.values.count) values for "
            + "\(descriptor.schema.properties.count) properties of \(descriptor.id)")
      }
      guard ids.insert(feature.id).inserted else {
        throw Invalid(description: "the id \"\(feature.id)\" comes twice in \(descriptor.id)")
      }
      guard feature.number != last else {
        throw Invalid(description: "the number \(feature.number) of \"\(feature.id)\" comes twice in \(descriptor.id)")
      }
      last = feature.number
    }
  }

  // MARK: FeatureReading

  /// Rows come by rising number where no other order is asked for. The past is not known: `asOf` is refused.
  public func forEachRow(matching query: FeatureQuery, _ body: (borrowing FeatureRow) throws -> RowDecision) throws {
    try query.validate(against: descriptor)
    if let asked = query.asOf { throw FeatureError.noHistory(collection: descriptor.id, asked: asked, oldest: nil) }
    let selection = try query.selectedIndices(in: descriptor)
    var lent = [LentValue](repeating: .null, count: selection.count)
    for index in try matches(query).prefix(max(0, query.limit ?? .max)) {
      if try lend(index, query.geometry, selection, &lent, body) == .stop { return }
    }
  }

  /// The places, among the features, of those that match, in the order asked for; where that is the order they lie in, no more than
  /// the limit.
  private func matches(_ query: FeatureQuery) throws -> [Int] {
    let filter = try query.filter.map { try FilterEvaluator($0, descriptor: descriptor) }
    let spatial = try query.spatial.map(SpatialTest.init)
    let search = try query.text.map(TextSearch.init)
    let area = query.spatial?.envelope
    let ids = query.ids.map(Set.init)
    let limit = query.sort.isEmpty ? max(0, query.limit ?? .max) : .max
    var matches: [Int] = []
    for index in features.indices where matches.count < limit {
      // Most rows end here, before anything of the feature is touched.
      if let area, !envelopes[index].intersects(area) { continue }
      let feature = features[index]
      if query.sort.isEmpty, let after = query.after, feature.number <= after { continue }
      if let ids, !ids.contains(feature.id) { continue }
      if let filter, !filter.matches(feature.values, id: feature.id, geometry: feature.geometry) { continue }
      if let search, !search.matches(texts(of: feature)) { continue }
      if let spatial {
        guard let geometry = feature.geometry, spatial.meets(geometry) else { continue }
      }
      matches.append(index)
    }
    return query.sort.isEmpty ? matches : try sort(matches, query)
  }

  private func sort(_ matches: [Int], _ query: FeatureQuery) throws -> [Int] {
    let order = try SortOrder(query.sort, descriptor: descriptor)
    func place(_ index: Int) -> (values: [PropertyValue], number: Int64) {
      (order.values(of: features[index]), features[index].number)
    }
    let sorted = matches.sorted { order.isBefore(place($0), place($1)) }
    guard let after = query.after, !query.afterKeys.isEmpty else { return sorted }
    return sorted.filter { order.isBefore((query.afterKeys, after), place($0)) }
  }

  private func texts(of feature: Feature) -> [String] {
    zip(descriptor.schema.properties, feature.values).compactMap { property, value in
      property.kind == .text ? value.spelling : nil
    }
  }

  private func lend(
    _ index: Int, _ wantsGeometry: Bool, _ selection: [Int], _ lent: inout [LentValue],
    _ body: (borrowing FeatureRow) throws -> RowDecision
  ) throws -> RowDecision {
    try bytes.withUnsafeBytes { memory in
      let first = index * descriptor.schema.properties.count
      for (place, column) in selection.enumerated() {
        lent[place] =
          switch values[first + column] {
          case .null: .null
          case .integer(let value): .integer(value)
          case .real(let value): .real(value)
          case .boolean(let value): .boolean(value)
          case .text(let range): .text(UnsafeRawBufferPointer(rebasing: memory[range]))
          }
      }
      let geometry = wantsGeometry ? entries[index].geometry : nil
      return try lent.withUnsafeBufferPointer { values in
        try body(
          FeatureRow(
            number: features[index].number, id: UnsafeRawBufferPointer(rebasing: memory[entries[index].id]),
            geometry: geometry.map { GeometryBytes(encoding: .wkb, bytes: UnsafeRawBufferPointer(rebasing: memory[$0])) },
            values: values))
      }
    }
  }
}

/// The spatial part of a query, made ready, for geometries whose envelope meets that of the query.
private enum SpatialTest {
  case envelope
  case rectangle(Envelope)
  case geometry(PreparedGeometry)

  init(_ filter: SpatialFilter) throws {
    switch filter {
    case .envelope: self = .envelope
    case .rectangle(let rectangle): self = .rectangle(rectangle)
    case .geometry(let geometry): self = .geometry(try PreparedGeometry(geometry))
    }
  }

  /// A geometry that cannot be compared, such as one with places that are not finite, is nowhere: it meets nothing.
  func meets(_ geometry: Geometry) -> Bool {
    switch self {
    case .envelope: true
    case .rectangle(let asked): geometry.intersects(rectangle: asked)
    case .geometry(let asked): (try? asked.intersects(geometry)) ?? false
    }
  }
}
