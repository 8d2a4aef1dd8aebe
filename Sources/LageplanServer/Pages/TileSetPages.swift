import LageplanFeatures
import LageplanGeometry
import LageplanTiles

/// The pages of the tile sets: in which grids the tiles of a collection, or of all, are there, and how programs ask for them.
enum TileSetPages {
  static func list(_ tileSets: [TileSet], at path: String, _ links: Links) -> HtmlPage {
    var page = HtmlPage(heading(tileSets.first), in: .collections, links)
    page.breadcrumbs = way(to: tileSets.first)
    page.alternates = [.init(label: "JSON", path: "\(path)?f=json", mediaType: "application/json")]
    let rows = tileSets.map { tileSet -> Html in
      let set = tileSet.tileMatrixSet
      return """
        <tr><th scope='row'><a href='\(links.local(tileSet.path))'>\(set.id)</a></th><td>\(set.crs.name)</td>\
        <td>\(levels(tileSet))</td><td>\(TileMatrixSetPages.purpose(of: set))</td></tr>

        """
    }
    page.content = """
      <p class='lead'>Vektorkacheln (Mapbox Vector Tiles 2.1) in \(GermanText.count(tileSets.count)) \
      <a href='\(links.local("/tileMatrixSets"))'>Kachelgittern</a>. Wo nichts anderes nötig ist, nimmt man WebMercatorQuad; wer \
      basemap.de in UTM darunterlegt, nimmt das AdV-Gitter seiner Zone.</p>
      \(actions(tileSets.first, links))\
      <div class='scroll' role='region' aria-label='Kachelsätze' tabindex='0'><table>
      <thead><tr><th scope='col'>Gitter</th><th scope='col'>Bezugssystem</th><th scope='col'>Stufen</th><th scope='col'>Zweck</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
    return page
  }

  static func one(_ tileSet: TileSet, _ links: Links) -> HtmlPage {
    let set = tileSet.tileMatrixSet
    let what = tileSet.origin == .dataset ? "Vektorkacheln" : tileSet.title
    var page = HtmlPage("\(what): \(set.id)", in: .collections, links)
    page.breadcrumbs = way(to: tileSet) + [("Vektorkacheln", listPath(of: tileSet))]
    page.alternates = [.init(label: "JSON", path: tileSet.address("f=json"), mediaType: "application/json")]
    if set == .webMercatorQuad {
      page.alternates.append(.init(label: "TileJSON", path: tileSet.address("f=tilejson"), mediaType: "application/json"))
    }
    page.content = """
      <p class='lead'>\(TileMatrixSetPages.purpose(of: set))</p>
      \(actions(tileSet, links))\
      <dl class='facts'>\(facts(tileSet, links).map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as Html })</dl>
      <h2>Für Programme</h2>
      <p>Adresse einer Kachel:</p>
      <p><code class='address'>\(links(tileSet.template))</code></p>
      \(xyz(tileSet, links))\
      <h2>Ebenen</h2>
      \(layers(tileSet, links))\(limits(tileSet))
      """
    return page
  }

  // MARK: - Pieces

  private static func heading(_ tileSet: TileSet?) -> String {
    guard let tileSet, tileSet.origin != .dataset else { return "Vektorkacheln" }
    return "\(tileSet.title): Vektorkacheln"
  }

  private static func way(to tileSet: TileSet?) -> [(label: String, path: String)] {
    guard let tileSet, case .collection(let id) = tileSet.origin else { return [("Lageplan", "/")] }
    return [("Lageplan", "/"), ("Objektarten", "/collections"), (tileSet.title, "/collections/\(id)")]
  }

  private static func listPath(of tileSet: TileSet) -> String {
    if case .collection(let id) = tileSet.origin { "/collections/\(id)/tiles" } else { "/tiles" }
  }

  /// To look at first, before one configures anything.
  private static func actions(_ tileSet: TileSet?, _ links: Links) -> Html {
    guard let tileSet, case .collection(let id) = tileSet.origin else { return .empty }
    return "<p class='actions'><a class='button' href='\(links.local("/preview/\(id)"))'>Vorschau</a></p>\n"
  }

  private static func levels(_ tileSet: TileSet) -> String {
    let drawn = tileSet.collections.compactMap { tileSet.matrices(of: $0) }
    guard let first = drawn.map(\.first).min(by: { $0.zoom < $1.zoom }),
      let last = drawn.map(\.last).max(by: { $0.zoom < $1.zoom })
    else { return "keine" }
    return "\(first.id) bis \(last.id)"
  }

  private static func facts(_ tileSet: TileSet, _ links: Links) -> [(String, Html)] {
    let set = tileSet.tileMatrixSet
    var facts: [(String, Html)] = [
      ("Kachelgitter", "<a href='\(links.local("/tileMatrixSets/\(set.id)"))'>\(set.id)</a>"),
      ("Bezugssystem", "\(set.crs.name)\(TileMatrixSetPages.systemName(set.crs))"), ("Stufen", "\(levels(tileSet))"),
      ("Format", "<code>\(TilesController.mediaType)</code>"),
    ]
    if let box = tileSet.extent {
      let decimals = set.crs == .crs84 ? 5 : 0
      func corner(_ x: Double, _ y: Double) -> String {
        "\(GermanText.real(x, decimals: decimals)) / \(GermanText.real(y, decimals: decimals))"
      }
      facts.append(("Ausdehnung", "\(corner(box.minX, box.minY)) bis \(corner(box.maxX, box.maxY))"))
    }
    let attribution = tileSet.distinct(\.attribution)
    if !attribution.isEmpty { facts.append(("Quelle", "\(attribution.joined(separator: " | "))")) }
    facts.append(("Stand", "Fassung \(GermanText.count(Int(tileSet.version)))"))
    return facts
  }

  /// The same tiles as map libraries and QGIS ask for them.
  private static func xyz(_ tileSet: TileSet, _ links: Links) -> Html {
    let query = tileSet.selection.map { "?\($0)" } ?? ""
    let template = links("\(tileSet.path)/{z}/{y}/{x}\(query)")
    guard tileSet.tileMatrixSet == .webMercatorQuad else {
      return "<p>In OpenLayers und Masterportal, mit diesem Gitter eingestellt: <code class='address'>\(template)</code></p>\n"
    }
    return """
      <p>In QGIS, MapLibre und OpenLayers: <code class='address'>\(template)</code></p>
      <p>Mit allem, was eine Karte wissen muss: <a href='\(links.local(tileSet.address("f=tilejson")))'>TileJSON 3.0.0</a></p>

