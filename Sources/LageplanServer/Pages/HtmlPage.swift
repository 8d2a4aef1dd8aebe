import LageplanFeatures

/// The frame that all pages for people share: head, way in, way back, content, the other spellings of the same resource.
///
/// The pages speak German, as the people they are for; JSON and its problems speak English. No inline script, no inline style, no
/// other host: the strict content security policy of all pages holds. Every page works without a script; scripts only add to it.
struct HtmlPage {
  /// The entries of the main navigation.
  enum Section: CaseIterable {
    case map, collections, tours, api

    fileprivate var label: String {
      switch self {
      case .map: "Karte"
      case .collections: "Objektarten"
      case .tours: "Touren"
      case .api: "Schnittstelle"
      }
    }

    fileprivate var path: String {
      switch self {
      case .map: "/map"
      case .collections: "/collections"
      case .tours: "/tours"
      case .api: "/api"
      }
    }
  }

  /// Another spelling of the same resource.
  struct Alternate {
    var label: String
    var path: String
    var mediaType: String
  }

  var title: String
  /// Where in the navigation the page stands.
  var section: Section?
  /// The way back up, as (label, path).
  var breadcrumbs: [(label: String, path: String)] = []
  var alternates: [Alternate] = []
  /// Modules of `/assets` that add to the page.
  var scripts: [String] = []
  /// What search engines read (schema.org); a block of data, never run.
  var linkedData: JSONValue?
  /// The service has an archive of tiles and nothing else: then there is nothing to navigate to.
  var isOfArchive = false
  /// What follows the heading.
  var content = Html.empty
  let links: Links

  static let mediaType = "text/html; charset=utf-8"
  static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    + "worker-src 'self' blob:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

  init(_ title: String, in section: Section? = nil, _ links: Links) {
    self.title = title
    self.section = section
    self.links = links
  }

  var bytes: [UInt8] { Array(document.markup.utf8) }

  private var document: Html {
    """
    <!DOCTYPE html>
    <html lang='de'>
    <head>
    <meta charset='utf-8'>
    <meta name='viewport' content='width=device-width, initial-scale=1'>
    <meta name='color-scheme' content='light dark'>
    <title>\(title)\(" · Lageplan", if: title != "Lageplan")</title>
    <link rel='icon' href='\(links.local("/assets/lageplan.svg"))' type='image/svg+xml'>
    <link rel='stylesheet' href='\(links.local("/assets/site.css"))'>
    \(alternates.map { "<link rel='alternate' type='\($0.mediaType)' href='\(links.local($0.path))'>\n" as Html })\
    \(scripts.map { "<script type='module' src='\(links.local("/assets/\($0)"))'></script>\n" as Html })\
    \(linkedDataBlock)</head>
    <body>
    <a class='skip' href='#content'>Zum Inhalt springen</a>
    <header class='bar'>
    <a class='brand' href='\(links.local("/"))'><img src='\(links.local("/assets/lageplan.svg"))' alt='' width='26' height='26'>Lageplan</a>
    \(isOfArchive ? .empty : "<nav aria-label='Hauptnavigation'>\(Section.allCases.map(entry))</nav>\n" as Html)\
    </header>
    \(way)<main id='content' tabindex='-1'>
    <h1>\(title)</h1>
    \(content)</main>
    <footer class='foot'>
    \(otherSpellings)<p>\("<a href='\(links.local("/conformance"))'>Konformität</a> ", if: !isOfArchive)\
    <a href='\(links.local("/assets/THIRD-PARTY-NOTICES.txt"))'>Lizenzen</a></p>
    </footer>
    </body>
    </html>

    """
  }

  private func entry(_ entry: Section) -> Html {
    "<a href='\(links.local(entry.path))'\(" aria-current='true'", if: entry == section)>\(entry.label)</a>\n"
  }

  private var way: Html {
    guard !breadcrumbs.isEmpty else { return .empty }
    let steps = breadcrumbs.map { "<li><a href='\(links.local($0.path))'>\($0.label)</a></li>\n" as Html }
    return "<nav class='way' aria-label='Sie sind hier'><ol>\(steps)<li aria-current='page'>\(title)</li></ol></nav>\n"
  }

  private var otherSpellings: Html {
    guard !alternates.isEmpty else { return .empty }
    let entries = alternates.map { "<a href='\(links.local($0.path))' type='\($0.mediaType)'>\($0.label)</a>" as Html }
    return "<p>Diese Seite für Programme: \(entries.joined(by: " "))</p>\n"
  }

  private var linkedDataBlock: Html {
    guard let linkedData else { return .empty }
    return "<script type='application/ld+json'>\(Html(data: linkedData))</script>\n"
  }
}

extension Links {
  /// The path of one of our own resources as pages link to it: without scheme and host, so that a page works under whichever name it
  /// was opened. Also takes our own absolute links; an address elsewhere stays as it is.
  func local(_ address: String) -> String {
    if address.hasPrefix("/") { return prefix + address }
    guard !base.isEmpty, address.hasPrefix(base + "/") else { return address }
    return prefix + address.dropFirst(base.count)
  }
}
