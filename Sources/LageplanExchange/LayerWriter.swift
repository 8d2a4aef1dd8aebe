import CGDAL
import Foundation
import LageplanFeatures
import LageplanGeometry

/// One layer of a new file, written by GDAL.
final class LayerWriter {
  private var count = 0
  private var warnings = ExportWarnings()

  private let gdal: GDAL
  private let path: String
  private let format: ExportFormat
  private let properties: [PropertyDefinition]
  private var geometries: RowGeometryReader
  private var dataset: OpaquePointer?
  private let layer: OpaquePointer
  private let definition: OpaquePointer?
  private var idField: Int32?
  private var textField: Int32?
  private var fields: [Int32] = []
  private let isInTransaction: Bool

  init(_ exporter: FeatureExporter, _ path: String) throws {
    let descriptor = exporter.descriptor
    let format = exporter.format
    let gdal = try GDAL.load()
    let functions = gdal.functions
    self.gdal = gdal
    self.path = path
    self.format = format
    properties = try exporter.properties.indices(in: descriptor).map { descriptor.schema.properties[$0] }
    geometries = try RowGeometryReader(from: descriptor.storageCrs, to: exporter.crs)

    guard let driver = functions.pointee.GDALGetDriverByName(format.driver) else {
      throw ExchangeError.unknownFormat(format.driver, known: ExportFormat.names)
    }
    functions.pointee.CPLErrorReset()
    let created = GDAL.withStrings(format.datasetOptions) { functions.pointee.GDALCreate(driver, path, 0, 0, 0, 0, $0) }
    guard let created else { throw ExchangeError.unwritable(path: path, reason: gdal.lastMessage) }
    let system = Self.system(exporter.crs, gdal)
    defer { if let system { functions.pointee.OSRRelease(system) } }
    let layer = GDAL.withStrings(format.layerOptions) { options in
      functions.pointee.GDALDatasetCreateLayer(
        created, descriptor.id, system, exporter.hasGeometry ? Self.geometryType(descriptor) : GDALConstant.noGeometry, options)
    }
    guard let layer else {
      let reason = gdal.lastMessage
      functions.pointee.GDALClose(created)
      throw ExchangeError.unsuitableFormat(format.driver, reason: reason)
    }
    dataset = created
    self.layer = layer
    // Databases write a hundred times faster inside one transaction; other formats have none and say so.
    isInTransaction = functions.pointee.GDALDatasetStartTransaction(created, 0) == 0
    definition = functions.pointee.OGR_L_GetLayerDefn(layer)
    try createFields(exporter)
  }

  deinit { if let dataset { gdal.functions.pointee.GDALClose(dataset) } }

  private static func system(_ crs: CoordinateReferenceSystem, _ gdal: GDAL) -> OpaquePointer? {
    guard let system = gdal.functions.pointee.OSRNewSpatialReference(nil) else { return nil }
    // CRS84 is spelled as WGS 84 with the longitude first: more programs know its code.
    let name = crs == .crs84 ? CoordinateReferenceSystem.wgs84.name : crs.name
    guard gdal.functions.pointee.OSRSetFromUserInput(system, name) == 0 else {
      gdal.functions.pointee.OSRRelease(system)
      return nil
    }
    gdal.functions.pointee.OSRSetAxisMappingStrategy(system, GDALConstant.traditionalAxisOrder)
    return system
  }

  private static func geometryType(_ descriptor: CollectionDescriptor) -> Int32 {
    descriptor.geometryKind.map { Int32($0.rawValue) } ?? GDALConstant.unknownGeometry
  }

  // MARK: Fields

  private func createFields(_ exporter: FeatureExporter) throws {
    // Where a property has the name already, it is the id, or the ids cannot be kept beside it.
    if !properties.contains(where: { $0.name == FeatureExporter.idColumn }) {
      idField = try create(FeatureExporter.idColumn, .string)
    }
    fields = try properties.map { try field(for: $0) }
    // A table without geometries, such as a spreadsheet, holds them as text.
    if exporter.hasGeometry, gdal.functions.pointee.OGR_FD_GetGeomFieldCount(definition) == 0 {
      textField = try create(ColumnCrs.wktColumn(in: exporter.crs), .string)
    }
  }

  private func field(for property: PropertyDefinition) throws -> Int32 {
    var subtype: Int32 = 0
    var type = GDALFieldType.string
    switch property.kind {
    case .text: break
    case .json: subtype = GDALFieldSubtype.json
    case .integer: type = .integer64
    case .real: type = .real
    case .boolean:
      type = .integer
      subtype = GDALFieldSubtype.boolean
    case .date: if format.hasDates { type = .date }
    case .dateTime: if format.hasDateTimes { type = .dateTime }
    }
    return try create(property.name, type, subtype)
  }

  private func create(_ name: String, _ type: GDALFieldType, _ subtype: Int32 = 0) throws -> Int32 {
    let functions = gdal.functions
    let field = functions.pointee.OGR_Fld_Create(name, type.rawValue)
    defer { functions.pointee.OGR_Fld_Destroy(field) }
    if subtype != 0 { functions.pointee.OGR_Fld_SetSubType(field, subtype) }
    let index = functions.pointee.OGR_FD_GetFieldCount(definition)
    guard functions.pointee.OGR_L_CreateField(layer, field, 1) == 0,
      functions.pointee.OGR_FD_GetFieldCount(definition) == index + 1
    else { throw ExchangeError.unsuitableFormat(format.driver, reason: "column \(name): \(gdal.lastMessage)") }
    let given = functions.pointee.OGR_Fld_GetNameRef(functions.pointee.OGR_FD_GetFieldDefn(definition, index))
    if let given = given.map({ String(cString: $0) }), given != name {
      warnings.note("the property \(name) is called \(given) in the file: \(format.driver) has no longer names")
    }
    return index
  }

