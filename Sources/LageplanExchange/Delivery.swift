public import LageplanFeatures
public import LageplanGeometry

/// One or more sources as one delivery for a collection: looked through once, then handed out feature by feature.
///
/// Reading never writes; what a record is worth is decided here, and ``ImportReport`` says why. Used by one thread.
public final class Delivery {
  /// The properties of all sources, each name once.
  public let schema: Schema
  public let crs: CoordinateReferenceSystem
  /// `nil`: kinds are mixed, or no record has a place.
  public let geometryKind: GeometryKind?
  /// Records of all sources.
  public let count: Int
  /// Grows while features are taken; complete when ``next()`` has returned `nil`.
  public private(set) var report = ImportReport()
  /// How far reading is: records of this pass, and whether it is the second, delivering one.
  public var onProgress: ((_ records: Int, _ isDelivering: Bool) -> Void)?

  private let surveys: [SourceSurvey]
  private let plans: [Plan]
  private let reader: ValueReader
  private let kinds: [PropertyKind]
  private let idColumns: [Int?]
  private let usesFeatureIds: Bool
  private let usesIdProperty: Bool
  private var current = 0
  private var placed = 0
  private var isStarted = false
  /// Where each feature that was handed out stood.
  private var delivered: [(source: Int32, position: SourcePosition)] = []

  /// Which column of a source fills which property.
  private struct Plan {
    var columns: [(column: Int, property: Int)] = []
  }

  /// Looks through all sources. Throws ``ExchangeError`` or `CrsError` for what makes the delivery as a whole unusable.
  public init(
    _ sources: [any FeatureSource], settings: ImportSettings, onProgress: ((_ records: Int, _ isDelivering: Bool) -> Void)? = nil
  ) throws {
    self.onProgress = onProgress
    var before = 0
    let surveys = try sources.map { source in
      let survey = try SourceSurvey(source, settings: settings, isOneOfSeveral: sources.count > 1) {
        onProgress?(before + $0, false)
      }
      before += survey.records
      return survey
    }
    count = before
    self.surveys = surveys
    reader = ValueReader(town: settings.town, format: settings.dateFormat)

    crs = try Self.commonCrs(of: surveys, settings)
    let seen = surveys.reduce(into: Set<GeometryKind>()) { $0.formUnion($1.kinds) }
    geometryKind = seen.count == 1 ? seen.first : nil

    let merged = try MergedColumns(surveys, settings: settings)
    schema = merged.schema
    kinds = schema.properties.map(\.kind)
    plans = merged.plans.map(Plan.init)

    if let name = settings.idProperty {
      idColumns = try surveys.map { survey throws(ExchangeError) in
        let columns = survey.source.columns
        guard let index = columns.firstIndex(where: { $0.name == name }) else {
          throw .unknownColumn(name, source: survey.source.name, known: columns.map(\.name))
        }
        return index
      }
      (usesIdProperty, usesFeatureIds) = (true, false)
    } else {
      let total = surveys.reduce(into: Set<String>()) { $0.formUnion($1.ids) }.count
      let collide = surveys.count > 1 && total < surveys.reduce(0) { $0 + $1.ids.count }
      if collide {
        report.warnings.append("the sources use the same ids for different features: new ids are made (or name an --id-property)")
      }
      idColumns = surveys.map { collide ? nil : $0.idColumn }
      (usesIdProperty, usesFeatureIds) = (false, !collide)
    }
    summarise(merged)
  }

  /// No source has ids: the store makes them, and every record is a new feature.
  public var makesIds: Bool {
    surveys.indices.allSatisfy { idColumns[$0] == nil && !(usesFeatureIds && surveys[$0].source.idRule != nil) }
  }

  private static func commonCrs(of surveys: [SourceSurvey], _ settings: ImportSettings) throws(ExchangeError)
    -> CoordinateReferenceSystem
  {
    // A source without positions takes the system of the others.
    let placed = surveys.filter { $0.decision.fence != nil }
    guard let first = placed.first else { return surveys.first?.decision.crs ?? .crs84 }
    for survey in placed where survey.decision.crs.srid != first.decision.crs.srid {
      throw .crsDiffers(
        source: survey.source.name, crs: survey.decision.crs, firstSource: first.source.name, first: first.decision.crs)
    }
    return first.decision.crs
  }

