import LageplanFeatures
import LageplanGeometry

/// What the first look through a source finds out: where its places are, what its columns are, in which system it is, which ids it has.
struct SourceSurvey {
  let source: any FeatureSource
  let place: Place
  /// Columns that become properties, in order.
  private(set) var kept: [Int] = []
  let inference: [ColumnInference]
  let decision: CrsDecision
  private(set) var kinds: Set<GeometryKind> = []
  /// Of the positions in order, those of invalid geometries.
  private(set) var invalid: Set<Int> = []
  /// The column that holds the ids by its name; `nil`: the caller names one, the source has ids, or there are none.
  private(set) var idColumn: Int?
  /// Ids of all records by the rule that holds without the caller; only gathered where sources must not collide.
  private(set) var ids: Set<String> = []
  private(set) var records = 0

  /// Names of columns that hold ids where they are unique; an OBJECTID is none: it is numbered anew in every delivery.
  private static let idNames: Set<String> = ["id", "@id", "fid", "gml_id", "uid", "uuid", "globalid", "global_id"]
  /// Columns that the KML and GPX readers show whether the file has them or not.
  private static let stockColumns: Set<String> = [
    "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "magvar",
    "geoidheight",
    "src", "link1_href", "link1_text", "link1_type", "link2_href", "link2_text", "link2_type", "sym", "type", "fix", "sat",
    "hdop",
    "vdop", "pdop", "ageofdgpsdata", "dgpsid", "cmt", "desc", "ele", "time", "number", "description",
  ]

  /// Reads the whole source once. Throws ``ExchangeError`` and `CrsError`; faults of single records are left to the second reading.
  init(_ source: any FeatureSource, settings: ImportSettings, isOneOfSeveral: Bool, progress: (Int) -> Void) throws {
    self.source = source
    let hints = PlaceFinder.Hints(x: settings.x, y: settings.y, wkt: settings.wkt)
    let place = try PlaceFinder(source).find(hints, source: source.name)
    let columns = source.columns
    var inference = columns.map { ColumnInference(declared: $0.kind, hasFormat: settings.dateFormat != nil) }

    let textColumns = columns.indices.filter { (columns[$0].kind ?? .text) == .text && !place.columns.contains($0) }
    let hasStock = source.format.contains("KML") || source.format == "GPX"
    var stock = hasStock ? columns.indices.filter { Self.stockColumns.contains(columns[$0].name) } : []
    let candidate = Self.idCandidate(columns, source, settings)
    var ids = IdGatherer(column: candidate, gathersFeatureIds: isOneOfSeveral)
    var places: [Envelope] = []

    source.rewind()
    while try source.advance() {
      records += 1
      if records % 4096 == 0 { progress(records) }
      if let geometry = (try? place.geometry(of: source)) ?? nil, !geometry.isEmpty {
        if geometry.kind != .point, geometry.kind != .multiPoint, try !geometry.isValid() { invalid.insert(places.count) }
        places.append(geometry.envelope)
        kinds.insert(geometry.kind)
      }
      for column in textColumns {
        guard let text = source.text(of: column) else { continue }
        let value = TextValue(text)
        if !value.isNull { inference[column].take(value, format: settings.dateFormat) }
      }
      stock.removeAll { !Self.isEmpty(source.value(of: $0)) }
      ids.take(source)
    }
    progress(records)
    idColumn = ids.column
    // Only several sources can collide.
    self.ids = isOneOfSeveral ? ids.ids : []
    self.place = place
    self.inference = inference
    // Our own exports have the ids in a column of this name, which is no property.
    let exported = ids.column.flatMap { columns[$0].name == FeatureExporter.idColumn ? $0 : nil }
    kept = columns.indices.filter { !place.columns.contains($0) && !stock.contains($0) && $0 != exported }
    decision = try CrsDecision(
      source: source.name, places: places, given: settings.crs, declared: Self.declaredCrs(place, source),
      place: place,
      columns: columns)
  }

