import LageplanFeatures

/// The way in, and what the service conforms to.
enum ServicePages {
  static func landing(_ descriptors: [CollectionDescriptor], _ links: Links) -> HtmlPage {
    var page = HtmlPage("Lageplan", links)
    page.alternates = [.init(label: "JSON", path: "/?f=json", mediaType: "application/json")]
    let features = descriptors.reduce(0) { $0 + $1.featureCount }
    page.content = """
      <p class='lead'>Wo alles steht: \(GermanText.objects(features)) in \(GermanText.count(descriptors.count)) \
      \(descriptors.count == 1 ? "Objektart" : "Objektarten"), als Karte, als Tabelle und als offene Schnittstelle.</p>
      <p class='actions'><a class='button' href='\(links.local("/map"))'>Karte öffnen</a> \
      <a class='button' href='\(links.local("/collections"))'>Alle Objektarten</a></p>
      <h2>Objektarten</h2>
      \(descriptors.isEmpty ? noData : CollectionPages.cards(descriptors, links))\
      <h2>Für Programme</h2>
      <p>QGIS, GDAL, Masterportal und alles, was OGC API Features spricht, nimmt diese Adresse:</p>
      <p><code class='address'>\(links("/"))</code></p>
      <ul class='entries'>
      <li><a href='\(links.local("/api"))'>Schnittstelle</a> <span class='quiet'>jede Anfrage mit ihren Parametern, OpenAPI 3.0</span></li>
      <li><a href='\(links.local("/conformance"))'>Konformität</a> <span class='quiet'>welche Teile der Standards gelten</span></li>
      <li><a href='\(links.local("/functions"))'>Funktionen</a> <span class='quiet'>was Filter außer CQL2 aufrufen können</span></li>
      <li><a href='\(links.local("/tiles"))'>Vektorkacheln</a> <span class='quiet'>in WebMercator und in den UTM-Gittern der AdV</span></li>
      <li><a href='\(links.local("/tileMatrixSets"))'>Kachelgitter</a> <span class='quiet'>Ursprung, Maßstäbe und Größe der Kacheln</span></li>
      <li><a href='\(links.local("/styles"))'>Kartenstile</a> <span class='quiet'>MapLibre, auch für QGIS</span></li>
      </ul>

      """
    return page
  }

  static let noData: Html = """
    <p>Dieser Server hat noch keine Objektart. Mit <code>lageplan import</code> oder <code>lageplan demo</code> kommen Daten hinein.</p>

    """

  /// The conformance classes, by standard.
  static func conformance(_ classes: [String], _ links: Links) -> HtmlPage {
    var page = HtmlPage("Konformität", in: .api, links)
    page.breadcrumbs = [("Lageplan", "/")]
    page.alternates = [.init(label: "JSON", path: "/conformance?f=json", mediaType: "application/json")]
    page.content = "<p>Diese Teile der Standards der OGC erfüllt der Dienst.</p>\n"
    var standards: [(name: String, classes: [String])] = []
    for uri in classes {
      // http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core
      let pieces = uri.split(separator: "/").map(String.init)
      let name = pieces.count > 4 ? "\(pieces[3])/\(pieces[4])" : uri
      if let at = standards.firstIndex(where: { $0.name == name }) {
        standards[at].classes.append(uri)
      } else {
        standards.append((name, [uri]))
      }
    }
    for standard in standards {
      let entries = standard.classes.map { uri in
        "<li>\(uri.split(separator: "/").last ?? "") <code class='quiet'>\(uri)</code></li>\n" as Html
      }
      page.content += "<h2>\(title(standard.name))</h2>\n<ul class='entries'>\(entries)</ul>\n"
    }
    return page
  }

  /// What filters may call.
  static func functions(_ functions: [FilterFunction], _ links: Links) -> HtmlPage {
    var page = HtmlPage("Funktionen für Filter", in: .api, links)
    page.breadcrumbs = [("Lageplan", "/")]
    page.alternates = [.init(label: "JSON", path: "/functions?f=json", mediaType: "application/json")]
    page.content = "<p>Außer dem, was CQL2 selbst hat, kann ein Filter aufrufen:</p>\n"
    for function in functions {
      let arguments = function.arguments.map {
        "<dt><code>\($0.title)</code></dt><dd lang='en'>\($0.description)</dd>\n" as Html
      }
      page.content += """
        <h2><code>\(function.name)(\(function.arguments.map(\.title).joined(separator: ", ")))</code></h2>
        <p lang='en'>\(function.description)</p>
        <dl>\(arguments)</dl>

        """
    }
    return page
  }

  private static func title(_ standard: String) -> String {
    let titles = [
      "ogcapi-common-1/1.0": "OGC API Common, Teil 1: Core", "ogcapi-common-2/1.0": "OGC API Common, Teil 2: Geospatial Data",
      "ogcapi-features-1/1.0": "OGC API Features, Teil 1: Core",
      "ogcapi-features-2/1.0": "OGC API Features, Teil 2: Bezugssysteme",
      "ogcapi-features-3/1.0": "OGC API Features, Teil 3: Filter",
      "ogcapi-features-4/1.0": "OGC API Features, Teil 4: Bearbeiten",
      "ogcapi-features-5/1.0": "OGC API Features, Teil 5: Schemata", "cql2/1.0": "CQL2: Sprache der Bedingungen",
      "json-fg-1/1.0": "JSON-FG", "ogcapi-tiles-1/1.0": "OGC API Tiles, Teil 1: Core",
      "tms/2.0": "Kachelgitter und Kachelsätze (2D Tile Matrix Set), 2.0",
    ]
    return titles[standard] ?? standard
  }
}
