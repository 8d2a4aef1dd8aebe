import HTTPTypes
import Hummingbird
import LageplanExchange
import LageplanFeatures
import LageplanPlanner

/// The spellings of a plan.
enum TourFormat: String, CaseIterable {
  case json, geojson, gpx, csv, ics, pdf, html

  /// `f=` decides; else HTML for a client that names it before JSON, where the resource has a page.
  init(_ query: RequestQuery, _ request: Request, hasPage: Bool) throws(Problem) {
    guard let name = query["f"] else {
      guard hasPage else {
        self = .json
        return
      }
      self = try Representation.negotiated(request, query) == .html ? .html : .json
      return
    }
    guard let format = TourFormat(rawValue: name), hasPage || format != .html else {
      let names = Self.allCases.filter { hasPage || $0 != .html }.map(\.rawValue)
      throw Problem.badParameter("f", value: name, "The formats are \(names.joined(separator: ", ")).")
    }
    self = format
  }

  var mediaType: String {
    switch self {
    case .json: TourJson.mediaType
    case .geojson: "application/geo+json"
    case .gpx: "application/gpx+xml"
    case .csv: "text/csv; charset=utf-8"
    case .ics: "text/calendar; charset=utf-8"
    case .pdf: TourSheet.mediaType
    case .html: HtmlPage.mediaType
    }
  }

  /// As people know it.
  var label: String {
    switch self {
    case .json: "JSON"
    case .geojson: "GeoJSON"
    case .gpx: "GPX (Navigation)"
    case .csv: "CSV (Tabelle)"
    case .ics: "Kalender (iCal)"
    case .pdf: "PDF (zum Ausdrucken)"
    case .html: "Seite"
    }
  }

  /// Those that are files to take along.
  private var isDownload: Bool {
    switch self {
    case .json, .geojson, .html: false
    case .gpx, .csv, .ics, .pdf: true
    }
  }

  /// The plan as a file of this format; `name` without its ending.
  func file(_ bytes: [UInt8], name: String) -> Answer {
    var answer = Answer(mediaType, bytes)
    answer.cacheControl = "no-store"
    if isDownload { answer.headers[.contentDisposition] = "attachment; filename=\"\(name).\(rawValue)\"" }
    return answer
  }
}

extension Answer {
  /// Not to be kept: what it tells may be another the next moment, and concerns who asks.
  static func fresh(_ answer: Answer) -> Answer {
    var answer = answer
    answer.cacheControl = "no-store"
    return answer
  }
}

extension Request {
  /// The first of our languages that the client takes (RFC 9110, section 12.5.4); `nil` where it names none.
  var tourLanguage: TourLanguage? {
    var best: (quality: Double, language: TourLanguage)?
    for piece in (headers[.acceptLanguage] ?? "").split(separator: ",") {
      let parts = piece.split(separator: ";").map(\.trimmed)
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      let name = parts.first?.split(separator: "-").first.map { $0.lowercased() } ?? ""
      guard let language = TourLanguage(rawValue: name), quality > best?.quality ?? 0 else { continue }
      best = (quality, language)
    }
    return best?.language
  }
}
