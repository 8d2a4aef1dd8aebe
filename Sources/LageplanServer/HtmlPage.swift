import LageplanFeatures

/// The HTML spelling of a resource, drawn from its JSON: a person sees what a program gets.
///
/// No script and no inline style: the strict content security policy of all pages holds.
struct HtmlPage {
  var title: String
  /// The way back up, as (label, path).
  var breadcrumbs: [(String, String)]
  /// Links to the other spellings of the same resource, as (label, address).
  var alternates: [(String, String)] = []
  /// The path before all of ours (``Links/prefix``).
  private let prefix: String
  private var content = ""

  static let mediaType = "text/html; charset=utf-8"
  static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    + "worker-src 'self' blob:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

  init(title: String, breadcrumbs: [(String, String)] = [], _ links: Links) {
    self.title = title
    self.breadcrumbs = breadcrumbs
    prefix = links.prefix
  }

  /// One of our own paths, or an address, as the value of an attribute.
  private func reference(_ path: String) -> String { Self.escape(path.hasPrefix("/") ? prefix + path : path) }

  mutating func paragraph(_ text: String) { content += "<p>\(Self.escape(text))</p>\n" }

  mutating func heading(_ text: String) { content += "<h2>\(Self.escape(text))</h2>\n" }

  mutating func list(_ entries: [(label: String, path: String, note: String)]) {
    content += "<ul class=\"entries\">\n"
    for entry in entries {
      let note = entry.note.isEmpty ? "" : " <span class=\"note\">\(Self.escape(entry.note))</span>"
      content += "<li><a href=\"\(reference(entry.path))\">\(Self.escape(entry.label))</a>\(note)</li>\n"
    }
    content += "</ul>\n"
  }

  /// A table of names and values; nested values are shown as JSON.
  mutating func definitions(_ members: [(key: String, value: JSONValue)]) {
    content += "<dl>\n"
    for (name, value) in members {
      content += "<dt>\(Self.escape(name))</dt><dd>\(Self.render(value))</dd>\n"
    }
    content += "</dl>\n"
  }

  /// `rows` have one cell per column; the first is a link to `path`.
  mutating func table(caption: String, columns: [String], rows: [(path: String, cells: [JSONValue])]) {
    content += "<div class=\"scroll\"><table><caption>\(Self.escape(caption))</caption>\n<thead><tr>"
    for column in columns { content += "<th scope=\"col\">\(Self.escape(column))</th>" }
    content += "</tr></thead>\n<tbody>\n"
    for row in rows {
      content += "<tr>"
      for (at, cell) in row.cells.enumerated() {
        let text = Self.render(cell)
        content += at == 0 ? "<th scope=\"row\"><a href=\"\(reference(row.path))\">\(text)</a></th>" : "<td>\(text)</td>"
      }
      content += "</tr>\n"
    }
    content += "</tbody></table></div>\n"
  }

  var bytes: [UInt8] {
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(Self.escape(title)) · Lageplan</title>
      <link rel="stylesheet" href="\(reference("/assets/site.css"))">
      </head>
      <body>
      <a class="skip" href="#content">Skip to content</a>
      <header><a class="brand" href="\(reference("/?f=html"))">Lageplan</a>
      <nav aria-label="Main"><a href="\(reference("/map"))">Map</a>
      <a href="\(reference("/collections?f=html"))">Collections</a>
      <a href="\(reference("/api?f=html"))">API</a></nav></header>

      """
    if !breadcrumbs.isEmpty {
      page += "<nav class=\"breadcrumbs\" aria-label=\"Breadcrumbs\">"
      page += breadcrumbs.map { "<a href=\"\(reference($0.1))\">\(Self.escape($0.0))</a>" }.joined(separator: " › ")
      page += "</nav>\n"
    }
    page += "<main id=\"content\">\n<h1>\(Self.escape(title))</h1>\n\(content)</main>\n<footer>"
    page += alternates.map { "<a href=\"\(reference($0.1))\">\(Self.escape($0.0))</a>" }.joined(separator: " · ")
    page += "</footer>\n</body>\n</html>\n"
    return Array(page.utf8)
  }

  private static func render(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .text(let text):
      text.hasPrefix("http://") || text.hasPrefix("https://")
        ? "<a href=\"\(escape(text))\">\(escape(text))</a>" : escape(text)
    case .boolean, .integer, .real, .array, .object: escape(String(decoding: value.bytes, as: UTF8.self))
    }
  }

  static func escape(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
