import CGDAL
import LageplanFeatures
import LageplanGeometry

/// One layer of a file or service that GDAL reads, record by record.
final class GDALSource: FeatureSource {
  /// What the opener found out before, that GDAL cannot tell.
  struct Preparation {
    /// What GDAL is asked to open, where it is not `name`: a prefixed URL, a recoded copy.
    var target: String
    var drivers: [String] = []
    var openOptions: [String] = []
    /// What the publisher says of columns that the format leaves without type.
    var declaredKinds: [String: PropertyKind] = [:]
    var encoding: EncodingFinding?
    /// For text files: on which line each record starts.
    var lines: RecordLines?
    /// A copy that is to be removed with the source.
    var temporaryFile: TemporaryFile?
  }

  let name: String
  let format: String
  let columns: [SourceColumn]
  let hasGeometry: Bool
  let declaredCrs: DeclaredCrs
  let idRule: String?
  let count: Int?
  private(set) var encoding: EncodingFinding?

  private let gdal: GDAL
  private let dataset: OpaquePointer
  private let layer: OpaquePointer
  private let fields: [Field]
  private let ids: Ids
  private let swapsAxes: Bool
  private let lines: RecordLines?
  private let temporaryFile: TemporaryFile?
  private let town: TownTime

  private var feature: OpaquePointer?
  private var recordNumber = 0
  /// Bytes of the geometry at hand; kept between records for its capacity.
  private var geometryBytes: [UInt8] = []

  private struct Field {
    var index: Int32
    var type: GDALFieldType
    var subtype: Int32
  }

  private enum Ids {
    case none
    case number
    case text(field: Int32)
    /// In the feature's own JSON.
    case hidden
  }

  /// Throws ``ExchangeError``: no GDAL, nothing to read there, a layer to be chosen.
  init(name: String, preparation: Preparation, layer wanted: String?, town: TownTime) throws(ExchangeError) {
    let gdal = try GDAL.load()
    let peek = GeoJSONIdPeek(preparation.target)
    let options = preparation.openOptions + (peek == .hidden ? ["NATIVE_DATA=YES"] : [])
    let dataset = try Self.open(preparation.target, drivers: preparation.drivers, options: options, name: name, gdal)
    let layer: OpaquePointer
    do {
      layer = try Self.choose(wanted, of: dataset, name: name, gdal)
    } catch {
      gdal.functions.pointee.GDALClose(dataset)
      throw error
    }
    let functions = gdal.functions
    self.gdal = gdal
    self.dataset = dataset
    self.layer = layer
    self.name = name
    self.town = town
    encoding = preparation.encoding
    lines = preparation.lines
    temporaryFile = preparation.temporaryFile
    let driver = functions.pointee.GDALGetDatasetDriver(dataset)
    format = functions.pointee.GDALGetDriverShortName(driver).map { String(cString: $0) } ?? "unknown"

    let definition = functions.pointee.OGR_L_GetLayerDefn(layer)
    let isText = format == "CSV"
    hasGeometry = !isText && functions.pointee.OGR_FD_GetGeomFieldCount(definition) > 0
    let frame = GDALFrame(of: layer, format: format, gdal)
    declaredCrs = hasGeometry ? frame.declared : .none
    swapsAxes = hasGeometry && frame.swapsAxes

    let isUntyped = isText || format == "GML"
    var fields: [Field] = []
    var columns: [SourceColumn] = []
    var ids = Ids.none
    var idRule: String?
    for index in 0..<functions.pointee.OGR_FD_GetFieldCount(definition) {
      guard let field = functions.pointee.OGR_FD_GetFieldDefn(definition, index) else { continue }
      let name = Self.trimmed(functions.pointee.OGR_Fld_GetNameRef(field))
      if name == "gml_id" || (name == "id" && peek == .plain) {
        ids = .text(field: index)
        idRule = name == "gml_id" ? "gml:id" : "the feature ids of the file"
        continue
      }
      let type = GDALFieldType(rawValue: functions.pointee.OGR_Fld_GetType(field)) ?? .string
      let subtype = functions.pointee.OGR_Fld_GetSubType(field)
      fields.append(Field(index: index, type: type, subtype: subtype))
      let kind = isUntyped ? preparation.declaredKinds[name] : Self.kind(type, subtype)
      columns.append(SourceColumn(name: Self.unique(name, in: columns), kind: kind))
    }
    if peek == .hidden {
      ids = .hidden
      idRule = "the feature ids of the file"
    } else if case .none = ids {
      let column = functions.pointee.OGR_L_GetFIDColumn(layer).map { String(cString: $0) } ?? ""
      if peek == .plain {
        ids = .number
        idRule = "the feature ids of the file"
      } else if !column.isEmpty {
        ids = .number
        idRule = "column \(column)"
      }
    }
    self.fields = fields
    self.columns = columns
    self.ids = ids
    self.idRule = idRule
    let known = functions.pointee.OGR_L_GetFeatureCount(layer, 0)
    count = known >= 0 ? Int(known) : nil
    functions.pointee.OGR_L_ResetReading(layer)
  }

