import CGDAL
import LageplanFeatures

/// GDAL, loaded on first use: the table of its functions, and what every caller needs around them.
///
/// GDAL's objects belong to one thread at a time; the functions themselves may be called from any.
final class GDAL: @unchecked Sendable {
  let functions: UnsafePointer<cgdal_functions>
  /// `3.6.2`.
  let version: String

  private static let loaded = Result<GDAL, ExchangeError> { () throws(ExchangeError) in try GDAL() }

  /// Throws ``ExchangeError/gdalMissing(reason:)``.
  static func load() throws(ExchangeError) -> GDAL { try loaded.get() }

  private init() throws(ExchangeError) {
    guard let functions = cgdal_load() else { throw .gdalMissing(reason: String(cString: cgdal_fault())) }
    self.functions = functions
    let gdal = functions.pointee
    // Messages are asked for where they matter; GDAL shall not write to standard error by itself.
    _ = gdal.CPLSetErrorHandler { _, _, _ in }
    // GML without a schema: its guess of types would strip leading zeros; everything stays text and is inferred here.
    gdal.CPLSetConfigOption("GML_FIELDTYPES", "ALWAYS_STRING")
    gdal.CPLSetConfigOption("GDAL_HTTP_TIMEOUT", "60")
    gdal.CPLSetConfigOption("GDAL_HTTP_CONNECTTIMEOUT", "15")
    gdal.GDALAllRegister()
    version = gdal.GDALVersionInfo("RELEASE_NAME").map { String(cString: $0) } ?? "unknown"
  }

  /// GDAL's last message on this thread, on one line, without a full stop.
  var lastMessage: String {
    guard let bytes = functions.pointee.CPLGetLastErrorMsg() else { return "no reason given" }
    var text = String(cString: bytes).split(whereSeparator: \.isNewline).joined(separator: "; ")
    while text.hasSuffix(".") { text.removeLast() }
    return text.isEmpty ? "no reason given" : text
  }

  /// Calls `body` with the strings as GDAL takes lists of them: pointers, a null pointer last.
  static func withStrings<T>(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) throws -> T) rethrows -> T {
    let copies = strings.map { string in
      let bytes = Array(string.utf8CString)
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      copy.initialize(from: bytes, count: bytes.count)
      return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    let pointers = copies.map { UnsafePointer<CChar>?($0) } + [nil]
    return try body(pointers)
  }
}

/// Numbers of GDAL's C API: `ogr_core.h`, `gdal.h`, `ogr_srs_api.h`.
enum GDALConstant {
  static let openVector: UInt32 = 0x04
  static let openVerbose: UInt32 = 0x40
  static let unknownGeometry: Int32 = 0
  static let noGeometry: Int32 = 100
  static let littleEndian: Int32 = 1
  static let traditionalAxisOrder: Int32 = 0
  /// A date-time whose zone is not known, one in UTC.
  static let zoneUnknown: Int32 = 0
  static let zoneUTC: Int32 = 100
}

/// `OGRFieldType`.
enum GDALFieldType: Int32 {
  case integer = 0
  case integerList = 1
  case real = 2
  case realList = 3
  case string = 4
  case stringList = 5
  case wideString = 6
  case wideStringList = 7
  case binary = 8
  case date = 9
  case time = 10
  case dateTime = 11
  case integer64 = 12
  case integer64List = 13
}

/// `OGRFieldSubType`, as far as it matters here.
enum GDALFieldSubtype {
  static let boolean: Int32 = 1
  static let json: Int32 = 4
}
