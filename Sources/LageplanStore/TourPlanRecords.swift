import LageplanFeatures

extension Store {
  /// So many versions of a plan are kept; beyond, the oldest that was never released goes.
  public static let keptTourPlanVersions = 100

  // MARK: Reading

  /// The newest first: of those before the number `before`, at most `limit`.
  public func tourPlans(limit: Int, before: Int64 = .max) throws -> [TourPlanRecord] {
    try asking { reader in
      let search = """
        SELECT \(Self.tourPlanColumns)
        FROM "lageplan_tour_plans"
        WHERE "number" < ?
        ORDER BY "number" DESC
        LIMIT ?
        """
      return try reader.connection.rows(search, [.integer(before), .integer(Int64(max(0, limit)))]) {
        try Self.tourPlan($0, on: reader.connection)
      }
    }
  }

  /// Throws `StoreError.unknownTourPlan`.
  public func tourPlan(_ id: String) throws -> TourPlanRecord {
    try asking { try Self.tourPlan(id, on: $0.connection) }
  }

  /// The JSON document of a version; `nil` where the version has no plan. Throws `StoreError.unknownTourPlan`.
  public func tourPlanDocument(_ id: String, version: Int) throws -> String? {
    try asking { reader in
      let search = #"SELECT "document" FROM "lageplan_tour_versions" WHERE "plan" = ? AND "version" = ?"#
      let found = try reader.connection.rows(search, [.text(id), .integer(Int64(version))]) { $0.string(0) }
      guard let document = found.first else { throw StoreError.unknownTourPlan(id) }
      return document
    }
  }

  // MARK: Writing

  /// Keeps a plan with the versions that it has by now, and the document of each that has one.
  public func addTourPlan(_ plan: TourPlanRecord, documents: [Int: String]) throws {
    try writing { try Self.insert(plan, documents, on: $0) }
  }

  /// Adds a version after the others, and answers it with its number. From now on only those see the plan who see also the `collections` of which
  /// the version was made. Throws `StoreError.unknownTourPlan`.
  public func addTourPlanVersion(
    _ version: TourPlanVersion, of id: String, reading collections: [String] = [], document: String?
  ) throws -> TourPlanVersion {
    try writing { connection in
      let known = try Self.tourPlan(id, on: connection)
      var read = known
      read.read(collections)
      if read.collections != known.collections {
        try connection.run(
          #"UPDATE "lageplan_tour_plans" SET "collections" = ? WHERE "id" = ?"#,
          [.text(try jsonList(read.collections)), .text(id)])
      }
      var version = version
      version.number = (known.versions.last?.number ?? 0) + 1
      try Self.insert(version, of: id, document, on: connection)
      let spare = known.versions.filter { $0.status != .released && $0.status != .superseded }
      if known.versions.count >= Self.keptTourPlanVersions, let oldest = spare.first {
        try Self.remove(oldest.number, of: id, on: connection)
      }
      return version
    }
  }

  /// What became of a version that was being planned. Throws `StoreError.unknownTourPlan`.
  public func finishTourPlanVersion(
    _ number: Int, of id: String, status: TourPlanStatus, figures: TourPlanFigures?, document: String?
  ) throws {
    try writing { connection in
      let changed = try connection.changes(
        """
        UPDATE "lageplan_tour_versions"
        SET "status" = ?, "tours" = ?, "stops" = ?, "left_out" = ?, "metres" = ?, "seconds" = ?, "document" = ?
        WHERE "plan" = ? AND "version" = ?
        """,
        [.text(status.rawValue)] + Self.arguments(figures) + [.optional(document), .text(id), .integer(Int64(number))])
      guard changed == 1 else { throw StoreError.unknownTourPlan(id) }
    }
  }

  /// Takes back a version that is not going to be made.
  public func removeTourPlanVersion(_ number: Int, of id: String) throws {
    try writing { try Self.remove(number, of: id, on: $0) }
  }