  deinit {
    if let feature { gdal.functions.pointee.OGR_F_Destroy(feature) }
    gdal.functions.pointee.GDALClose(dataset)
  }

  // MARK: Opening

  private static func open(_ target: String, drivers: [String], options: [String], name: String, _ gdal: GDAL)
    throws(ExchangeError)
    -> OpaquePointer
  {
    gdal.functions.pointee.CPLErrorReset()
    let opened = GDAL.withStrings(options) { options in
      GDAL.withStrings(drivers) { names in
        gdal.functions.pointee.GDALOpenEx(
          target, GDALConstant.openVector | GDALConstant.openVerbose, drivers.isEmpty ? nil : names, options, nil)
      }
    }
    guard let opened else {
      // GDAL does not say so itself.
      let hint = drivers == ["CSV"] ? "a text table needs two columns at least, separated by ; , | or tab" : gdal.lastMessage
      throw .unreadable(source: name, reason: hint)
    }
    return opened
  }

  /// The named layer; without a name the only one, or the only one that has features.
  private static func choose(_ wanted: String?, of dataset: OpaquePointer, name: String, _ gdal: GDAL) throws(ExchangeError)
    -> OpaquePointer
  {
    let functions = gdal.functions
    var layers: [(name: String, layer: OpaquePointer)] = []
    for index in 0..<functions.pointee.GDALDatasetGetLayerCount(dataset) {
      guard let layer = functions.pointee.GDALDatasetGetLayer(dataset, index) else { continue }
      layers.append((functions.pointee.OGR_L_GetName(layer).map { String(cString: $0) } ?? "", layer))
    }
    let names = layers.map(\.name)
    if let wanted {
      guard let match = layers.first(where: { $0.name == wanted }) else {
        throw .unknownLayer(wanted, source: name, layers: names)
      }
      return match.layer
    }
    if layers.count > 1 {
      // GPX has always five layers, most of them empty; the points of a track are not meant where the track is there.
      layers.removeAll {
        functions.pointee.OGR_L_GetFeatureCount($0.layer, 1) == 0 || $0.name == "track_points" || $0.name == "route_points"
      }
    }
    guard let first = layers.first else { throw .unreadable(source: name, reason: "there is no layer with features in it") }
    guard layers.count == 1 else { throw .layerNeeded(source: name, layers: layers.map(\.name)) }
    return first.layer
  }

  private static func trimmed(_ bytes: UnsafePointer<CChar>?) -> String {
    guard let bytes else { return "" }
    let text = Substring(String(cString: bytes))
    return String(text.trimmingBlanks)
  }

  /// Column names that differ only in blanks would collide: the later one gets a number.
  static func unique(_ name: String, in columns: [SourceColumn]) -> String {
    let base = name.isEmpty ? "column" : name
    var candidate = base
    var number = 2
    while columns.contains(where: { $0.name == candidate }) {
      candidate = "\(base)_\(number)"
      number += 1
    }
    return candidate
  }

  private static func kind(_ type: GDALFieldType, _ subtype: Int32) -> PropertyKind {
    switch type {
    case .integer, .integer64: subtype == GDALFieldSubtype.boolean ? .boolean : .integer
    case .real: .real
    case .date: .date
    case .dateTime: .dateTime
    case .integerList, .integer64List, .realList, .stringList, .wideStringList: .json
    case .string, .wideString: subtype == GDALFieldSubtype.json ? .json : .text
    case .time, .binary: .text
    }
  }