  // MARK: Rows

  func write(_ row: borrowing FeatureRow) throws {
    let functions = gdal.functions
    guard let feature = functions.pointee.OGR_F_Create(definition) else {
      throw ExchangeError.unwritable(path: path, reason: gdal.lastMessage)
    }
    defer { functions.pointee.OGR_F_Destroy(feature) }
    let id = String(decoding: row.id, as: UTF8.self)
    if let idField { functions.pointee.OGR_F_SetFieldString(feature, idField, id) }
    if !format.hasIds { _ = functions.pointee.OGR_F_SetFID(feature, row.number) }
    // A row may carry more, by which it is sorted.
    for index in 0..<min(row.values.count, properties.count) {
      set(row.values[index].value(as: properties[index].kind), feature, fields[index])
    }
    if geometries.read(row) { try set(geometries.shape, feature, id) }
    functions.pointee.CPLErrorReset()
    guard functions.pointee.OGR_L_CreateFeature(layer, feature) == 0 else {
      throw ExchangeError.unsuitableFormat(format.driver, reason: "feature \(id): \(gdal.lastMessage)")
    }
    // 2: CE_Warning. The feature was written, but not as it is.
    if functions.pointee.CPLGetLastErrorType() == 2 { warnings.note("feature \(id): \(gdal.lastMessage)") }
    count += 1
  }

  private func set(_ value: PropertyValue, _ feature: OpaquePointer, _ field: Int32) {
    let functions = gdal.functions
    switch value {
    case .null: functions.pointee.OGR_F_SetFieldNull(feature, field)
    case .text(let text), .json(let text): functions.pointee.OGR_F_SetFieldString(feature, field, text)
    case .integer(let number): functions.pointee.OGR_F_SetFieldInteger64(feature, field, number)
    case .real(let number): functions.pointee.OGR_F_SetFieldDouble(feature, field, number)
    case .boolean(let flag): functions.pointee.OGR_F_SetFieldInteger64(feature, field, flag ? 1 : 0)
    case .date(let day):
      guard format.hasDates else {
        functions.pointee.OGR_F_SetFieldString(feature, field, day.iso)
        return
      }
      functions.pointee.OGR_F_SetFieldDateTimeEx(
        feature, field, Int32(day.year), Int32(day.month), Int32(day.day), 0, 0, 0, GDALConstant.zoneUnknown)
    case .dateTime(let instant):
      guard format.hasDateTimes else {
        functions.pointee.OGR_F_SetFieldString(feature, field, instant.iso)
        return
      }
      let day = instant.utcDay
      let milliseconds = Int(instant.millisecondsSince1970 - Int64(day.daysSince1970) * 86_400_000)
      functions.pointee.OGR_F_SetFieldDateTimeEx(
        feature, field, Int32(day.year), Int32(day.month), Int32(day.day), Int32(milliseconds / 3_600_000),
        Int32(milliseconds / 60_000 % 60), Float(milliseconds % 60_000) / 1000, GDALConstant.zoneUTC)
    }
  }

  /// A cell of a spreadsheet takes so many characters; programs refuse a file with more in one.
  private static let longestCell = 32_767

  private func set(_ geometry: Geometry, _ feature: OpaquePointer, _ id: String) throws {
    if let textField {
      let text = geometry.wkt
      guard text.utf8.count <= Self.longestCell else {
        return warnings.note("feature \(id): its geometry is longer than a cell of a spreadsheet and was left out")
      }
      gdal.functions.pointee.OGR_F_SetFieldString(feature, textField, text)
      return
    }
    let wkb = geometry.wkb()
    var handle: OpaquePointer?
    let status = wkb.withUnsafeBytes {
      gdal.functions.pointee.OGR_G_CreateFromWkb($0.baseAddress, nil, &handle, Int32(clamping: wkb.count))
    }
    guard status == 0, let handle else {
      throw ExchangeError.unwritable(path: path, reason: "feature \(id): \(gdal.lastMessage)")
    }
    // The feature owns the geometry from here.
    _ = gdal.functions.pointee.OGR_F_SetGeometryDirectly(feature, handle)
  }

  /// Writes what is still in memory, and tells what came of it all.
  func close() throws -> FeatureExporter.Result {
    let functions = gdal.functions
    functions.pointee.CPLErrorReset()
    if isInTransaction, functions.pointee.GDALDatasetCommitTransaction(dataset) != 0 {
      throw ExchangeError.unwritable(path: path, reason: gdal.lastMessage)
    }
    if let open = dataset {
      dataset = nil
      functions.pointee.GDALClose(open)
    }
    // 3: CE_Failure, of which closing has no other way to tell.
    if functions.pointee.CPLGetLastErrorType() >= 3 { throw ExchangeError.unwritable(path: path, reason: gdal.lastMessage) }
    warnings.note(flaws: geometries.flaws, count: geometries.flawCount)
    return FeatureExporter.Result(features: count, warnings: warnings.lines)
  }
}
