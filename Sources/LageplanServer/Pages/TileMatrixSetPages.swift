import LageplanFeatures
import LageplanGeometry
import LageplanTiles

/// The pages of the tile matrix sets: which grids there are, and the levels of each.
enum TileMatrixSetPages {
  static func all(_ links: Links) -> HtmlPage {
    var page = HtmlPage("Kachelgitter", in: .api, links)
    page.breadcrumbs = [("Lageplan", "/")]
    page.alternates = [.init(label: "JSON", path: "/tileMatrixSets?f=json", mediaType: "application/json")]
    let entries = TileMatrixSet.all.map { set -> Html in
      """
      <li><h3><a href='\(links.local("/tileMatrixSets/\(set.id)"))'>\(set.id)</a></h3>
      <p>\(purpose(of: set))</p>
      <p class='quiet'>\(set.crs.name)\(systemName(set.crs)) · Stufen \(set.matrices.first?.id ?? "") bis \(set.matrices.last?.id ?? "")</p></li>

      """
    }
    page.content = """
      <p class='lead'>In diesen Gittern werden Vektorkacheln geliefert. Eine Kachel ist durch Gitter, Stufe, Zeile und Spalte bestimmt; \
      Zeilen zählen von Norden, Spalten von Westen.</p>
      <ul class='cards'>
      \(entries)</ul>
      <p>Kacheln aller Objektarten zusammen: <a href='\(links.local("/tiles"))'>Vektorkacheln</a>.</p>

      """
    return page
  }

  static func one(_ set: TileMatrixSet, _ links: Links) -> HtmlPage {
    var page = HtmlPage(set.id, in: .api, links)
    page.breadcrumbs = [("Lageplan", "/"), ("Kachelgitter", "/tileMatrixSets")]
    page.alternates = [.init(label: "JSON", path: "/tileMatrixSets/\(set.id)?f=json", mediaType: "application/json")]
    let box = set.boundingBox
    let decimals = set.crs == .crs84 ? 0 : 2
    var facts: [(String, Html)] = [
      ("Bezugssystem", "\(set.crs.name)\(systemName(set.crs))"),
      (
        "Ursprung",
        "\(GermanText.real(box.minX, decimals: decimals)) / \(GermanText.real(box.maxY, decimals: decimals)) (links oben)"
      ),
      ("Gegenecke", "\(GermanText.real(box.maxX, decimals: decimals)) / \(GermanText.real(box.minY, decimals: decimals))"),
    ]
    if let uri = set.uri { facts.append(("Registriert als", "<code>\(uri)</code>")) }
    page.content = """
      <p class='lead'>\(purpose(of: set))</p>
      <dl class='facts'>\(facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as Html })</dl>
      <h2>Stufen</h2>
      <div class='scroll' role='region' aria-label='Stufen' tabindex='0'><table>
      <thead><tr><th scope='col'>Stufe</th><th scope='col'>Maßstab</th><th scope='col'>\(unit(of: set)) je Bildpunkt</th>\
      <th scope='col'>Spalten</th><th scope='col'>Zeilen</th><th scope='col'>Kachel</th></tr></thead>
      <tbody>
      \(set.matrices.map(row))</tbody></table></div>
      <p class='quiet'>Maßstäbe gelten für Bildpunkte von 0,28 mm.</p>

      """
    return page
  }

  private static func row(_ matrix: TileMatrix) -> Html {
    """
    <tr><th scope='row'>\(matrix.id)</th><td>1 : \(GermanText.real(matrix.scaleDenominator, decimals: 0))</td>\
    <td>\(GermanText.real(matrix.cellSize))</td><td>\(GermanText.count(matrix.matrixWidth))</td>\
    <td>\(GermanText.count(matrix.matrixHeight))</td><td>\(matrix.tileWidth) × \(matrix.tileHeight)</td></tr>

    """
  }

  /// What people take the set for.
  static func purpose(of set: TileMatrixSet) -> String {
    switch set.crs {
    case .webMercator: "Das Gitter der Webkarten: MapLibre, OpenStreetMap, Google."
    case .utm32: "Das Gitter der Landesvermessungen in UTM-Zone 32: Kacheln liegen genau auf basemap.de."
    case .utm33: "Das Gitter der Landesvermessungen in UTM-Zone 33 (im Osten): Kacheln liegen genau auf basemap.de."
    case .crs84: "Die Welt in Längen- und Breitengraden."
    default: set.title
    }
  }

  static func systemName(_ crs: CoordinateReferenceSystem) -> Html {
    guard let info = try? crs.info() else { return .empty }
    return " <span class='quiet'>\(info.name)</span>"
  }

  private static func unit(of set: TileMatrixSet) -> String { set.crs == .crs84 ? "Grad" : "Meter" }
}