  // MARK: The cursor

  func rewind() {
    if let feature { gdal.functions.pointee.OGR_F_Destroy(feature) }
    feature = nil
    recordNumber = 0
    gdal.functions.pointee.OGR_L_ResetReading(layer)
  }

  func advance() throws(ExchangeError) -> Bool {
    let functions = gdal.functions
    if let feature { functions.pointee.OGR_F_Destroy(feature) }
    functions.pointee.CPLErrorReset()
    feature = functions.pointee.OGR_L_GetNextFeature(layer)
    guard feature != nil else {
      // 3: CE_Failure. A file that breaks off in the middle must not pass for a short one.
      if functions.pointee.CPLGetLastErrorType() >= 3 {
        throw .unreadable(source: name, reason: "after \(recordNumber) records: \(gdal.lastMessage)")
      }
      return false
    }
    recordNumber += 1
    return true
  }

  var position: SourcePosition {
    if let line = lines?.line(ofRecord: recordNumber) { return .line(line) }
    return .feature(recordNumber)
  }

  var featureId: String? {
    guard let feature else { return nil }
    switch ids {
    case .none: return nil
    case .hidden:
      guard let native = gdal.functions.pointee.OGR_F_GetNativeData(feature) else { return nil }
      return GeoJSONIdPeek.id(String(cString: native))
    case .number: return String(gdal.functions.pointee.OGR_F_GetFID(feature))
    case .text(let field):
      guard gdal.functions.pointee.OGR_F_IsFieldSetAndNotNull(feature, field) != 0 else { return nil }
      return gdal.functions.pointee.OGR_F_GetFieldAsString(feature, field).map { String(cString: $0) }
    }
  }

  func text(of column: Int) -> UnsafeRawBufferPointer? {
    let field = fields[column]
    guard let feature, field.type == .string, gdal.functions.pointee.OGR_F_IsFieldSetAndNotNull(feature, field.index) != 0,
      let bytes = gdal.functions.pointee.OGR_F_GetFieldAsString(feature, field.index)
    else { return nil }
    return UnsafeRawBufferPointer(start: bytes, count: length(bytes))
  }

  func value(of column: Int) -> PropertyValue {
    let field = fields[column]
    let functions = gdal.functions
    guard let feature, functions.pointee.OGR_F_IsFieldSetAndNotNull(feature, field.index) != 0 else { return .null }
    switch field.type {
    case .integer, .integer64:
      let value = functions.pointee.OGR_F_GetFieldAsInteger64(feature, field.index)
      return field.subtype == GDALFieldSubtype.boolean ? .boolean(value != 0) : .integer(value)
    case .real:
      let value = functions.pointee.OGR_F_GetFieldAsDouble(feature, field.index)
      return value.isFinite ? .real(value) : .null
    case .date, .dateTime:
      return dateTime(feature, field)
    case .integerList, .integer64List, .realList, .stringList, .wideStringList:
      return .json(list(feature, field))
    case .string, .wideString, .time, .binary:
      guard let bytes = functions.pointee.OGR_F_GetFieldAsString(feature, field.index) else { return .null }
      let text = String(cString: bytes)
      return field.subtype == GDALFieldSubtype.json ? .json(text) : .text(text)
    }
  }

  /// A time without a zone is the town's.
  private func dateTime(_ feature: OpaquePointer, _ field: Field) -> PropertyValue {
    var year: Int32 = 0
    var month: Int32 = 0
    var day: Int32 = 0
    var hour: Int32 = 0
    var minute: Int32 = 0
    var second: Float = 0
    var zone: Int32 = 0
    let isRead = gdal.functions.pointee.OGR_F_GetFieldAsDateTimeEx(
      feature, field.index, &year, &month, &day, &hour, &minute, &second, &zone)
    guard isRead != 0, let date = CalendarDate(year: Int(year), month: Int(month), day: Int(day)) else { return .null }
    if field.type == .date { return .date(date) }
    let milliseconds = Int64((Double(second) * 1000).rounded())
    let seconds = Int(hour) * 3600 + Int(minute) * 60
    if zone >= 50 {
      // 100 is UTC, each step a quarter of an hour.
      let offset = (Int(zone) - 100) * 900
      let start = Int64(date.daysSince1970) * 86_400_000
      return .dateTime(Instant(millisecondsSince1970: start + Int64(seconds - offset) * 1000 + milliseconds))
    }
    let instant = town.instant(on: date, at: Seconds(seconds))
    return .dateTime(Instant(millisecondsSince1970: instant.millisecondsSince1970 + milliseconds))
  }

