import Foundation
import LageplanFeatures

/// A file on this machine or at an address; one that has not changed since the last time is not read again.
enum FileDownload {
  /// A local file, read in place.
  static func open(_ request: SourceRequest, since: SourceState, town: TownTime) throws -> FetchedSource {
    var fetched = FetchedSource()
    let path = request.address.hasPrefix("file://") ? URL(string: request.address)?.path ?? request.address : request.address
    // What cannot be asked is told by the attempt to open it.
    if let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let date = attributes[.modificationDate] as? Date,
      let size = attributes[.size] as? Int
    {
      let instant = Instant(millisecondsSince1970: Int64(date.timeIntervalSince1970 * 1000))
      fetched.state = SourceState(modified: "\(instant.iso), \(size) bytes")
      if fetched.state == since { return fetched }
    }
    fetched.source = try ImportSource.openFile(path, named: path, layer: request.layer, encoding: request.encoding, town: town)
    return fetched
  }

  /// A file at an address. Asks whether it has changed (RFC 9110, section 13) where the server told by what to ask.
  static func fetch(
    _ request: SourceRequest, since: SourceState, town: TownTime, into folder: SpoolFolder, by client: HttpClient
  ) throws -> FetchedSource {
    var headers = ["Accept: */*"]
    if let tag = since.entityTag { headers.append("If-None-Match: \(tag)") }
    if let modified = since.modified { headers.append("If-Modified-Since: \(modified)") }
    let path = folder.file("fetched")
    let answer = try client.file(request.address, to: path, headers: headers)
    var fetched = FetchedSource(state: since)
    if answer.status == 304 { return fetched }
    fetched.state = SourceState(entityTag: answer.headers["etag"], modified: answer.headers["last-modified"])
    // What a file is, its reader sees by its ending.
    let named = folder.file("fetched." + ending(of: request.address, answer))
    try FileManager.default.moveItem(atPath: path, toPath: named)
    let source = try ImportSource.openFile(
      named, named: shown(request.address), layer: request.layer, encoding: request.encoding, town: town,
      isOurs: true)
    fetched.source = SpooledSource(source, folder: folder, count: nil, repeats: nil)
    return fetched
  }

  private static func ending(of address: String, _ answer: HttpAnswer) -> String {
    for text in [address, answer.address] {
      let last = ServiceAddress(text).path.split(separator: "/").last ?? ""
      if let ending = last.split(separator: ".").last?.lowercased(), ImportSource.fileEndings.contains(ending) { return ending }
    }
    switch answer.mediaType {
    case "text/csv": return "csv"
    case "application/geopackage+sqlite3", "application/x-sqlite3", "application/vnd.sqlite3": return "gpkg"
    case "application/flatgeobuf": return "fgb"
    case "application/zip", "application/x-zip-compressed": return "zip"
    case "application/vnd.google-earth.kml+xml": return "kml"
    case "application/gpx+xml": return "gpx"
    case "application/gml+xml", "application/xml", "text/xml": return "gml"
    case "application/json": return "json"
    default: return "geojson"
    }
  }
}
