public import LageplanFeatures
public import LageplanGeometry

/// A record that was not taken.
public struct RejectedRow: Hashable, Sendable {
  /// The path or URL of its source.
  public var source: String
  public var position: SourcePosition
  /// `nil`: it has none.
  public var id: String?
  public var reason: String
  public var remedy: String
}

/// How one column came to its type.
public struct ColumnSummary: Hashable, Sendable {
  public var name: String
  public var kind: PropertyKind
  public var rule: TypeRule
}

/// What was found out about one source before its records were taken.
public struct SourceSummary: Hashable, Sendable {
  public var name: String
  public var format: String
  /// Where the place comes from: `X (x) and Y (y)`.
  public var place: String
  public var crs: CoordinateReferenceSystem
  public var crsRule: String
  public var idRule: String
  public var encoding: EncodingFinding?
  public var columns: [ColumnSummary]
}

/// What became of a delivery: for people as text, for machines as JSON. `read == inserted + updated + unchanged + rejected`.
public struct ImportReport: Sendable {
  public var collection = ""
  public var isDryRun = false
  public var sources: [SourceSummary] = []
  public var read = 0
  public var inserted = 0
  public var updated = 0
  public var unchanged = 0
  public var deleted = 0
  public var rejected: [RejectedRow] = []
  /// Of the updated features, how many differ in each property, and how many in their geometry.
  public var changedProperties: [String: Int] = [:]
  public var changedGeometry = 0
  /// Polygons that were invalid and are valid now.
  public var repaired = 0
  public var withoutPlace = 0
  /// Positions outside the area of use of the system, near enough to be right.
  public var outsideArea = 0
  public var warnings: [String] = []

  public init() {}

  /// The sums add up.
  public var isBalanced: Bool { read == inserted + updated + unchanged + rejected.count }

  /// The ids of the rejected records, which are delivered all the same; `nil` where one has none and may be any feature.
  public var rejectedIds: Set<String>? {
    rejected.contains { $0.id == nil } ? nil : Set(rejected.compactMap(\.id))
  }

  /// One line: what a shell script logs.
  public var summary: String {
    var line =
      "\(collection): \(read) read = \(inserted) inserted + \(updated) updated + \(unchanged) unchanged + \(rejected.count) rejected"
    if deleted > 0 { line += "; \(deleted) deleted" }
    if repaired > 0 { line += "; \(repaired) geometries repaired" }
    if withoutPlace > 0 { line += "; \(withoutPlace) without a place" }
    if outsideArea > 0 { line += "; \(outsideArea) outside the area of use" }
    return isDryRun ? line + " (dry run: nothing was written)" : line
  }

  /// Everything, for people; at most `limit` rejected rows, and as many doubtful bytes, one by one.
  public func text(rejectedLimit limit: Int = .max) -> String {
    var lines: [String] = []
    for source in sources {
      lines.append("\(source.name) (\(source.format))")
      lines.append("  place: \(source.place)")
      lines.append("  reference system: \(source.crs) (\(source.crsRule))")
      lines.append("  ids: \(source.idRule)")
      if let encoding = source.encoding {
        lines.append("  encoding: \(encoding.name)\(encoding.isGiven ? " (--encoding)" : "")")
        if encoding.doubtfulBytes > 0 {
          lines.append("  \(encoding.doubtfulBytes) bytes have no meaning in \(encoding.name) and were read as \u{FFFD}:")
          for example in encoding.examples.prefix(limit) {
            lines.append("    \(example.position): byte \(Self.hex(example.byte)) in \"\(example.context)\"")
          }
          let unnamed = encoding.doubtfulBytes - min(limit, encoding.examples.count)
          if unnamed > 0 { lines.append("    and \(unnamed) more") }
        }
      }
      lines.append("  columns:")
      for column in source.columns { lines.append("    \(column.name): \(column.kind.rawValue) (\(column.rule.explanation))") }
    }
    for warning in warnings { lines.append("warning: \(warning)") }
    for row in rejected.prefix(limit) {
      let name = row.id.map { " (\($0))" } ?? ""
      lines.append("rejected: \(row.source), \(row.position)\(name): \(row.reason). \(row.remedy).")
    }
    if rejected.count > limit { lines.append("and \(rejected.count - limit) more rejected rows: --report FILE writes them all") }
    if !changedProperties.isEmpty || changedGeometry > 0 {
      var changes = changedProperties.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
      if changedGeometry > 0 { changes.append("geometry \(changedGeometry)") }
      lines.append("changed: \(changes.joined(separator: ", "))")
    }
    lines.append(summary)
    return lines.joined(separator: "\n")
  }

  public var json: JSONValue {
    .object([
      ("collection", .text(collection)), ("dryRun", .boolean(isDryRun)), ("read", .integer(Int64(read))),
      ("inserted", .integer(Int64(inserted))), ("updated", .integer(Int64(updated))), ("unchanged", .integer(Int64(unchanged))),
      ("rejected", .integer(Int64(rejected.count))), ("deleted", .integer(Int64(deleted))),
      ("repaired", .integer(Int64(repaired))), ("withoutPlace", .integer(Int64(withoutPlace))),
      ("outsideArea", .integer(Int64(outsideArea))), ("changedGeometry", .integer(Int64(changedGeometry))),
      (
        "changedProperties",
        .object(changedProperties.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) })
      ),
      ("sources", .array(sources.map(Self.json))), ("warnings", .array(warnings.map { .text($0) })),
      ("rejectedRows", .array(rejected.map(Self.json))),
    ])
  }

  private static func json(_ source: SourceSummary) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("name", .text(source.name)), ("format", .text(source.format)), ("place", .text(source.place)),
      ("crs", .text(source.crs.name)), ("crsRule", .text(source.crsRule)), ("idRule", .text(source.idRule)),
    ]
    if let encoding = source.encoding {
      members.append(
        (
          "encoding",
          .object([
            ("name", .text(encoding.name)), ("given", .boolean(encoding.isGiven)),
            ("doubtfulBytes", .integer(Int64(encoding.doubtfulBytes))),
            (
              "examples",
              .array(
                encoding.examples.map {
                  .object([position($0.position), ("byte", .text(hex($0.byte))), ("context", .text($0.context))])
                })
            ),
          ])
        ))
    }
    let columns = source.columns.map { column -> JSONValue in
      .object([("name", .text(column.name)), ("type", .text(column.kind.rawValue)), ("rule", .text(column.rule.explanation))])
    }
    members.append(("columns", .array(columns)))
    return .object(members)
  }

  private static func json(_ row: RejectedRow) -> JSONValue {
    .object([
      ("source", .text(row.source)), position(row.position), ("id", row.id.map { .text($0) } ?? .null),
      ("reason", .text(row.reason)), ("remedy", .text(row.remedy)),
    ])
  }

  private static func position(_ position: SourcePosition) -> (key: String, value: JSONValue) {
    switch position {
    case .line(let number): ("line", .integer(Int64(number)))
    case .feature(let number): ("feature", .integer(Int64(number)))
    }
  }

  private static func hex(_ byte: UInt8) -> String { "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }
}
