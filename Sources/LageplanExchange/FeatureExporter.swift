import CGDAL
import Foundation
public import LageplanFeatures
import LageplanGeometry

/// Writes the features of a collection to a file, in any format that GDAL writes.
public struct FeatureExporter: Sendable {
  /// The column of the feature ids in formats that have no place of their own for them. Import reads it back as the ids.
  /// Ten letters: a Shapefile cuts off what is longer.
  public static let idColumn = "feature_id"
  static let textColumn = "WKT"

  public let descriptor: CollectionDescriptor
  public let format: ExportFormat

  public init(_ descriptor: CollectionDescriptor, as format: ExportFormat) {
    self.descriptor = descriptor
    self.format = format
  }

  /// Writes what `query` yields of the collection, all properties and the geometry, and says how many features that were.
  ///
  /// Coordinates stay in the collection's system, except in formats that know only degrees (GeoJSON, KML, GPX).
  /// `path` must not be there; a failed export leaves no file. Throws ``ExchangeError``, and what the reader throws.
  public func write(_ query: FeatureQuery, from reader: borrowing some FeatureReading, to path: String) throws -> Int {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw ExchangeError.unwritable(path: path, reason: "it is there already; remove it first, or name another file")
    }
    var query = query
    query.properties = .all
    query.geometry = true
    do {
      let writer = try LayerWriter(descriptor, format, path)
      try reader.forEachRow(matching: query) { row in
        try writer.write(row)
        return .next
      }
      try writer.close()
      return writer.count
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }
}

/// One layer of a new file.
private final class LayerWriter {
  private(set) var count = 0

  private let gdal: GDAL
  private let path: String
  private let format: ExportFormat
  private let properties: [PropertyDefinition]
  private let transform: CoordinateTransform
  private var dataset: OpaquePointer?
  private let layer: OpaquePointer
  private let definition: OpaquePointer?
  private var idField: Int32?
  private var textField: Int32?
  private var fields: [Int32] = []
  private let isInTransaction: Bool
  private var geometry = Geometry(kind: .point)

  init(_ descriptor: CollectionDescriptor, _ format: ExportFormat, _ path: String) throws {
    let gdal = try GDAL.load()
    let functions = gdal.functions
    self.gdal = gdal
    self.path = path
    self.format = format
    properties = descriptor.schema.properties
    let crs = format.isAlwaysDegrees ? CoordinateReferenceSystem.crs84 : descriptor.storageCrs
    transform = try CoordinateTransform(from: descriptor.storageCrs, to: crs)

    guard let driver = functions.pointee.GDALGetDriverByName(format.driver) else {
      throw ExchangeError.unknownFormat(format.driver, known: ExportFormat.names)
    }
    functions.pointee.CPLErrorReset()
    let created = GDAL.withStrings(format.datasetOptions) { functions.pointee.GDALCreate(driver, path, 0, 0, 0, 0, $0) }
    guard let created else { throw ExchangeError.unwritable(path: path, reason: gdal.lastMessage) }
    let system = Self.system(crs, gdal)
    defer { if let system { functions.pointee.OSRRelease(system) } }
    let layer = GDAL.withStrings(format.layerOptions) { options in
      functions.pointee.GDALDatasetCreateLayer(created, descriptor.id, system, Self.geometryType(descriptor, format), options)
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
    try createFields()
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

  private static func geometryType(_ descriptor: CollectionDescriptor, _ format: ExportFormat) -> Int32 {
    if format.isText { return GDALConstant.noGeometry }
    return descriptor.geometryKind.map { Int32($0.rawValue) } ?? GDALConstant.unknownGeometry
  }

  // MARK: Fields

  private func createFields() throws {
    if format.isText { textField = try create(FeatureExporter.textColumn, .string) }
    // Where a property has the name already, it is the id, or the ids cannot be kept beside it.
    if !properties.contains(where: { $0.name == FeatureExporter.idColumn }) {
      idField = try create(FeatureExporter.idColumn, .string)
    }
    fields = try properties.map { try field(for: $0) }
  }

  private func field(for property: PropertyDefinition) throws -> Int32 {
    // GPX has fields of its own, such as `name` and `type`: a property of that name belongs there.
    let own = gdal.functions.pointee.OGR_FD_GetFieldIndex(definition, property.name)
    if own >= 0, format.driver == "GPX" { return own }
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
    if format.isText {
      type = .string
      subtype = 0
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
    for (index, value) in row.values.enumerated() {
      set(value.value(as: properties[index].kind), feature, fields[index])
    }
    if let bytes = row.geometry { try set(bytes, feature, id) }
    guard functions.pointee.OGR_L_CreateFeature(layer, feature) == 0 else {
      throw ExchangeError.unsuitableFormat(format.driver, reason: "feature \(id): \(gdal.lastMessage)")
    }
    count += 1
  }

  private func set(_ value: PropertyValue, _ feature: OpaquePointer, _ field: Int32) {
    let functions = gdal.functions
    if format.isText {
      if let spelling = value.spelling { functions.pointee.OGR_F_SetFieldString(feature, field, spelling) }
      return
    }
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

  private func set(_ bytes: GeometryBytes, _ feature: OpaquePointer, _ id: String) throws {
    try geometry.decode(bytes)
    try transform.transform(&geometry)
    if let textField {
      gdal.functions.pointee.OGR_F_SetFieldString(feature, textField, geometry.wkt)
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

  /// Writes what is still in memory.
  func close() throws {
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
  }
}