      """
  }

  private static func layers(_ tileSet: TileSet, _ links: Links) -> Html {
    guard !tileSet.collections.isEmpty else { return ServicePages.noData }
    let rows = tileSet.collections.map { collection -> Html in
      let levels = tileSet.matrices(of: collection).map { "\($0.first.id) bis \($0.last.id)" } ?? "keine"
      return """
        <tr><th scope='row'><a href='\(links.local("/collections/\(collection.id)"))'>\(collection.id)</a></th>\
        <td>\(collection.title)</td><td>\(collection.geometryKind.map { GermanText.geometry($0.geoJSONName) } ?? "gemischt")</td>\
        <td>\(levels)</td><td>\(thinning(collection.tiles))</td></tr>

        """
    }
    return """
      <div class='scroll' role='region' aria-label='Ebenen' tabindex='0'><table>
      <thead><tr><th scope='col'>Ebene</th><th scope='col'>Titel</th><th scope='col'>Geometrie</th><th scope='col'>Stufen</th>\
      <th scope='col'>Ausdünnung</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
  }

  /// What happens where features stand too close.
  private static func thinning(_ settings: TileSettings) -> String {
    let kind =
      switch settings.grouping {
      case .representatives: "ein Objekt für mehrere"
      case .clusters: "zusammengefasst mit Anzahl"
      }
    guard let zoom = settings.thinBelow else { return "\(kind), nur in zu großen Kacheln" }
    return "\(kind), unter Zoomstufe \(zoom)"
  }

  private static func limits(_ tileSet: TileSet) -> Html {
    guard let limits = tileSet.limits, !limits.isEmpty else { return .empty }
    let rows = limits.map { limit -> Html in
      """
      <tr><th scope='row'>\(tileSet.tileMatrixSet.matrices[limit.matrix].id)</th>\
      <td>\(limit.rows.lowerBound) bis \(limit.rows.upperBound)</td><td>\(limit.columns.lowerBound) bis \(limit.columns.upperBound)</td></tr>

      """
    }
    return """
      <h2>Grenzen</h2>
      <p>Außerhalb dieser Zeilen und Spalten gibt es keine Kachel.</p>
      <div class='scroll' role='region' aria-label='Grenzen' tabindex='0'><table>
      <thead><tr><th scope='col'>Stufe</th><th scope='col'>Zeilen</th><th scope='col'>Spalten</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
  }
}