  /// Forgets the plan with all its versions, and takes its features out of `collections`. Throws `StoreError.unknownTourPlan`.
  public func removeTourPlan(_ id: String, from collections: [String], actor: String?) throws {
    try writing(by: actor) { connection in
      _ = try Self.tourPlan(id, on: connection)
      for collection in collections { try TourPlanRelease(of: id, on: connection).clear(collection) }
      try connection.run(#"DELETE FROM "lageplan_tour_plans" WHERE "id" = ?"#, [.text(id)])
    }
  }

  /// Makes a version the one that people go by: the one before is superseded, and `features` replace those of the plan in their collections, which are
  /// made where they are not there yet, not public. A `title` replaces that of the plan. All of it in one transaction.
  /// Throws `StoreError.unknownTourPlan`, and `StoreError.unfitTourCollection` where a collection of that name lacks what the features have.
  public func releaseTourPlan(
    _ id: String, version: Int, title: String? = nil, features: [TourPlanFeatures], actor: String?
  ) throws {
    try writing(by: actor) { connection in
      if let title {
        try connection.run(#"UPDATE "lageplan_tour_plans" SET "title" = ? WHERE "id" = ?"#, [.text(title), .text(id)])
      }
      try Self.release(id, version: version, features, on: connection)
    }
  }

  /// Keeps a plan, see ``addTourPlan(_:documents:)``, and releases one of its versions, see ``releaseTourPlan(_:version:title:features:actor:)``: both or
  /// neither.
  public func addTourPlan(
    _ plan: TourPlanRecord, documents: [Int: String], releasing version: Int, features: [TourPlanFeatures], actor: String?
  ) throws {
    try writing(by: actor) { connection in
      try Self.insert(plan, documents, on: connection)
      try Self.release(plan.id, version: version, features, on: connection)
    }
  }

  private static func release(
    _ id: String, version: Int, _ features: [TourPlanFeatures], on connection: SQLiteConnection
  ) throws {
    let known = try tourPlan(id, on: connection)
    guard known.versions.contains(where: { $0.number == version && $0.figures != nil }) else {
      throw StoreError.unknownTourPlan(id)
    }
    let release = TourPlanRelease(of: id, on: connection)
    for layer in features { try release.replace(layer) }
    try connection.run(
      """
      UPDATE "lageplan_tour_versions"
      SET "status" = CASE "version" WHEN ?2 THEN 'released' ELSE 'superseded' END
      WHERE "plan" = ?1 AND ("version" = ?2 OR "status" = 'released')
      """, [.text(id), .integer(Int64(version))])
  }

  // MARK: Rows

  private static let tourPlanColumns = #""id", "title", "day", "collections", "request", "created", "number""#

  static func tourPlan(_ id: String, on connection: SQLiteConnection) throws -> TourPlanRecord {
    let search = "SELECT \(tourPlanColumns) FROM \"lageplan_tour_plans\" WHERE \"id\" = ?"
    let found = try connection.rows(search, [.text(id)]) { try tourPlan($0, on: connection) }
    guard let plan = found.first else { throw StoreError.unknownTourPlan(id) }
    return plan
  }

  private static func tourPlan(_ row: SQLiteStatement, on connection: SQLiteConnection) throws -> TourPlanRecord {
    let id = row.string(0) ?? ""
    guard let day = CalendarDate(iso: row.string(2) ?? "") else {
      throw StoreError.damagedBookkeeping(what: "The day of the tour plan \(id)", value: row.string(2) ?? "null")
    }
    // A list that cannot be read must not open the plan to everybody.
    let collections = try? JSONValue(parsing: row.string(3) ?? "").array?.map(\.text)
    guard let collections, !collections.isEmpty, !collections.contains(nil) else {
      throw StoreError.damagedBookkeeping(what: "The collections of the tour plan \(id)", value: row.string(3) ?? "null")
    }
    var plan = TourPlanRecord(
      id: id, title: row.string(1), day: day, collections: collections.compactMap(\.self), request: row.string(4) ?? "{}",
      created: try row.instant(5), versions: try versions(of: id, on: connection))
    plan.number = row.integer(6)
    return plan
  }

  private static func versions(of id: String, on connection: SQLiteConnection) throws -> [TourPlanVersion] {
    let search = """
      SELECT "version", "status", "created", "actor", "change", "tours", "stops", "left_out", "metres", "seconds"
      FROM "lageplan_tour_versions"
      WHERE "plan" = ?
      ORDER BY "version"
      """
    return try connection.rows(search, [.text(id)]) { row in
      guard let status = TourPlanStatus(rawValue: row.string(1) ?? "") else {
        throw StoreError.damagedBookkeeping(what: "The status of the tour plan \(id)", value: row.string(1) ?? "null")
      }
      var version = TourPlanVersion(
        number: Int(row.integer(0)), status: status, created: try row.instant(2), actor: row.string(3), change: row.string(4))
      if !row.isNull(5) {
        version.figures = TourPlanFigures(
          tours: Int(row.integer(5)), stops: Int(row.integer(6)), leftOut: Int(row.integer(7)), metres: Int(row.integer(8)),
          seconds: Int(row.integer(9)))
      }
      return version
    }
  }

  private static func insert(_ plan: TourPlanRecord, _ documents: [Int: String], on connection: SQLiteConnection) throws {
    try connection.run(
      """
      INSERT INTO "lageplan_tour_plans" ("id", "title", "day", "collections", "request", "created")
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        .text(plan.id), .optional(plan.title), .text(plan.day.iso), .text(try jsonList(plan.collections)), .text(plan.request),
        .text(plan.created.iso),
      ])
    for version in plan.versions { try insert(version, of: plan.id, documents[version.number], on: connection) }
  }

  private static func insert(
    _ version: TourPlanVersion, of id: String, _ document: String?, on connection: SQLiteConnection
  ) throws {
    try connection.run(
      """
      INSERT INTO "lageplan_tour_versions"
        ("plan", "version", "status", "created", "actor", "change", "tours", "stops", "left_out", "metres", "seconds", "document")
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(id), .integer(Int64(version.number)), .text(version.status.rawValue), .text(version.created.iso),
        .optional(version.actor), .optional(version.change),
      ] + arguments(version.figures) + [.optional(document)])
  }

  private static func remove(_ version: Int, of id: String, on connection: SQLiteConnection) throws {
    try connection.run(
      #"DELETE FROM "lageplan_tour_versions" WHERE "plan" = ? AND "version" = ?"#, [.text(id), .integer(Int64(version))])
  }

  private static func arguments(_ figures: TourPlanFigures?) -> [SQLiteArgument] {
    guard let figures else { return Array(repeating: .null, count: 5) }
    return [figures.tours, figures.stops, figures.leftOut, figures.metres, figures.seconds].map { .integer(Int64($0)) }
  }
}