  private func list(_ feature: OpaquePointer, _ field: Field) -> String {
    var elements: [JSONValue] = []
    var count: Int32 = 0
    switch field.type {
    case .integerList:
      if let values = gdal.functions.pointee.OGR_F_GetFieldAsIntegerList(feature, field.index, &count) {
        for index in 0..<Int(count) { elements.append(.integer(Int64(values[index]))) }
      }
    case .integer64List:
      if let values = gdal.functions.pointee.OGR_F_GetFieldAsInteger64List(feature, field.index, &count) {
        for index in 0..<Int(count) { elements.append(.integer(values[index])) }
      }
    case .realList:
      if let values = gdal.functions.pointee.OGR_F_GetFieldAsDoubleList(feature, field.index, &count) {
        for index in 0..<Int(count) { elements.append(.real(values[index])) }
      }
    case .integer, .real, .string, .stringList, .wideString, .wideStringList, .binary, .date, .time, .dateTime, .integer64:
      var next = gdal.functions.pointee.OGR_F_GetFieldAsStringList(feature, field.index)
      while let text = next?.pointee {
        elements.append(.text(String(cString: text)))
        next = next?.advanced(by: 1)
      }
    }
    return JSONValue.array(elements).json
  }

  func geometry() throws -> Geometry? {
    guard hasGeometry, let feature, var handle = gdal.functions.pointee.OGR_F_GetGeometryRef(feature) else { return nil }
    let functions = gdal.functions
    var linear: OpaquePointer?
    defer { if let linear { functions.pointee.OGR_G_DestroyGeometry(linear) } }
    if functions.pointee.OGR_G_HasCurveGeometry(handle, 0) != 0 {
      linear = functions.pointee.OGR_G_GetLinearGeometry(handle, 0, nil)
      guard let linear else {
        throw RowFault(
          "the curved geometry cannot be drawn with straight lines: \(gdal.lastMessage)",
          remedy: "Replace its curves by lines in the source")
      }
      handle = linear
    }
    let size = Int(functions.pointee.OGR_G_WkbSize(handle))
    if geometryBytes.count < size { geometryBytes = [UInt8](repeating: 0, count: max(size, 2 * geometryBytes.count)) }
    let status = functions.pointee.OGR_G_ExportToIsoWkb(handle, GDALConstant.littleEndian, &geometryBytes)
    guard status == 0 else {
      throw RowFault("the geometry cannot be read: \(gdal.lastMessage)", remedy: "Repair it in the source")
    }
    do {
      var geometry = try geometryBytes.withUnsafeBytes {
        try Geometry(decoding: GeometryBytes(encoding: .wkb, bytes: UnsafeRawBufferPointer(rebasing: $0.prefix(size))))
      }
      if swapsAxes { geometry.swapAxes() }
      if case .shifted(_, let x, let y, _) = declaredCrs { geometry.shift(byX: x, y) }
      return geometry
    } catch let error as GeometryDecodingError {
      throw RowFault("the geometry cannot be read: \(error)", remedy: "Repair it in the source")
    }
  }
}

private func length(_ bytes: UnsafePointer<CChar>) -> Int {
  var end = bytes
  while end.pointee != 0 { end += 1 }
  return end - bytes
}

extension Geometry {
  mutating func swapAxes() {
    for index in coordinates.indices { coordinates[index] = Coordinate(x: coordinates[index].y, y: coordinates[index].x) }
    for index in members.indices { members[index].swapAxes() }
  }

  mutating func shift(byX x: Double, _ y: Double) {
    for index in coordinates.indices {
      coordinates[index].x += x
      coordinates[index].y += y
    }
    for index in members.indices { members[index].shift(byX: x, y) }
  }
}
