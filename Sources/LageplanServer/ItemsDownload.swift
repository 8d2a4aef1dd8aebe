import Foundation
import HTTPTypes
import Hummingbird
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import Logging

/// Everything that a request for items matches as one file, in a format that has no pages.
struct ItemsDownload {
  let application: LageplanApplication
  let question: CollectionQuery
  let format: ItemFormat
  let links: Links
  /// At most so many features; `nil`: all.
  private let limit: Int?

  private var descriptor: CollectionDescriptor { question.descriptor }
  private var request: ItemsRequest { question.request }

  /// Throws 400 for what the format has no place for.
  init(
    _ question: CollectionQuery, _ query: RequestQuery, as format: ItemFormat, in application: LageplanApplication, _ links: Links
  )
    throws(Problem)
  {
    self.application = application
    self.question = question
    self.format = format
    self.links = links
    // A page is never larger than the largest; a file is as large as the caller says.
    limit = try query.integer("limit", in: 1...Int.max)
    if let near = query["near"] {
      throw Problem.badParameter("near", value: near, "Lists by distance come as json and html.")
    }
    if format.isAlwaysDegrees, !question.request.crs.isWgs84Degrees {
      throw Problem.badParameter(
        "crs", value: query["crs"] ?? "", "\(format.title) has WGS 84 degrees and no other system; leave crs out.")
    }
  }

  func answer(to request: Request, tag: String, logger: Logger) async throws -> Answer {
    var features = try question.features()
    features.after = self.request.cursor?.number
    features.afterKeys = self.request.cursor?.keys ?? []
    features.limit = limit
    var answer = try await body(features, tag: tag, isHead: request.method == .head, logger)
    answer.headers[.contentDisposition] = FileName(descriptor, format).contentDisposition
    answer.headers[.contentCrs] = (format.isAlwaysDegrees ? .crs84 : self.request.crs).header
    return answer
  }

  private func body(_ features: FeatureQuery, tag: String, isHead: Bool, _ logger: Logger) async throws -> Answer {
    if let file = fileFormat { return try await fileAnswer(features, as: file, tag: tag, isHead: isHead, logger) }
    let download = try TextDownload(features, of: descriptor, with: try rowWriter())
    if isHead { return Answer(format.contentType, tag: tag) { _ in } }
    let slot = try application.downloads.take(.stream)
    // The first piece is read before the head is sent: what can fail fails with a problem document, and most downloads end here.
    let (first, rest) = try await download.next(from: application.store)
    guard !rest.isFinished else {
      note(rest.writer.flaws.map(\.description), count: rest.writer.flawCount, logger)
      return Answer(format.contentType, first, tag: tag)
    }
    let store = application.store
    return Answer(format.contentType, tag: tag) { sink in
      defer { withExtendedLifetime(slot) {} }
      var (piece, download) = (first, rest)
      while !download.isFinished {
        // The next piece is read while this one is on its way.
        let before = download
        async let following = before.next(from: store)
        try await sink.send(piece)
        (piece, download) = try await following
      }
      try await sink.send(piece)
      note(download.writer.flaws.map(\.description), count: download.writer.flawCount, logger)
    }
  }

  private func fileAnswer(_ features: FeatureQuery, as file: FileFormat, tag: String, isHead: Bool, _ logger: Logger) async throws
    -> Answer
  {
    if isHead { return Answer(format.contentType, tag: tag) { _ in } }
    let slot = try application.downloads.take(.file)
    let exporter = FeatureExporter(
      descriptor, as: file.format, properties: request.selection.properties, geometry: request.selection.geometry,
      crs: request.crs)
    let download = FileDownload(store: application.store, exporter: exporter, mostFeatures: file.most)
    let (sent, warnings) = try await download.file(of: features, named: FileName(descriptor, format).plain)
    note(warnings, count: warnings.count, logger)
    return Answer(format.contentType, length: sent.size, tag: tag) { sink in
      defer { withExtendedLifetime(slot) {} }
      try await sent.send(to: &sink)
    }
  }

  /// The operator hears of features that cannot be written as they are; the file cannot say so.
  private func note(_ flaws: [String], count: Int, _ logger: Logger) {
    guard let first = flaws.first else { return }
    logger.warning(
      "a download of \(descriptor.id) as \(format.name) is not complete",
      metadata: ["faults": "\(count)", "first": "\(first)"])
  }

  // MARK: Formats

  private struct FileFormat {
    var format: ExportFormat
    /// What is written within the minute or two that clients wait, and fits into memory where GDAL keeps it there.
    var most: Int
  }

  private var fileFormat: FileFormat? {
    switch format {
    case .geopackage: FileFormat(format: .geoPackage, most: 1_000_000)
    case .flatgeobuf: FileFormat(format: .flatGeobuf, most: 1_000_000)
    case .xlsx: FileFormat(format: .xlsx, most: 50_000)
    case .geojson, .html, .jsonfg, .geojsonseq, .ndjson, .csv, .gpx, .kml: nil
    }
  }

  private func rowWriter() throws -> any RowWriter {
    let selection = request.selection
    let crs = request.crs
    switch format {
    case .geojsonseq, .ndjson:
      return try GeoJSONSequenceWriter(
        format == .ndjson ? .lines : .recordSeparators, descriptor: descriptor, properties: selection.properties, target: crs,
        swapsAxes: try crs.isNorthFirst)
    case .jsonfg:
      return try JSONFGWriter(
        descriptor: descriptor, properties: selection.properties, target: crs, swapsAxes: try crs.isNorthFirst,
        schemaAddress: links("/collections/\(descriptor.id)/schema"))
    case .csv:
      return try CsvWriter(
        descriptor: descriptor, properties: selection.properties, geometry: selection.geometry, target: crs)
    case .kml: return try KmlWriter(descriptor: descriptor, properties: selection.properties)
    case .gpx: return try GpxWriter(descriptor: descriptor, properties: selection.properties)
    case .geojson, .html, .flatgeobuf, .geopackage, .xlsx:
      throw Problem.badParameter("f", value: format.name, "This format is not written row by row.")
    }
  }
}

/// What a downloaded file is called: by the collection's title for people, by its id where a client reads ASCII only (RFC 6266).
struct FileName {
  /// `playgrounds.csv`
  let plain: String
  /// `Spielplätze.csv`
  let titled: String

  private static let longestTitle = 80

  init(_ descriptor: CollectionDescriptor, _ format: ItemFormat) {
    plain = "\(descriptor.id).\(format.fileExtension)"
    // What separates folders, or cannot stand in a name on some system, becomes a blank.
    let forbidden: Set<Character> = ["/", "\\", ":", "*", "?", "\"", "<", ">", "|"]
    let words = descriptor.title
      .map { forbidden.contains($0) || $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 } ? " " : String($0) }
      .joined()
      .split(separator: " ").joined(separator: " ").prefix(Self.longestTitle)
    let title = words.drop { $0 == "." }
    titled = title.isEmpty ? plain : "\(title).\(format.fileExtension)"
  }

  var contentDisposition: String {
    "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(RequestQuery.encode(titled).replacing(",", with: "%2C").replacing(":", with: "%3A"))"
  }
}
