import HTTPTypes
import Hummingbird
import LageplanFeatures
import NIOCore

/// A problem as a page, for people who followed a link or typed an address.
enum ProblemPage {
  /// `nil` where the client takes JSON: then the problem is told as the document that it is.
  static func response(to request: Request, _ problem: Problem, _ links: Links) -> Response? {
    guard request.method == .get || request.method == .head, request.isFromAPerson else { return nil }
    var fields = problem.headers
    fields[.contentType] = HtmlPage.mediaType
    fields[.contentSecurityPolicy] = HtmlPage.contentSecurityPolicy
    fields[.cacheControl] = "no-store"
    let bytes = page(problem, links).bytes
    fields[.contentLength] = String(bytes.count)
    let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    return Response(status: problem.status, headers: fields, body: body)
  }

  static func page(_ problem: Problem, _ links: Links) -> HtmlPage {
    var page = HtmlPage(title(problem.status), links)
    page.breadcrumbs = [("Lageplan", "/")]
    let culprit: Html =
      problem.parameter.map { name in
        let value = problem.value.map { $0.count > Problem.longestEcho ? $0.prefix(Problem.longestEcho) + "…" : $0 } ?? ""
        return "<p>Es geht um <code>\(name)</code>\(value.isEmpty ? .empty : ": <code>\(value)</code>" as Html)</p>\n"
      } ?? .empty
    let faults = problem.faults.map { "<li>\($0["detail"]?.text ?? $0.json)</li>\n" as Html }
    page.content = """
      <div class='fault'><p lang='en'>\(problem.detail)</p>
      \(culprit)\(faults.isEmpty ? .empty : "<ul lang='en'>\(faults)</ul>" as Html)</div>
      <p class='quiet'>Status \(problem.status.code), <code>\(problem.code)</code></p>
      <p class='actions'><a class='button' href='\(links.local("/"))'>Zur Startseite</a> \
      <a class='button' href='\(links.local("/collections"))'>Alle Objektarten</a></p>

      """
    return page
  }

  private static func title(_ status: HTTPResponse.Status) -> String {
    switch status.code {
    case 401: "Anmeldung nötig"
    case 403: "Nicht erlaubt"
    case 404: "Nicht gefunden"
    case 405: "Hier nicht möglich"
    case 406: "Dieses Format gibt es hier nicht"
    case 409: "Widerspruch"
    case 410: "Nicht mehr da"
    case 412: "Inzwischen geändert"
    case 413: "Zu groß"
    case 500: "Der Server hat versagt"
    case 503: "Gerade überlastet"
    case 400..<500: "Diese Anfrage lässt sich nicht beantworten"
    default: "Das ging nicht"
    }
  }
}

extension Request {
  /// `Accept` prefers a page, and no other format was asked for. `f=html` alone does not make a person of a program, which reads
  /// problems as documents and follows no form.
  var isFromAPerson: Bool {
    if let format = (try? RequestQuery(uri.query))?["f"], format != "html" { return false }
    guard let nothing = try? RequestQuery(nil), case .html? = try? Representation.negotiated(self, nothing) else { return false }
    return true
  }
}
