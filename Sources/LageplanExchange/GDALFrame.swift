import CGDAL
import LageplanGeometry

/// The coordinate reference system of a layer, as far as we can name it.
struct GDALFrame {
  var declared = DeclaredCrs.none
  /// The layer hands out coordinates in the authority's order, northing first.
  var swapsAxes = false

  /// Systems that German registers use; a system of the file's own is compared with these.
  private static let familiar = [25832, 25833, 25831, 32632, 32633, 31466, 31467, 31468, 31469, 4647, 5650]

  init(of layer: OpaquePointer, format: String, _ gdal: GDAL) {
    let functions = gdal.functions
    guard let system = functions.pointee.OGR_L_GetSpatialRef(layer) else { return }
    if functions.pointee.OSREPSGTreatsAsLatLong(system) != 0 || functions.pointee.OSREPSGTreatsAsNorthingEasting(system) != 0 {
      var axes: Int32 = 0
      let mapping = functions.pointee.OSRGetDataAxisToSRSAxisMapping(system, &axes)
      if axes >= 2, let mapping { swapsAxes = mapping[0] == 1 && mapping[1] == 2 && !format.hasPrefix("GeoJSON") }
    }

    guard let crs = Self.identify(system, gdal) else {
      let name = functions.pointee.OSRGetName(system).map { String(cString: $0) } ?? "unnamed"
      declared = Self.shifted(system, name: name, gdal) ?? .unidentified(name: name)
      return
    }
    // RFC 7946 knows one system; a `crs` member with EPSG:4326 means the same, longitude first.
    let isByFormat = format.hasPrefix("GeoJSON") || format.contains("KML") || format == "GPX"
    declared = isByFormat && crs.isWgs84Degrees ? .byFormat(.crs84) : .named(crs)
  }

  private static func identify(_ system: OpaquePointer, _ gdal: GDAL) -> CoordinateReferenceSystem? {
    let functions = gdal.functions
    for part in [nil, "PROJCS", "GEOGCS"] {
      if part == "GEOGCS", functions.pointee.OSRIsProjected(system) != 0 { continue }
      guard let authority = functions.pointee.OSRGetAuthorityName(system, part),
        let code = functions.pointee.OSRGetAuthorityCode(system, part),
        let crs = CoordinateReferenceSystem(parsing: String(cString: authority) + ":" + String(cString: code)), isHorizontal(crs)
      else { continue }
      return crs
    }
    // A GeoPackage keeps CRS84 without its code, and no degrees of another order would be handed out under this name.
    if functions.pointee.OSRIsProjected(system) == 0, let name = functions.pointee.OSRGetName(system),
      String(cString: name).hasPrefix("WGS 84")
    {
      return .crs84
    }
    var wkt: UnsafeMutablePointer<CChar>?
    guard GDAL.withStrings(["FORMAT=WKT2_2018"], { functions.pointee.OSRExportToWktEx(system, &wkt, $0) }) == 0, let wkt else {
      return nil
    }
    defer { functions.pointee.VSIFree(wkt) }
    guard let found = CoordinateReferenceSystem.identify(wkt: String(cString: wkt)),
      // A name may match where the numbers do not: a system is only taken where both put the same places at the same numbers.
      let offset = offset(from: system, to: found, gdal), offset.x == 0, offset.y == 0
    else { return nil }
    return found
  }

  /// Compound systems (with heights) are reduced to their horizontal part.
  private static func isHorizontal(_ crs: CoordinateReferenceSystem) -> Bool { (try? crs.info()) != nil }

  private static func shifted(_ system: OpaquePointer, name: String, _ gdal: GDAL) -> DeclaredCrs? {
    guard gdal.functions.pointee.OSRIsProjected(system) != 0 else { return nil }
    // The datum decides between systems with equal numbers.
    let datum = name.contains("ETRS") ? familiar : [32632, 32633] + familiar
    for code in datum {
      if let offset = offset(from: system, to: .epsg(code), gdal) {
        return .shifted(.epsg(code), byX: offset.x, byY: offset.y, name: name)
      }
    }
    return nil
  }

  /// What is to be added to coordinates in `system` to have them in `crs`: the same for four places far apart, or `nil`. In metres,
  /// rounded to the millimetre.
  private static func offset(from system: OpaquePointer, to crs: CoordinateReferenceSystem, _ gdal: GDAL) -> Coordinate? {
    let functions = gdal.functions
    guard let degrees = functions.pointee.OSRNewSpatialReference(nil), let target = functions.pointee.OSRNewSpatialReference(nil)
    else { return nil }
    defer {
      functions.pointee.OSRRelease(degrees)
      functions.pointee.OSRRelease(target)
    }
    guard functions.pointee.OSRSetFromUserInput(degrees, "OGC:CRS84") == 0,
      functions.pointee.OSRSetFromUserInput(target, crs.name) == 0
    else { return nil }
    functions.pointee.OSRSetAxisMappingStrategy(target, GDALConstant.traditionalAxisOrder)
    guard let there = places(in: system, from: degrees, gdal), let here = places(in: target, from: degrees, gdal) else {
      return nil
    }
    let first = Coordinate(x: here[0].x - there[0].x, y: here[0].y - there[0].y)
    for (a, b) in zip(there, here) where abs(b.x - a.x - first.x) > 0.001 || abs(b.y - a.y - first.y) > 0.001 { return nil }
    return Coordinate(x: (first.x * 1000).rounded() / 1000, y: (first.y * 1000).rounded() / 1000)
  }

  /// Four places of Germany in the system `target`.
  private static func places(in target: OpaquePointer, from degrees: OpaquePointer, _ gdal: GDAL) -> [Coordinate]? {
    guard let transformation = gdal.functions.pointee.OCTNewCoordinateTransformation(degrees, target) else { return nil }
    defer { gdal.functions.pointee.OCTDestroyCoordinateTransformation(transformation) }
    var x = [6.0, 9.0, 12.0, 13.5]
    var y = [49.0, 54.5, 48.0, 52.5]
    guard gdal.functions.pointee.OCTTransform(transformation, Int32(x.count), &x, &y, nil) != 0 else { return nil }
    return zip(x, y).map { Coordinate(x: $0, y: $1) }
  }
}
