import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import NIOCore
import Testing

@testable import LageplanServer

/// Which spelling a request gets.
struct ItemFormatTests {
  private func negotiated(accept: String?, query: String = "") throws -> ItemFormat {
    var fields: HTTPFields = [:]
    if let accept { fields[.accept] = accept }
    let request = Request(
      head: HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/", headerFields: fields),
      body: RequestBody(buffer: ByteBuffer()))
    return try ItemFormat.negotiated(request, try RequestQuery(query))
  }

  @Test(
    arguments: [
      (nil, ItemFormat.geojson), ("*/*", .geojson), ("", .geojson), ("application/json", .geojson),
      ("application/geo+json", .geojson),
      // What Chromium, Firefox, OWSLib, GDAL and QGIS send.
      ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", .html),
      ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", .html),
      ("application/geo+json, application/json", .geojson), ("application/json, text/html;q=0.9", .geojson),
      ("text/csv", .csv), ("text/*", .html), ("text/csv;q=0.4, application/vnd.ogc.fg+json;q=0.5", .jsonfg),
      ("application/geo+json;q=0, application/geo+json-seq", .geojsonseq), ("application/vnd.google-earth.kml+xml", .kml),
      // The more exact range decides, wherever it stands.
      ("*/*, application/geo+json;q=0.1, text/html;q=0.2", .jsonfg), ("application/x-ndjson, */*;q=0.1", .ndjson),
      ("application/geopackage+sqlite3", .geopackage), ("application/flatgeobuf", .flatgeobuf),
    ] as [(String?, ItemFormat)])
  func acceptDecides(accept: String?, expected: ItemFormat) throws {
    #expect(try negotiated(accept: accept) == expected)
  }

  @Test(arguments: ItemFormat.allCases) func everyFormatHasAName(format: ItemFormat) throws {
    #expect(try negotiated(accept: "text/html", query: "f=\(format.name)") == format)
    #expect(try negotiated(accept: format.mediaType) == format)
  }

  @Test func whatIsNotOfferedIsRefused() throws {
    let unacceptable = #expect(throws: Problem.self) { _ = try negotiated(accept: "image/png, application/pdf") }
    #expect(unacceptable?.status == .notAcceptable)
    #expect(unacceptable?.detail.contains("application/geo+json") == true)
    let refused = #expect(throws: Problem.self) { _ = try negotiated(accept: "*/*;q=0") }
    #expect(refused?.status == .notAcceptable)
    let unknown = #expect(throws: Problem.self) { _ = try negotiated(accept: nil, query: "f=shp") }
    #expect(unknown?.status == .badRequest)
    #expect(unknown?.detail.contains("gpkg") == true)
  }

  @Test func downloadsAreCalledByTheTitle() {
    var descriptor = TestTown.playgrounds
    #expect(
      FileName(descriptor, .csv).contentDisposition
        == "attachment; filename=\"playgrounds.csv\"; filename*=UTF-8''Spielpl%C3%A4tze.csv")
    // Nothing in a title leads out of the folder, ends the header or hides the file.
    descriptor.title = "../../etc/\r\nSet-Cookie: a=\"b\", 'c'"
    #expect(
      FileName(descriptor, .kml).contentDisposition
        == "attachment; filename=\"playgrounds.kml\"; filename*=UTF-8''%20..%20etc%20Set-Cookie%20a%3D%20b%20%2C%20%27c%27.kml")
    descriptor.title = "..."
    #expect(FileName(descriptor, .gpx).titled == "playgrounds.gpx")
  }
}
