import Foundation
public import LageplanFeatures

/// Opens whatever holds features: a file that GDAL reads, a delimited text file, a plain JSON array, a WFS or OGC API address.
public enum ImportSource {
  private static let delimited: Set<String> = ["csv", "tsv", "tab", "psv", "txt"]

  /// `location` is a path or an address, which is fetched first, within the limits of a ``SourceRequest``; `layer` chooses one of several
  /// layers; `encoding` overrules what the text looks like; `sortBy` and `pageSize` tell how a service is asked; `town` is the zone of times that are written without one.
  /// Throws ``ExchangeError``.
  public static func open(
    _ location: String, layer: String? = nil, encoding: String? = nil, sortBy: String? = nil, pageSize: Int? = nil, town: TownTime
  ) throws(ExchangeError) -> any FeatureSource {
    guard let request = try Self.request(location) else {
      return try openFile(location, named: location, layer: layer, encoding: encoding, town: town)
    }
    var wanted = request
    wanted.layer = layer
    wanted.encoding = encoding
    wanted.sortBy = sortBy
    wanted.pageSize = pageSize
    do {
      // Without a state of the last time there is always a source.
      guard let source = try wanted.fetch(town: town).source else { throw ExchangeError.fileMissing(path: location) }
      return source
    } catch let error as FetchError {
      throw .fetch(error)
    } catch let error as ExchangeError {
      throw error
    } catch {
      throw .unreadable(source: shown(location), reason: "\(error)")
    }
  }

  /// What an address stands for; `nil`: a file on this machine, or what GDAL opens by a name of its own.
  private static func request(_ location: String) throws(ExchangeError) -> SourceRequest? {
    for (prefix, kind) in [("WFS:", SourceKind.wfs), ("OAPIF:", .oapif)] where location.hasPrefix(prefix) {
      return SourceRequest(kind: kind, address: String(location.dropFirst(prefix.count)))
    }
    guard SourceRequest.isNetworkAddress(location) else { return nil }
    return SourceRequest(kind: SourceKind(guessing: location) ?? .oapif, address: location)
  }

  /// Endings by which an address is taken for a file.
  static let fileEndings: Set<String> = [
    "geojson", "json", "geojsonl", "geojsons", "ndjson", "csv", "tsv", "tab", "psv", "txt", "gpkg", "fgb", "gml", "xml", "kml",
    "kmz",
    "gpx", "zip", "sqlite", "db", "ods", "xlsx",
  ]

  /// The reader would otherwise leave a file of its guesses beside the source, and fetch the schema that the file names.
  static let gmlOptions = ["WRITE_GFS=NO", "DOWNLOAD_SCHEMA=NO"]

  /// Formats that name no other files or addresses. What comes from elsewhere is read as one of these, so that it cannot make the
  /// reader open files of this machine or ask hosts of this network, as a virtual layer would (`.vrt`, a service description).
  static let selfContained = [
    "GPKG", "SQLite", "GML", "KML", "LIBKML", "GPX", "FlatGeobuf", "ESRI Shapefile", "MapInfo File", "CSV", "GeoJSON",
    "GeoJSONSeq",
    "TopoJSON", "ESRIJSON", "ODS", "XLSX",
  ]

  /// Opens a file that is there; `name` is what people know it by. `isOurs`: it was fetched from elsewhere into a
  /// folder that nobody else writes to.
  static func openFile(
    _ path: String, named name: String, layer: String?, encoding: String?, town: TownTime, isOurs: Bool = false
  ) throws(ExchangeError) -> any FeatureSource {
    let isGdalName = ["PG:", "/vsi"].contains { path.hasPrefix($0) }
    guard isGdalName || FileManager.default.fileExists(atPath: path) else { throw .fileMissing(path: name) }
    let suffix = isGdalName ? "" : URL(fileURLWithPath: path).pathExtension.lowercased()
    if delimited.contains(suffix) { return try openText(path, named: name, layer: layer, encoding: encoding, town: town) }
    if suffix == "json", try startsWithArray(path) { return try JSONArraySource(path: path, named: name) }
    if ["geojson", "json", "geojsonl", "geojsons", "ndjson"].contains(suffix),
      let source = try openGeoJSON(path, named: name, isOurs: isOurs)
    {
      return source
    }

    var preparation = GDALSource.Preparation(target: path, drivers: isOurs ? selfContained : [])
    switch suffix {
    case "zip": preparation.target = "/vsizip/" + path
    case "gml", "xml": preparation.openOptions = gmlOptions
    case "shp", "dbf":
      let finding = try ShapefileEncoding.find(path, given: encoding, town: town)
      preparation.encoding = finding
      if let finding { preparation.openOptions = ["ENCODING=\(finding.name)"] }
    default: break
    }
    return try GDALSource(name: name, preparation: preparation, layer: layer, town: town)
  }