  private func summarise(_ merged: MergedColumns) {
    for (index, survey) in surveys.enumerated() {
      let source = survey.source
      let idRule: String =
        if usesIdProperty, let column = idColumns[index] {
          "column \(source.columns[column].name)"
        } else if let column = idColumns[index] {
          "column \(source.columns[column].name), by its name"
        } else if usesFeatureIds, let rule = source.idRule {
          rule
        } else {
          "made on import"
        }
      report.sources.append(
        SourceSummary(
          name: source.name, format: source.format, place: survey.place.description(of: source.columns), crs: survey.decision.crs,
          crsRule: survey.decision.rule, idRule: idRule, encoding: source.encoding,
          columns: plans[index].columns.map { column, property in
            ColumnSummary(name: source.columns[column].name, kind: kinds[property], rule: merged.rules[property])
          }))
      if let encoding = source.encoding, encoding.doubtfulBytes > 0 {
        report.warnings.append(
          "\(source.name): \(encoding.doubtfulBytes) bytes have no meaning in \(encoding.name), read as \u{FFFD}")
      }
      if let declared = source.declaredCrs.crs, survey.place == .geometry, survey.decision.rule == "--crs",
        declared.srid != survey.decision.crs.srid
      {
        report.warnings.append("\(source.name) declares \(declared); read as \(survey.decision.crs), as --crs says")
      }
      let outside = survey.decision.verdicts.count { $0 == .outsideArea }
      if outside > 0 {
        report.warnings.append(
          "\(source.name): \(outside) positions lie outside the area of use of \(survey.decision.crs), and are kept")
      }
    }
  }

  // MARK: Handing out

  /// The next feature that can be taken; `nil` at the end. Its geometry is in ``crs``; an empty id asks for one to be made.
  public func next() throws -> Feature? {
    while current < surveys.count {
      let survey = surveys[current]
      if !isStarted {
        survey.source.rewind()
        placed = 0
        isStarted = true
      }
      while try survey.source.advance() {
        report.read += 1
        if report.read % 4096 == 0 { onProgress?(report.read, true) }
        do {
          let feature = try feature(of: survey)
          delivered.append((Int32(current), survey.source.position))
          return feature
        } catch let fault as RowFault {
          reject(survey, fault)
        }
      }
      current += 1
      isStarted = false
    }
    onProgress?(report.read, true)
    return nil
  }

  private func feature(of survey: SourceSurvey) throws -> Feature {
    let source = survey.source
    // The geometry first: positions are counted as in the survey, whatever else is wrong with the record.
    let geometry = try geometry(of: survey)
    let id = try id(of: source)
    var values = [PropertyValue](repeating: .null, count: kinds.count)
    for (column, property) in plans[current].columns { values[property] = try value(of: source, column, as: kinds[property]) }
    if geometry == nil { report.withoutPlace += 1 }
    return Feature(id: id, geometry: geometry, values: values)
  }

  private func geometry(of survey: SourceSurvey) throws -> Geometry? {
    guard let geometry = try survey.place.geometry(of: survey.source), !geometry.isEmpty else { return nil }
    let number = placed
    placed += 1
    if let fault = survey.fault(ofPosition: number, geometry) { throw fault }
    if survey.decision.verdicts[number] == .outsideArea { report.outsideArea += 1 }
    guard survey.invalid.contains(number) else { return geometry }
    let reason = if case .invalid(let reason, _) = try geometry.validity() { reason } else { "invalid" }
    guard let repaired = try geometry.repaired() else {
      throw RowFault("the geometry is invalid (\(reason)) and cannot be repaired", remedy: "Draw it again in the source")
    }
    report.repaired += 1
    report.warnings.append("\(survey.source.name), \(survey.source.position): invalid geometry repaired (\(reason))")
    return repaired
  }

  private func id(of source: any FeatureSource) throws -> String {
    if let column = idColumns[current] {
      if let id = SourceSurvey.id(source, column: column) { return id }
      if usesIdProperty {
        throw RowFault("\(source.columns[column].name), which holds the ids, is empty", remedy: "Give the row an id")
      }
    }
    return usesFeatureIds ? source.featureId ?? "" : ""
  }

