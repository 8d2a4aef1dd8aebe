import HTTPTypes
import Hummingbird
import LageplanExchange
import LageplanFeatures

/// The spellings in which features are answered: what `f=` names, what `Accept` asks for, and what a downloaded file is called.
enum ItemFormat: String, CaseIterable, Sendable {
  /// Pages of GeoJSON with links, and HTML: what the other resources have too.
  case geojson = "json"
  case html
  case jsonfg
  case geojsonseq
  case ndjson
  case csv
  case flatgeobuf
  case geopackage = "gpkg"
  case gpx
  case kml
  case xlsx

  /// What `f=` calls it.
  var name: String { rawValue }

  /// What `f=` may also call it.
  private var otherNames: [String] {
    switch self {
    case .geojson: ["geojson"]
    case .geojsonseq: ["geojsonl", "jsonseq"]
    case .ndjson: ["jsonl"]
    case .flatgeobuf: ["fgb"]
    case .geopackage: ["geopackage"]
    case .html, .jsonfg, .csv, .gpx, .kml, .xlsx: []
    }
  }

  var mediaType: String {
    switch self {
    case .geojson: "application/geo+json"
    case .html: "text/html"
    case .jsonfg: JSONFGWriter.mediaType
    case .geojsonseq: "application/geo+json-seq"
    case .ndjson: "application/x-ndjson"
    case .csv: "text/csv"
    case .flatgeobuf: "application/flatgeobuf"
    case .geopackage: "application/geopackage+sqlite3"
    case .gpx: "application/gpx+xml"
    case .kml: "application/vnd.google-earth.kml+xml"
    case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }
  }

  /// Media types that ask for it beside its own.
  private var otherMediaTypes: [String] {
    switch self {
    case .geojson: ["application/json", "application/vnd.geo+json"]
    case .html: ["application/xhtml+xml"]
    case .geojsonseq: ["application/json-seq"]
    case .ndjson: ["application/ndjson", "application/jsonl", "application/x-jsonlines"]
    case .flatgeobuf: ["application/vnd.flatgeobuf"]
    case .geopackage: ["application/vnd.ogc.gpkg", "application/x-gpkg"]
    case .jsonfg: ["application/fg+json"]
    case .csv, .gpx, .kml, .xlsx: []
    }
  }

  var fileExtension: String {
    switch self {
    case .geojson, .jsonfg: "json"
    case .html: "html"
    case .geojsonseq: "geojsons"
    case .ndjson: "ndjson"
    case .csv: "csv"
    case .flatgeobuf: "fgb"
    case .geopackage: "gpkg"
    case .gpx: "gpx"
    case .kml: "kml"
    case .xlsx: "xlsx"
    }
  }

  /// For people who choose one.
  var title: String {
    switch self {
    case .geojson: "GeoJSON"
    case .html: "HTML"
    case .jsonfg: "JSON-FG"
    case .geojsonseq: "GeoJSON Text Sequence"
    case .ndjson: "Newline-delimited GeoJSON"
    case .csv: "CSV"
    case .flatgeobuf: "FlatGeobuf"
    case .geopackage: "GeoPackage"
    case .gpx: "GPX"
    case .kml: "KML"
    case .xlsx: "Excel"
    }
  }

  /// Answered as pages with links; every other format is a download of everything that the request matches.
  var isPaged: Bool { self == .geojson || self == .html }

  /// The whole of `Content-Type`.
  var contentType: String {
    switch self {
    case .csv: "text/csv; charset=utf-8; header=present"
    case .html: "text/html; charset=utf-8"
    default: mediaType
    }
  }

  /// The format has WGS 84 degrees and no other system.
  var isAlwaysDegrees: Bool { self == .gpx || self == .kml }

  /// What OpenAPI says of a body in this format.
  var openApiSchema: JSONValue {
    switch self {
    case .geojson, .jsonfg: ["type": "object"]
    case .html, .geojsonseq, .ndjson, .csv, .gpx, .kml: ["type": "string"]
    case .flatgeobuf, .geopackage, .xlsx: ["type": "string", "format": "binary"]
    }
  }

  /// The formats that can hold the collection's features: GPX has points and lines only, and not both in any order.
  static func offered(for descriptor: CollectionDescriptor) -> [ItemFormat] {
    allCases.filter { format in
      format != .gpx || GpxWriter.holds(descriptor.geometryKind)
    }
  }
}

// MARK: - Negotiation

extension ItemFormat {
  /// The format that a request asks for, of those `offered`: `f` decides, else `Accept` with its qualities (RFC 9110, section 12.5.1).
  ///
  /// Without both, and for `*/*`, GeoJSON. A browser, which names HTML first, gets HTML. Throws 400 for an `f` that is not offered, 406
  /// where nothing fits.
  static func negotiated(
    _ request: Request, _ query: RequestQuery, offered: [ItemFormat] = ItemFormat.allCases
  ) throws(Problem) -> ItemFormat {
    if let name = query["f"] {
      if let format = offered.first(where: { $0.name == name || $0.otherNames.contains(name) }) { return format }
      throw Problem.badParameter("f", value: name, "The formats here are \(offered.map(\.name).joined(separator: ", ")).")
    }
    guard let accepted = request.headers[.accept], !accepted.trimmed.isEmpty else { return .geojson }
    let ranges = MediaRange.list(accepted)
    // Of equals the first offered wins, and GeoJSON is offered first.
    var best: (format: ItemFormat, rank: MediaRange.Rank)?
    for format in offered {
      guard let rank = MediaRange.rank(of: format.mediaType, alsoNamed: format.otherMediaTypes, in: ranges) else { continue }
      if let best, rank <= best.rank { continue }
      best = (format, rank)
    }
    if let best { return best.format }
    throw Problem(
      .notAcceptable, code: "not-acceptable",
      detail: "None of the media types in Accept is offered. There are: \(offered.map(\.mediaType).joined(separator: ", ")).",
      parameter: "Accept", value: accepted)
  }
}
