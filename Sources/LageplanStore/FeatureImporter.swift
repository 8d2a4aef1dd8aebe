import CSpatiaLite
import LageplanFeatures
import LageplanGeometry

/// Brings one delivery into one collection, inside a transaction of the caller.
///
/// An empty collection is loaded: rows in Hilbert order, triggers and indexes set aside and put back after, one line in
/// `lageplan_changes` for all. A collection that has features gets the difference, feature by feature and with its triggers,
/// because then the changes are few and every one of them matters to tiles, offline copies and people who want to see what was changed.
final class FeatureImporter {
  private let connection: SQLiteConnection
  private let writer: CollectionWriter
  private let options: ImportOptions
  private let delivered: Schema
  private var entry: Catalogue.Entry
  /// As the bookkeeping tables have it.
  private let described: Catalogue.Entry
  /// For each column of the table, the place of its property in the delivery; `nil`: the delivery does not have it.
  private var sources: [Int?] = []
  private var registration: GeometryRegistration
  private var result = ImportResult()
  private var position = -1
  /// The ids of the features that were rejected here; empty ones too.
  private var rejectedIds: Set<String> = []
  /// Columns for which an integer was delivered that no double holds; a run that is being loaded is not in the table yet.
  private var columnsBeyondReal: Set<Int> = []
  private let reject: (ImportRejection) throws -> Void

  init(
    into descriptor: CollectionDescriptor, options: ImportOptions, on connection: SQLiteConnection,
    rejected: @escaping (ImportRejection) throws -> Void
  ) throws {
    self.connection = connection
    self.options = options
    reject = rejected
    writer = CollectionWriter(connection: connection)
    delivered = descriptor.schema
    let catalogue = try Catalogue(on: connection)
    if let known = try? catalogue.entry(of: descriptor.id) {
      entry = known
      described = known
      guard known.descriptor.storageCrs.srid == descriptor.storageCrs.srid else {
        throw StoreError.invalidDescription(
          collection: descriptor.id,
          setting: "it is stored in \(known.descriptor.storageCrs), the delivery is in \(descriptor.storageCrs)",
          remedy: "Bring the delivery into \(known.descriptor.storageCrs) first, or import it into another collection.")
      }
      for property in delivered.properties where known.table.column(of: property.name) == nil {
        guard !options.ignoring.contains(property.name) else { continue }
        try writer.add(property, to: &entry.table)
        result.addedProperties.append(property.name)
      }
    } else {
      var made = descriptor
      made.schema.properties.removeAll { options.ignoring.contains($0.name) }
      entry = try writer.create(made)
      described = entry
      result.created = true
    }
    registration = try GeometryRegistration(of: entry.table, on: connection)
    sources = entry.table.columns.map { delivered.index(of: $0.property.name) }
  }

  /// Takes every feature of the delivery and says what became of them.
  /// `sparing` is that of ``Store/importFeatures(into:options:from:rejected:sparing:)``.
  func run(from next: () throws -> Feature?, sparing: () -> Set<String>?) throws -> ImportResult {
    if try connection.integer("SELECT 1 FROM \(entry.table.name) LIMIT 1") == nil {
      try load(from: next)
      try writer.remember(entry.table)
    } else {
      try merge(from: next, sparing: sparing)
      if entry.table.columns != described.table.columns { try writer.remember(entry.table) }
    }
    try registration.write(of: entry.table, on: connection)
    entry.descriptor.geometryKind = registration.describedKind(before: entry.descriptor.geometryKind)
    // A delivery that changes nothing leaves the version as it was.
    if entry != described { try Catalogue.update(entry, on: connection) }
    return result
  }

