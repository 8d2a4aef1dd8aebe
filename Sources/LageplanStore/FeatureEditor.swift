import Foundation
import LageplanFeatures
import LageplanGeometry

extension Store {
  /// Makes all the changes in one transaction, or none.
  ///
  /// `actor` is who does it, for the history. With `idempotency`, a request that came within the last day is not done again: its
  /// outcome is answered.
  /// Throws `FeatureError.unknownCollection` and `.unknownProperty`, `StoreError.unknownFeature`, `.idTaken`, `.versionMismatch`,
  /// `.unfitFeature` with the position of the edit, and `.idempotencyConflict`.
  public func edit(
    _ edits: [FeatureEdit], in collection: String, actor: String?, idempotency: IdempotencyKey? = nil
  ) throws -> [EditOutcome] {
    try writing(by: actor) { connection in
      if let outcomes = try idempotency?.outcomes(on: connection) { return outcomes }
      var editor = try FeatureEditor(of: collection, on: connection)
      let outcomes = try edits.enumerated().map { try editor.apply($1, at: $0) }
      try idempotency?.keep(outcomes, on: connection)
      return outcomes
    }
  }
}

/// Makes single changes in one collection, inside a transaction of the caller.
struct FeatureEditor {
  private let connection: SQLiteConnection
  private let entry: Catalogue.Entry
  private var registration: GeometryRegistration
  private let log: ChangeLog
  private var position = 0

  private var table: CollectionTable { entry.table }
  private var srid: Int32 { entry.descriptor.storageCrs.srid }

  /// Throws `FeatureError.unknownCollection`.
  init(of collection: String, on connection: SQLiteConnection) throws {
    self.connection = connection
    entry = try Catalogue(on: connection).entry(of: collection)
    registration = try GeometryRegistration(of: entry.table, on: connection)
    log = ChangeLog(connection: connection)
  }

  /// `position`: of the edit among all, for errors.
  mutating func apply(_ edit: FeatureEdit, at position: Int) throws -> EditOutcome {
    self.position = position
    let known = edit.id.isEmpty ? nil : try number(of: edit.id)
    if let expected = edit.ifVersion {
      let found = try known.map { try log.version(ofNumber: $0, in: table.collection) } ?? 0
      guard found == expected else {
        throw StoreError.versionMismatch(
          id: edit.id, collection: table.collection, position: position, expected: expected, found: found)
      }
    }
    if case .insert(let feature) = edit.change {
      guard known == nil else { throw StoreError.idTaken(id: feature.id, collection: table.collection, position: position) }
      return try insert(feature)
    }
    guard let known else { throw StoreError.unknownFeature(id: edit.id, collection: table.collection, position: position) }
    switch edit.change {
    case .insert, .replace:
      return try write(edit, to: known, as: .replaced)
    case .update:
      return try write(edit, to: known, as: .updated)
    case .delete:
      try connection.run("DELETE FROM \(table.name) WHERE \"number\" = ?", [.integer(known)])
      return try outcome(.deleted, id: edit.id, number: known)
    }
  }

  private func number(of id: String) throws -> Int64? {
    try connection.integer("SELECT \"number\" FROM \(table.name) WHERE \"id\" = ?", [.text(id)])
  }

  private func outcome(_ operation: EditOutcome.Operation, id: String, number: Int64) throws -> EditOutcome {
    EditOutcome(
      operation: operation, id: id, number: number, version: try log.version(ofNumber: number, in: table.collection))
  }

  // MARK: Writing

  private mutating func insert(_ feature: Feature) throws -> EditOutcome {
    let assignments = try assignments(of: feature)
    try registration.admit(feature.geometry, to: table, on: connection)
    let columns = ["id"] + assignments.map(\.column)
    let places = repeatElement("?", count: columns.count).joined(separator: ", ")
    let statement = """
      INSERT INTO \(table.name) (\(columns.map(quoted).joined(separator: ", ")))
      VALUES (\(places))
      RETURNING "number"
      """
    let id: SQLiteArgument = feature.id.isEmpty ? .null : .text(feature.id)
    guard let number = try connection.rows(statement, [id] + assignments.map(\.value), { $0.integer(0) }).first else {
      throw connection.failure(while: statement)
    }
    // The id that a trigger has made is there only now.
    let made = try connection.text("SELECT \"id\" FROM \(table.name) WHERE \"number\" = ?", [.integer(number)])
    return try outcome(.inserted, id: made ?? feature.id, number: number)
  }

  /// Writes what differs: an edit that changes nothing leaves the version as it was.
  private mutating func write(_ edit: FeatureEdit, to number: Int64, as operation: EditOutcome.Operation) throws -> EditOutcome {
    let assignments: [Assignment]
    let geometry: FeatureEdit.GeometryUpdate
    switch edit.change {
    case .insert(let feature), .replace(let feature):
      assignments = try self.assignments(of: feature)
      geometry = .set(feature.geometry)
    case .update(let id, let properties, let update):
      assignments = try self.assignments(of: properties, geometry: update, id: id)
      geometry = update
    case .delete:
      assignments = []
      geometry = .unchanged
    }
    let differing = try differing(assignments, geometry, from: number)
    guard !differing.isEmpty else { return try outcome(.unchanged, id: edit.id, number: number) }
    if case .set(let new) = geometry { try registration.admit(new, to: table, on: connection) }
    let list = differing.map { "\(quoted($0.column)) = ?" }.joined(separator: ", ")
    try connection.run(
      "UPDATE \(table.name) SET \(list) WHERE \"number\" = ?", differing.map(\.value) + [.integer(number)])
    return try outcome(operation, id: edit.id, number: number)
  }