  /// What the source says of the places: it speaks of geometries of its own, the name of a column of the text in it.
  private static func declaredCrs(_ place: Place, _ source: any FeatureSource) -> DeclaredCrs {
    switch place {
    case .geometry: source.declaredCrs
    case .wellKnownText(let column): ColumnCrs.crs(ofColumn: source.columns[column].name).map { .named($0) } ?? .none
    case .pair, .single, .none: .none
    }
  }

  /// The column that may hold the ids: that of our own exports before what the format calls ids, a usual name after it.
  private static func idCandidate(_ columns: [SourceColumn], _ source: any FeatureSource, _ settings: ImportSettings) -> Int? {
    guard settings.idProperty == nil else { return nil }
    if let exported = columns.firstIndex(where: { $0.name == FeatureExporter.idColumn }) { return exported }
    guard source.idRule == nil else { return nil }
    return columns.firstIndex { idNames.contains($0.name.lowercased()) }
  }

  private static func isEmpty(_ value: PropertyValue) -> Bool {
    switch value {
    case .null, .integer(0), .integer(-1): true
    case .text(let text): text.isEmpty
    case .integer, .real, .boolean, .date, .dateTime, .json: false
    }
  }

  /// The value of an id column; `nil`: there is none.
  static func id(_ source: any FeatureSource, column: Int) -> String? {
    if let text = source.text(of: column) {
      let value = TextValue(text)
      return value.isNull ? nil : value.string
    }
    return source.value(of: column).spelling
  }

  /// Why the position with this number cannot be where it says.
  func fault(ofPosition number: Int, _ geometry: Geometry) -> RowFault? {
    guard decision.verdicts[number] == .impossible, let fence = decision.fence else { return nil }
    let envelope = geometry.envelope
    let corners = [Coordinate(x: envelope.minX, y: envelope.minY), Coordinate(x: envelope.maxX, y: envelope.maxY)]
    let position = corners.first { fence.judge($0) == .impossible } ?? envelope.centre
    let shown = ExchangeError.show(position)
    guard position.isFinite else { return RowFault("a coordinate is not a number", remedy: "Correct the coordinates") }
    if fence.isSwapped(position) {
      return RowFault(
        "x and y are swapped: \(shown) makes sense in \(decision.crs) only the other way round", remedy: "Swap them in the source"
      )
    }
    if let meant = fence.withDecimalPoints(position) {
      return RowFault(
        "the decimal point is lost: \(shown) was perhaps \(ExchangeError.show(meant))",
        remedy: "Restore the decimal point in the source")
    }
    let whereabouts = fence.degrees(position).map { place in
      CrsGuard.degrees.contains(place) ? ", at \(CrsCandidate(crs: decision.crs, name: "", centre: place).place)" : ""
    }
    let outside = "\(shown) in \(decision.crs) lies far outside\(whereabouts ?? "")"
    if let shift = shiftedColumn() {
      return RowFault("columns are shifted: \(shift), and \(outside)", remedy: "Put the row's values back into their columns")
    }
    return RowFault("\(outside)", remedy: "Correct the position in the source")
  }

  /// A column of digits that has other text in the record at hand.
  private func shiftedColumn() -> String? {
    for column in kept where inference[column].values >= 5 {
      guard let text = source.text(of: column) else { continue }
      let value = TextValue(text)
      let state = inference[column]
      if !value.isNull, !ColumnInference.isDigits(value), state.digitValues * 10 >= state.values * 8 {
        return "\(source.columns[column].name) holds \"\(value.string)\" where other rows have digits"
      }
    }
    return nil
  }
}

/// Gathers ids, and gives up a column whose values are missing or come twice.
private struct IdGatherer {
  private(set) var column: Int?
  let gathersFeatureIds: Bool
  private(set) var ids: Set<String> = []

  init(column: Int?, gathersFeatureIds: Bool) {
    self.column = column
    self.gathersFeatureIds = gathersFeatureIds && column == nil
  }

  mutating func take(_ source: any FeatureSource) {
    if let column {
      guard let id = SourceSurvey.id(source, column: column), ids.insert(id).inserted else {
        self.column = nil
        ids = []
        return
      }
    } else if gathersFeatureIds, let id = source.featureId {
      ids.insert(id)
    }
  }
}