  /// The next feature that can be stored, its position counted.
  private func pull(from next: () throws -> Feature?) throws -> Feature? {
    while let feature = try next() {
      position += 1
      result.read += 1
      guard feature.values.count == delivered.properties.count else {
        throw StoreError.invalidDescription(
          collection: entry.descriptor.id,
          setting: "feature \(position) has \(feature.values.count) values for \(delivered.properties.count) properties",
          remedy: "Give each feature one value per property, in the order of the schema.")
      }
      guard feature.geometry?.isFinite ?? true else {
        try reject(feature, reason: "its geometry has a coordinate that is no finite number", remedy: "Correct the coordinate.")
        continue
      }
      return feature
    }
    return nil
  }

  private func reject(_ feature: Feature, reason: String, remedy: String) throws {
    result.rejected += 1
    rejectedIds.insert(feature.id)
    try reject(ImportRejection(position: position, id: feature.id, reason: reason, remedy: remedy))
  }

  private func rejectDuplicate(_ feature: Feature) throws {
    try reject(
      feature, reason: "the id \(feature.id) is there twice in this delivery",
      remedy: "The first one was taken; correct the id, or name another id property.")
  }

  /// Makes room for values that the table's columns cannot hold.
  private func widen(for feature: Feature) throws {
    for (index, source) in sources.enumerated() {
      guard let source, case let kind = entry.table.columns[index].property.kind else { continue }
      let value = feature.values[source]
      if case .integer(let number) = value, Double(exactly: number) == nil { columnsBeyondReal.insert(index) }
      guard SQLiteArgument(value, keptAs: kind) == nil else { continue }
      var wider = kind.widened(by: value)
      if wider == .real, try columnsBeyondReal.contains(index) || writer.hasIntegerBeyondReal(columnAt: index, of: entry.table) {
        wider = .text
      }
      try writer.widen(columnAt: index, of: &entry.table, to: wider)
      result.widenedProperties[entry.table.columns[index].property.name] = wider
    }
  }

  /// The value of each column, null where the delivery does not have it.
  private func arguments(of feature: Feature) -> [SQLiteArgument] {
    zip(sources, entry.table.columns).map { source, column in
      source.flatMap { SQLiteArgument(feature.values[$0], keptAs: column.property.kind) } ?? .null
    }
  }

  private func blob(of geometry: Geometry?) -> SQLiteArgument {
    guard let geometry else { return .null }
    registration.note(geometry)
    return .blob(geometry.spatiaLiteBlob(srid: entry.descriptor.storageCrs.srid))
  }