  /// `nil`: it is another kind of JSON.
  private static func openGeoJSON(_ path: String, named name: String, isOurs: Bool) throws(ExchangeError) -> (any FeatureSource)?
  {
    guard !isOurs else { return GeoJSONSource.recognises(path) ? try GeoJSONSource(name: name, paths: [path]) : nil }
    // The text is mapped into memory. A file that somebody cuts short meanwhile would end the program, so a copy is read.
    let folder: SpoolFolder
    do throws(FetchError) { folder = try SpoolFolder() } catch { throw .fetch(error) }
    let copy = folder.file("copy.geojson")
    do {
      try FileManager.default.copyItem(atPath: path, toPath: copy)
    } catch {
      throw .unreadable(source: name, reason: "it cannot be copied to \(copy): \(error.localizedDescription)")
    }
    guard GeoJSONSource.recognises(copy) else { return nil }
    return SpooledSource(try GeoJSONSource(name: name, paths: [copy]), folder: folder, count: nil, repeats: nil)
  }

  private static func openText(
    _ path: String, named name: String, layer: String?, encoding: String?, town: TownTime
  ) throws(ExchangeError) -> any FeatureSource {
    let text = try TextFile(path: path, encoding: encoding)
    var preparation = GDALSource.Preparation(target: text.copy?.path ?? path)
    if !preparation.target.lowercased().hasSuffix(".csv") { preparation.target = "CSV:" + preparation.target }
    preparation.drivers = ["CSV"]
    preparation.encoding = text.finding
    preparation.lines = text.lines
    preparation.temporaryFile = text.copy
    return try GDALSource(name: name, preparation: preparation, layer: layer, town: town)
  }

  /// The first character that is no blank opens an array.
  private static func startsWithArray(_ path: String) throws(ExchangeError) -> Bool {
    let file = try FileReader(path)
    guard let head = try file.next(4096) else { return false }
    let text = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
    return text.first { $0 > 0x20 } == UInt8(ascii: "[")
  }
}

/// The encoding of a shapefile's table: what the `.cpg` or the table's own mark says, else what the bytes look like.
private enum ShapefileEncoding {
  /// `nil`: leave it to GDAL, which follows the `.cpg` or the mark.
  static func find(_ path: String, given: String?, town: TownTime) throws(ExchangeError) -> EncodingFinding? {
    if let given {
      return EncodingFinding(name: gdalName(TextEncoding(named: given)), isGiven: true, doubtfulBytes: 0, examples: [])
    }
    let base = URL(fileURLWithPath: path).deletingPathExtension()
    for suffix in ["cpg", "CPG"] where FileManager.default.fileExists(atPath: base.appendingPathExtension(suffix).path) {
      return nil
    }
    // Byte 29 of a dBASE table is the mark of its encoding; 0, 3 and 87 only say "Windows" and are set without thought.
    let table = base.appendingPathExtension("dbf").path
    guard FileManager.default.fileExists(atPath: table) else { return nil }
    let file = try FileReader(table)
    guard let header = try file.next(32), header.count == 32, [0, 3, 0x57].contains(header[29]) else { return nil }
    return try look(path, town: town)
  }

  private static func look(_ path: String, town: TownTime) throws(ExchangeError) -> EncodingFinding {
    let raw = GDALSource.Preparation(target: path, openOptions: ["ENCODING="])
    let source = try GDALSource(name: path, preparation: raw, layer: nil, town: town)
    var detector = EncodingDetector()
    while try source.advance() {
      for column in source.columns.indices {
        if let text = source.text(of: column) { detector.feed(text) }
      }
    }
    return EncodingFinding(
      name: gdalName(detector.verdict), isGiven: false, doubtfulBytes: detector.verdict == .utf8 ? detector.strayBytes : 0,
      examples: [])
  }

  private static func gdalName(_ encoding: TextEncoding) -> String { encoding == .windows1252 ? "CP1252" : encoding.name }
}