  /// A column and what it is to hold. The geometry, where there is one, comes first.
  private struct Assignment {
    var column: String
    var value: SQLiteArgument
  }

  private func differing(
    _ assignments: [Assignment], _ geometry: FeatureEdit.GeometryUpdate, from number: Int64
  ) throws -> [Assignment] {
    guard !assignments.isEmpty else { return [] }
    let columns = assignments.map { quoted($0.column) }.joined(separator: ", ")
    return try connection.rows("SELECT \(columns) FROM \(table.name) WHERE \"number\" = ?", [.integer(number)]) { row in
      assignments.enumerated().filter { index, assignment in
        if index == 0, case .set(let new) = geometry { return !row.holds(new, srid: srid, at: 0) }
        return !row.holds(assignment.value, at: Int32(index))
      }.map(\.element)
    }.first ?? []
  }

  // MARK: Values

  private func assignments(of feature: Feature) throws -> [Assignment] {
    guard feature.values.count == table.columns.count else {
      throw unfit(
        feature.id, "it has \(feature.values.count) values for \(table.columns.count) properties",
        "Give one value per property, in the order of the schema.")
    }
    let geometry = Assignment(column: "geometry", value: try blob(of: feature.geometry, id: feature.id))
    return [geometry]
      + (try zip(table.columns, feature.values).map { column, value in
        Assignment(column: column.name, value: try argument(value, in: column, id: feature.id))
      })
  }

  private func assignments(
    of properties: [String: PropertyValue], geometry: FeatureEdit.GeometryUpdate, id: String
  ) throws -> [Assignment] {
    var result: [Assignment] = []
    if case .set(let new) = geometry { result.append(Assignment(column: "geometry", value: try blob(of: new, id: id))) }
    // Equal edits are equal statements, whatever the order of the dictionary.
    for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
      let column = try table.knownColumn(of: name)
      result.append(Assignment(column: column.name, value: try argument(value, in: column, id: id)))
    }
    return result
  }

  private func argument(_ value: PropertyValue, in column: CollectionTable.Column, id: String) throws -> SQLiteArgument {
    let property = column.property
    guard let argument = SQLiteArgument(value, keptAs: property.kind) else {
      throw unfit(
        id, "\(property.name) cannot hold \(value.spelling ?? "null")", "Give a value of the type \(property.kind.rawValue).")
    }
    return argument
  }

  private func blob(of geometry: Geometry?, id: String) throws -> SQLiteArgument {
    guard let geometry else { return .null }
    if let kind = entry.descriptor.geometryKind, geometry.kind != kind {
      throw unfit(id, "its geometry is of the type \(geometry.kind.sqlName)", "The collection holds \(kind.sqlName).")
    }
    guard geometry.isFinite else {
      throw unfit(id, "its geometry has a coordinate that is no finite number", "Correct the coordinate.")
    }
    return .blob(geometry.spatiaLiteBlob(srid: srid))
  }

  private func unfit(_ id: String, _ reason: String, _ remedy: String) -> StoreError {
    .unfitFeature(id: id, collection: table.collection, position: position, reason: reason, remedy: remedy)
  }
}

extension IdempotencyKey {
  /// What was answered when the request came before; `nil` where it is new. Throws `StoreError.idempotencyConflict`.
  fileprivate func outcomes(on connection: SQLiteConnection) throws -> [EditOutcome]? {
    let search = #"SELECT "digest", "outcome" FROM "lageplan_requests" WHERE "token" = ? AND "key" = ?"#
    let known = try connection.rows(search, [.text(token), .text(key)]) { (Array($0.bytes(0)), $0.string(1) ?? "") }.first
    guard let (digest, outcome) = known else { return nil }
    guard digest == requestDigest else { throw StoreError.idempotencyConflict(key: key) }
    return try JSONDecoder().decode([EditOutcome].self, from: Data(outcome.utf8))
  }

  /// Keeps the outcome for a day.
  fileprivate func keep(_ outcomes: [EditOutcome], on connection: SQLiteConnection) throws {
    try connection.run(#"DELETE FROM "lageplan_requests" WHERE "at" < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day')"#)
    let outcome = String(decoding: try JSONEncoder().encode(outcomes), as: UTF8.self)
    try connection.run(
      """
      INSERT INTO "lageplan_requests" ("token", "key", "digest", "outcome", "at")
      VALUES (?, ?, ?, ?, \(DatabaseLayout.now))
      """, [.text(token), .text(key), .blob(requestDigest), .text(outcome)])
  }
}