  private func nextNumber() throws -> Int64 {
    let used =
      try connection.integer(#"SELECT "seq" FROM sqlite_sequence WHERE "name" = ?"#, [.text(entry.table.collection)]) ?? 0
    let present = try connection.integer("SELECT max(\"number\") FROM \(entry.table.name)") ?? 0
    return max(used, present) + 1
  }

  private func insertion() throws -> SQLiteStatement {
    let columns = ["\"number\"", "\"id\"", "\"geometry\""] + entry.table.columns.map { quoted($0.name) }
    let values = repeatElement("?", count: columns.count).joined(separator: ", ")
    return try SQLiteStatement(
      "INSERT INTO \(entry.table.name) (\(columns.joined(separator: ", "))) VALUES (\(values))", on: connection)
  }

  // MARK: Loading

  /// So many features are sorted at once: a bound on memory, not on the delivery. Runs of this length lie in Hilbert order
  /// one behind the other, which a query of a small area reads nearly as fast as one long run.
  private static let runLength = 250_000

  private func load(from next: () throws -> Feature?) throws {
    var number = try nextNumber()
    let first = number
    var index = PackedSpatialIndex()
    var extent = Envelope.empty
    var seen: Set<String> = []
    var runs = 0
    try writer.withoutTriggersAndIndexes(of: entry.table) {
      var run: [Feature] = []
      var isAtEnd = false
      while !isAtEnd {
        run.removeAll(keepingCapacity: true)
        while run.count < Self.runLength {
          guard let feature = try pull(from: next) else {
            isAtEnd = true
            break
          }
          guard feature.id.isEmpty || seen.insert(feature.id).inserted else {
            try rejectDuplicate(feature)
            continue
          }
          try widen(for: feature)
          run.append(feature)
        }
        try write(run, startingAt: &number, index: &index, extent: &extent, seen: &seen)
        runs += run.isEmpty ? 0 : 1
      }
      if runs > 1 { index.sort(within: extent) }
      try index.write(to: entry.table, on: connection)
    }
    result.inserted += Int(number - first)
    guard number > first else { return }
    let bounds: [SQLiteArgument] =
      extent.isEmpty
      ? [.null, .null, .null, .null] : [.real(extent.minX), .real(extent.minY), .real(extent.maxX), .real(extent.maxY)]
    try connection.run(
      """
      INSERT INTO "lageplan_changes" ("collection", "operation", "at", "actor", "first_number", "last_number", "new_minx", "new_miny",
        "new_maxx", "new_maxy")
      VALUES (?, 'import', \(DatabaseLayout.now), \(DatabaseLayout.actor), ?, ?, ?, ?, ?, ?)
      """, [.text(entry.table.collection), .integer(first), .integer(number - 1)] + bounds)
  }

  /// Writes one run in Hilbert order.
  private func write(
    _ run: [Feature], startingAt number: inout Int64, index: inout PackedSpatialIndex, extent: inout Envelope,
    seen: inout Set<String>
  ) throws {
    let envelopes = run.map { $0.geometry?.envelope ?? .empty }
    var bounds = Envelope.empty
    for envelope in envelopes { bounds.formUnion(envelope) }
    extent.formUnion(bounds)
    let insert = try insertion()
    for position in hilbertOrder(of: envelopes, within: bounds) {
      let feature = run[position]
      let id = feature.id.isEmpty ? freeId(number: number, taken: &seen) : feature.id
      try insert.bind(.integer(number), at: 1)
      try insert.bind(text: id, at: 2)
      try insert.bind(blob(of: feature.geometry), at: 3)
      for (column, source) in sources.enumerated() {
        let kind = entry.table.columns[column].property.kind
        let argument = source.flatMap { SQLiteArgument(feature.values[$0], keptAs: kind) } ?? .null
        try insert.bind(argument, at: Int32(column + 4))
      }
      try insert.run()
      if !envelopes[position].isEmpty { index.append(number: number, envelope: envelopes[position]) }
      number += 1
    }
  }

  private func freeId(number: Int64, taken: inout Set<String>) -> String {
    let plain = CollectionTable.madeId(number: number)
    var id = plain
    var attempt = 2
    while !taken.insert(id).inserted {
      id = "\(plain)-\(attempt)"
      attempt += 1
    }
    return id
  }

  // MARK: Merging

  private func merge(from next: () throws -> Feature?, sparing: () -> Set<String>?) throws {
    var number = try nextNumber()
    var seen: Set<Int64> = []
    while let feature = try pull(from: next) {
      try widen(for: feature)
      if !feature.id.isEmpty, let known = try compare(feature) {
        guard seen.insert(known.number).inserted else {
          try rejectDuplicate(feature)
          continue
        }
        try apply(known, of: feature)
      } else {
        try insert(feature, as: number)
        seen.insert(number)
        number += 1
      }
    }
    // A rejected record is no missing one. Without an id it may be any feature.
    guard options.mode == .replace, let spared = sparing(), !rejectedIds.contains("") else { return }
    try deleteAll(but: seen, sparing: spared.union(rejectedIds))
  }

  /// How a feature of the delivery differs from the one of that id.
  private struct Difference {
    var number: Int64
    var geometryDiffers: Bool
    /// Indexes of columns that differ and are not to be ignored.
    var columns: [Int]
  }

  private func compare(_ feature: Feature) throws -> Difference? {
    let columns = entry.table.columns
    let names = columns.map { ", \(quoted($0.name))" }.joined()
    let find = "SELECT \"number\", \"geometry\"\(names) FROM \(entry.table.name) WHERE \"id\" = ?"
    return try connection.withStatement(find) { row -> Difference? in
      try row.bind(.text(feature.id), at: 1)
      guard try row.step() else { return nil }
      var difference = Difference(number: row.integer(0), geometryDiffers: false, columns: [])
      difference.geometryDiffers = !row.holds(feature.geometry, srid: entry.descriptor.storageCrs.srid, at: 1)
      for (index, source) in sources.enumerated() {
        // What the delivery does not have, it does not deny.
        guard let source, !options.ignoring.contains(columns[index].property.name) else { continue }
        let argument = SQLiteArgument(feature.values[source], keptAs: columns[index].property.kind) ?? .null
        if !row.holds(argument, at: Int32(index + 2)) { difference.columns.append(index) }
      }
      return difference
    }
  }

  private func apply(_ difference: Difference, of feature: Feature) throws {
    guard difference.geometryDiffers || !difference.columns.isEmpty else {
      result.unchanged += 1
      return
    }
    result.updated += 1
    var assignments: [(column: String, value: SQLiteArgument)] = []
    if difference.geometryDiffers {
      result.changedGeometry += 1
      try registration.admit(feature.geometry, to: entry.table, on: connection)
      assignments.append(("geometry", blob(of: feature.geometry)))
    }
    for index in difference.columns { result.changedProperties[entry.table.columns[index].property.name, default: 0] += 1 }
    let values = arguments(of: feature)
    for (index, source) in sources.enumerated() where source != nil {
      assignments.append((entry.table.columns[index].name, values[index]))
    }
    let list = assignments.map { "\(quoted($0.column)) = ?" }.joined(separator: ", ")
    try connection.run(
      "UPDATE \(entry.table.name) SET \(list) WHERE \"number\" = ?", assignments.map(\.value) + [.integer(difference.number)])
  }

  private func insert(_ feature: Feature, as number: Int64) throws {
    try registration.admit(feature.geometry, to: entry.table, on: connection)
    let names = ["number", "id", "geometry"] + entry.table.columns.map(\.name)
    let places = repeatElement("?", count: names.count).joined(separator: ", ")
    let id: SQLiteArgument = feature.id.isEmpty ? .null : .text(feature.id)
    try connection.run(
      "INSERT INTO \(entry.table.name) (\(names.map(quoted).joined(separator: ", "))) VALUES (\(places))",
      [.integer(number), id, blob(of: feature.geometry)] + arguments(of: feature))
    result.inserted += 1
  }

  private func deleteAll(but seen: Set<Int64>, sparing ids: Set<String>) throws {
    var gone: [Int64] = []
    try connection.withStatement("SELECT \"number\", \"id\" FROM \(entry.table.name)") { row in
      while try row.step() {
        guard !seen.contains(row.integer(0)) else { continue }
        if let id = row.string(1), ids.contains(id) { continue }
        gone.append(row.integer(0))
      }
    }
    for number in gone { try connection.run("DELETE FROM \(entry.table.name) WHERE \"number\" = ?", [.integer(number)]) }
    result.deleted = gone.count
  }
}

extension Geometry {
  var isFinite: Bool {
    coordinates.allSatisfy(\.isFinite) && members.allSatisfy(\.isFinite)
  }
}

/// The positions of `envelopes` along the Hilbert curve over `bounds`; what has no place comes last, in its own order.
func hilbertOrder(of envelopes: [Envelope], within bounds: Envelope) -> [Int] {
  let keys = envelopes.enumerated().map { position, envelope in
    (key: envelope.isEmpty ? UInt64.max : HilbertCurve.index(of: envelope.centre, in: bounds), position: position)
  }
  return keys.sorted { ($0.key, $0.position) < ($1.key, $1.position) }.map(\.position)
}
