import Foundation
import LageplanGeometry

/// The coordinate reference system in the name of a column of well-known text: `_WKT_EPSG_25832`.
///
/// A CSV file has no other place for it. GDAL takes a column whose name begins with `_WKT` for the geometry and reads the code behind
/// `_EPSG_` (its CSV driver); the file then needs no companion.
enum ColumnCrs {
  /// WGS 84 has its EPSG code here in both axis orders: well-known text in files has the longitude first anyway.
  static func wktColumn(in crs: CoordinateReferenceSystem) -> String { "_WKT_EPSG_\(crs.srid)" }

  /// The system that a column's name tells; `nil`: it tells none. Degrees are read longitude first.
  static func crs(ofColumn name: String) -> CoordinateReferenceSystem? {
    guard let mark = name.range(of: "_EPSG_"), let code = Int(name[mark.upperBound...]),
      let crs = CoordinateReferenceSystem(parsing: "EPSG:\(code)")
    else { return nil }
    return crs == .wgs84 ? .crs84 : crs
  }
}