  private func value(of source: any FeatureSource, _ column: Int, as kind: PropertyKind) throws -> PropertyValue {
    let declared = source.columns[column].kind
    if let text = source.text(of: column) {
      let value = TextValue(text)
      // Text that was declared as text stays what it is, even an empty one.
      if value.isNull, declared == nil || kind != .text { return .null }
      if kind == .text { return .text(String(decoding: text, as: UTF8.self)) }
      if let result = reader.read(value, as: kind) { return result }
      throw misfit(source, column, value.string, kind)
    }
    let value = source.value(of: column)
    guard value.kind != nil, value.kind != kind else { return value }
    if let result = reader.convert(value, to: kind) { return result }
    throw misfit(source, column, value.spelling ?? "", kind)
  }

  private func misfit(_ source: any FeatureSource, _ column: Int, _ value: String, _ kind: PropertyKind) -> RowFault {
    let name = source.columns[column].name
    return RowFault(
      "\(name) holds \"\(value)\", which is no \(kind.rawValue)",
      remedy: "Correct the value, or read the column with --type \(name)=text")
  }

  private func reject(_ survey: SourceSurvey, _ fault: RowFault) {
    // As the collection knows it: where ids are made, that of the source names another feature or none.
    let id = (try? id(of: survey.source)).flatMap { $0.isEmpty ? nil : $0 }
    report.rejected.append(
      RejectedRow(
        source: survey.source.name, position: survey.source.position, id: id, reason: fault.reason, remedy: fault.remedy))
  }

  /// The store could not take the feature that was handed out as number `index`, counted from 0.
  public func reject(delivered index: Int, id: String, reason: String, remedy: String) {
    let place = delivered[index]
    let name = surveys[Int(place.source)].source.name
    report.rejected.append(
      RejectedRow(source: name, position: place.position, id: id.isEmpty ? nil : id, reason: reason, remedy: remedy))
  }
}

/// The columns of several sources as one schema.
struct MergedColumns {
  var schema = Schema()
  var rules: [TypeRule] = []
  /// For each source, which column fills which property.
  var plans: [[(column: Int, property: Int)]] = []

  /// Throws ``ExchangeError/unknownColumn(_:source:known:)`` for a type or reference given for no column.
  init(_ surveys: [SourceSurvey], settings: ImportSettings) throws(ExchangeError) {
    var places: [String: Int] = [:]
    for survey in surveys {
      var plan: [(column: Int, property: Int)] = []
      for column in survey.kept {
        let declared = survey.source.columns[column]
        let found = Self.kind(declared, survey.inference[column], settings.dateFormat)
        if let place = places[declared.name] {
          merge(found, into: place)
          plan.append((column, place))
        } else {
          places[declared.name] = rules.count
          plan.append((column, rules.count))
          schema.properties.append(PropertyDefinition(name: declared.name, kind: found.kind))
          rules.append(found.rule)
        }
      }
      plans.append(plan)
    }
    for name in settings.types.keys.sorted() + settings.references.keys.sorted() where places[name] == nil {
      throw .unknownColumn(name, source: surveys.first?.source.name ?? "", known: schema.properties.map(\.name))
    }
    for index in schema.properties.indices {
      let name = schema.properties[index].name
      schema.properties[index].reference = settings.references[name]
      if let given = settings.types[name] {
        schema.properties[index].kind = given
        rules[index] = .given
      } else if let existing = settings.existing[name], existing != schema.properties[index].kind {
        if rules[index] == .empty || existing.widened(for: schema.properties[index].kind) == existing {
          schema.properties[index].kind = existing
          rules[index] = .existing
        }
      }
    }
  }

  private static func kind(_ column: SourceColumn, _ inference: ColumnInference, _ format: DateFormat?) -> (
    kind: PropertyKind, rule: TypeRule
  ) {
    switch column.kind {
    case nil: return inference.verdict(format: format)
    case .text:
      let verdict = inference.verdict(format: format)
      return verdict.kind == .date || verdict.kind == .dateTime ? verdict : (.text, .declared)
    case .integer?, .real?, .boolean?, .date?, .dateTime?, .json?: return (column.kind ?? .text, .declared)
    }
  }

  private mutating func merge(_ found: (kind: PropertyKind, rule: TypeRule), into place: Int) {
    let kind = schema.properties[place].kind
    if found.rule == .empty { return }
    if rules[place] == .empty {
      schema.properties[place].kind = found.kind
      rules[place] = found.rule
      return
    }
    let wider = kind.widened(for: found.kind)
    if wider != kind {
      schema.properties[place].kind = wider
      rules[place] = wider == found.kind ? found.rule : .text
    }
  }
}
