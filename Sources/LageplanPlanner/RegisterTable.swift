import LageplanFeatures
import LageplanGeometry

/// What a collection of a register must or may have, with the German names that towns give it.
protocol RegisterColumn: Hashable, CaseIterable {
  /// Best first, in small letters.
  var spellings: [String] { get }
  var isRequired: Bool { get }
}

enum InspectorColumn: RegisterColumn {
  case id, name, qualifications, depot, endDepot, shiftStart, shiftEnd, breakMinutes, breakStart, breakEnd, days, maxTravel,
    maxWork
  case type

  var spellings: [String] {
    switch self {
    case .id: ["id", "kennung", "kuerzel"]
    case .name: ["name"]
    case .qualifications: ["qualifications", "sachkunden", "qualifikationen"]
    case .depot: ["depot", "bauhof"]
    case .endDepot: ["end_depot", "ziel_bauhof"]
    case .shiftStart: ["shift_start", "schichtbeginn", "dienstbeginn"]
    case .shiftEnd: ["shift_end", "schichtende", "dienstende"]
    case .breakMinutes: ["break_minutes", "pause_minuten"]
    case .breakStart: ["break_start", "pause_von"]
    case .breakEnd: ["break_end", "pause_bis"]
    case .days: ["days", "tage", "wochentage"]
    case .maxTravel: ["max_travel_minutes", "fahrzeit_minuten"]
    case .maxWork: ["max_work_minutes", "arbeitszeit_minuten"]
    case .type: ["type", "typ"]
    }
  }

  var isRequired: Bool { self == .shiftStart || self == .shiftEnd }
}

enum DepotColumn: RegisterColumn {
  case id, name

  var spellings: [String] {
    switch self {
    case .id: ["id", "kennung", "kuerzel"]
    case .name: ["name", "bezeichnung"]
    }
  }

  var isRequired: Bool { false }
}

enum ShiftColumn: RegisterColumn {
  case inspector, day, start, end

  var spellings: [String] {
    switch self {
    case .inspector: ["inspector", "kontrolleur"]
    case .day: ["day", "tag", "datum"]
    case .start: ["start", "beginn", "von"]
    case .end: ["end", "ende", "bis"]
    }
  }

  var isRequired: Bool { true }
}

/// A collection read by the columns of a register.
struct RegisterTable<Column: RegisterColumn> {
  let descriptor: CollectionDescriptor
  private let path: String
  private let columns: PropertyColumns
  private let names: [Column: String]

  init(_ descriptor: CollectionDescriptor, path: String) {
    self.descriptor = descriptor
    self.path = path
    var columns = PropertyColumns()
    var names: [Column: String] = [:]
    for column in Column.allCases {
      for spelling in column.spellings where names[column] == nil {
        names[column] = descriptor.schema.properties.first { $0.name.lowercased() == spelling }?.name
      }
    }
    for definition in descriptor.schema.properties { columns.add(definition) }
    self.columns = columns
    self.names = names
  }

  func has(_ column: Column) -> Bool { names[column] != nil }

  /// In the order of their numbers.
  func forEachRow(_ reader: some FeatureReading, _ body: (RegisterRow<Column>) throws -> RowDecision) throws {
    let query = FeatureQuery(collection: descriptor.id, properties: .named(columns.names), after: 0)
    try reader.forEachRow(matching: query) { row in
      let values = columns.values(of: row)
      return try body(
        RegisterRow(
          reference: FeatureReference(collection: descriptor.id, id: String(decoding: row.id, as: UTF8.self)), path: path,
          geometry: try row.geometry.map { try Geometry(decoding: $0) }, values: names.compactMapValues { values[$0] },
          others: Dictionary(values.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }))
    }
  }
}

/// One row of a register.
struct RegisterRow<Column: RegisterColumn> {
  let reference: FeatureReference
  let path: String
  /// In the frame of the collection.
  let geometry: Geometry?
  fileprivate let values: [Column: PropertyValue]
  /// Every value, by the name of its property in small letters.
  let others: [String: PropertyValue]

  fileprivate init(
    reference: FeatureReference, path: String, geometry: Geometry?, values: [Column: PropertyValue],
    others: [String: PropertyValue]
  ) {
    self.reference = reference
    self.path = path
    self.geometry = geometry
    self.values = values
    self.others = others
  }

  var feature: String { reference.id }

  func value(_ column: Column) -> PropertyValue? { values[column] }

  /// `nil` also where it is empty.
  func text(_ column: Column) -> String? {
    values[column]?.spelling.map { $0.trimmed }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Where a value stands and what it is.
  func place(_ column: Column) -> String { "\(reference): \(column.spellings[0]) = \(text(column) ?? "null")" }

  func optional<Value>(
    _ column: Column, _ expected: String, _ faults: inout TourDataFaults, _ read: (PropertyValue) -> Value?
  ) -> Value? {
    guard let value = values[column], text(column) != nil else { return nil }
    if let read = read(value) { return read }
    faults.note("value", path, place(column), "write \(expected)")
    return nil
  }

  func required<Value>(
    _ column: Column, _ expected: String, _ faults: inout TourDataFaults, _ read: (PropertyValue) -> Value?
  ) -> Value? {
    if text(column) == nil { faults.note("value", path, place(column), "write \(expected)") }
    return optional(column, expected, &faults, read)
  }
}
