import CGDAL
import Foundation
import LageplanGeometry

/// A format in which collections are written, by its GDAL driver.
public struct ExportFormat: Hashable, Sendable {
  /// GDAL's short name: `GeoJSON`, `GPKG`.
  public let driver: String
  /// The format has one system only: coordinates are transformed to it.
  let isAlwaysDegrees: Bool
  let datasetOptions: [String]
  let layerOptions: [String]
  /// Feature ids have their own place in the format; elsewhere they stand in a column ``FeatureExporter/idColumn``.
  let hasIds: Bool
  /// We write it ourselves, row by row; otherwise GDAL does.
  let isOurs: Bool
  /// There is a type for days, and one for moments; without, they are written as ISO 8601 text.
  let hasDates: Bool
  let hasDateTimes: Bool
  private let suffixes: [String]

  private init(
    _ driver: String, _ suffixes: [String], isAlwaysDegrees: Bool = false, datasetOptions: [String] = [],
    layerOptions: [String] = [],
    hasIds: Bool = false, isOurs: Bool = false, hasDates: Bool = true, hasDateTimes: Bool = true
  ) {
    self.driver = driver
    self.suffixes = suffixes
    self.isAlwaysDegrees = isAlwaysDegrees
    self.datasetOptions = datasetOptions
    self.layerOptions = layerOptions
    self.hasIds = hasIds
    self.isOurs = isOurs
    self.hasDates = hasDates
    self.hasDateTimes = hasDateTimes
  }

  private static let geoJSONOptions = ["ID_FIELD=\(FeatureExporter.idColumn)", "ID_TYPE=String", "COORDINATE_PRECISION=15"]

  public static let geoPackage = ExportFormat("GPKG", ["gpkg"], layerOptions: ["FID=fid", "GEOMETRY_NAME=geometry"])
  public static let flatGeobuf = ExportFormat("FlatGeobuf", ["fgb"], hasDates: false)
  /// A table: the geometry is well-known text in a column. Its date-times have no zone, so they are written as text.
  public static let xlsx = ExportFormat("XLSX", ["xlsx"], hasDateTimes: false)

  static let known: [ExportFormat] = [
    ExportFormat("GeoJSON", ["geojson", "json"], isAlwaysDegrees: true, layerOptions: geoJSONOptions, hasIds: true),
    ExportFormat(
      "GeoJSONSeq", ["geojsonl", "geojsons", "ndjson"], isAlwaysDegrees: true, layerOptions: geoJSONOptions, hasIds: true),
    ExportFormat("CSV", ["csv"], isOurs: true),
    geoPackage,
    flatGeobuf,
    ExportFormat("ESRI Shapefile", ["shp"], layerOptions: ["ENCODING=UTF-8"], hasDateTimes: false),
    ExportFormat("KML", ["kml"], isAlwaysDegrees: true, isOurs: true),
    ExportFormat("LIBKML", ["kmz"], isAlwaysDegrees: true),
    ExportFormat("GPX", ["gpx"], isAlwaysDegrees: true, isOurs: true),
    ExportFormat("GML", ["gml"], datasetOptions: ["FORMAT=GML3.2"]),
    ExportFormat("SQLite", ["sqlite", "db"], datasetOptions: ["SPATIALITE=YES"]),
    xlsx,
    ExportFormat("ODS", ["ods"], hasDateTimes: false),
  ]

  /// Every format that can be asked for by name, with the endings of its files.
  public static var names: [String] { known.map(\.driver) }

  /// By the name of a format (`GPKG`, in any case) or, without one, by the ending of `path`. Also every other vector format that the
  /// GDAL at hand writes. Throws ``ExchangeError/unknownFormat(_:known:)``.
  public init(named name: String?, path: String) throws(ExchangeError) {
    let suffix = URL(fileURLWithPath: path).pathExtension.lowercased()
    let found = Self.known.first {
      if let name { return $0.driver.lowercased() == name.lowercased() }
      return $0.suffixes.contains(suffix)
    }
    if let found {
      self = found
      return
    }
    guard let driver = try Self.driver(named: name, suffix: suffix) else {
      throw .unknownFormat(name ?? "of \(path)", known: Self.names)
    }
    self.init(driver, [])
  }

  /// GDAL's name of a driver that creates vector files.
  private static func driver(named name: String?, suffix: String) throws(ExchangeError) -> String? {
    let gdal = try GDAL.load()
    let functions = gdal.functions
    let item = { (driver: OpaquePointer, name: String) -> String? in
      functions.pointee.GDALGetMetadataItem(UnsafeMutableRawPointer(driver), name, nil).map { String(cString: $0) }
    }
    for index in 0..<functions.pointee.GDALGetDriverCount() {
      guard let driver = functions.pointee.GDALGetDriver(index), item(driver, "DCAP_VECTOR") == "YES",
        item(driver, "DCAP_CREATE") == "YES",
        let short = functions.pointee.GDALGetDriverShortName(driver).map({ String(cString: $0) })
      else { continue }
      if let name {
        if short.lowercased() == name.lowercased() { return short }
      } else if !suffix.isEmpty,
        item(driver, "DMD_EXTENSIONS")?.lowercased().split(separator: " ").contains(Substring(suffix)) == true
      {
        return short
      }
    }
    return nil
  }
}
