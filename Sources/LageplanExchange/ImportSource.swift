import Foundation
public import LageplanFeatures

/// Opens whatever holds features: a file that GDAL reads, a delimited text file, a plain JSON array, a WFS or OGC API address.
public enum ImportSource {
  private static let delimited: Set<String> = ["csv", "tsv", "tab", "psv", "txt"]

  /// `location` is a path or URL; `layer` chooses one of several layers; `encoding` overrules what the text looks like;
  /// `town` is the zone of times that are written without one. Throws ``ExchangeError``.
  public static func open(_ location: String, layer: String? = nil, encoding: String? = nil, town: TownTime) throws(ExchangeError)
    -> any FeatureSource
  {
    if let address = Self.address(location) {
      return try GDALSource(name: location, preparation: GDALSource.Preparation(target: address), layer: layer, town: town)
    }
    guard FileManager.default.fileExists(atPath: location) else { throw .fileMissing(path: location) }
    let suffix = URL(fileURLWithPath: location).pathExtension.lowercased()
    if delimited.contains(suffix) { return try openText(location, layer: layer, encoding: encoding, town: town) }
    if suffix == "json", try startsWithArray(location) { return try JSONArraySource(path: location) }

    var preparation = GDALSource.Preparation(target: location)
    switch suffix {
    case "zip": preparation.target = "/vsizip/" + location
    case "gml", "xml":
      // The reader would otherwise leave a file of its guesses beside the source.
      preparation.openOptions = ["WRITE_GFS=NO"]
    case "shp", "dbf":
      let finding = try ShapefileEncoding.find(location, given: encoding, town: town)
      preparation.encoding = finding
      if let finding { preparation.openOptions = ["ENCODING=\(finding.name)"] }
    default: break
    }
    return try GDALSource(name: location, preparation: preparation, layer: layer, town: town)
  }

  /// What GDAL calls a network address; `nil`: a file.
  private static func address(_ location: String) -> String? {
    for prefix in ["WFS:", "OAPIF:", "PG:", "/vsi"] where location.hasPrefix(prefix) { return location }
    let lower = location.lowercased()
    guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else { return nil }
    if lower.contains("service=wfs") || lower.hasSuffix("/wfs") { return "WFS:" + location }
    let path = lower.split(separator: "?", maxSplits: 1).first ?? ""
    let files = ["geojson", "json", "csv", "gpkg", "fgb", "gml", "kml", "gpx", "zip"]
    if files.contains(where: { path.hasSuffix("." + $0) }) || path.hasSuffix("/items") { return "/vsicurl_streaming/" + location }
    return "OAPIF:" + location
  }

  private static func openText(_ path: String, layer: String?, encoding: String?, town: TownTime) throws(ExchangeError)
    -> any FeatureSource
  {
    let text = try TextFile(path: path, encoding: encoding)
    var preparation = GDALSource.Preparation(target: text.copy?.path ?? path)
    if !preparation.target.lowercased().hasSuffix(".csv") { preparation.target = "CSV:" + preparation.target }
    preparation.drivers = ["CSV"]
    preparation.encoding = text.finding
    preparation.lines = text.lines
    preparation.temporaryFile = text.copy
    return try GDALSource(name: path, preparation: preparation, layer: layer, town: town)
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
