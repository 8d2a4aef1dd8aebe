import LageplanFeatures
import LageplanTiles

/// The page of an archive: what it is, a map of it, and how programs use it.
struct ArchivePage {
  let archive: TileArchive
  let name: String

  func page(_ links: Links) -> HtmlPage {
    var page = HtmlPage(archive.title, links)
    page.isOfArchive = true
    page.alternates = [.init(label: "JSON", path: "/?f=json", mediaType: "application/json")]
    let tileJson = "/tiles/\(name).json"
    if isVector { page.scripts = ["archive.js"] }
    page.content = """
      <p class='lead'>Kacheln aus einem Archiv (\(archive.format == .pmtiles ? "PMTiles" : "MBTiles")), Zoom \
      \(archive.zooms.lowerBound) bis \(archive.zooms.upperBound): der Stand, zu dem das Archiv geschrieben wurde.</p>
      \(isVector ? map(links, tileJson) : .empty)\
      \(layers)<h2>Für Programme</h2>
      <p>MapLibre, QGIS und GDAL nehmen diese Adresse (TileJSON):</p>
      <p><a href='\(links.local(tileJson))'><code class='address'>\(links(tileJson))</code></a></p>
      \(attribution)
      """
    return page
  }

  private var isVector: Bool { archive.tileType == .mvt }

  private func map(_ links: Links, _ tileJson: String) -> Html {
    """
    <figure class='map'><div class='live' role='region' aria-label='Karte' data-tiles='\(links.local(tileJson))'></div>
    <noscript><p>Die Karte braucht JavaScript.</p></noscript></figure>

    """
  }

  private var layers: Html {
    guard let layers = archive.metadata["vector_layers"]?.array, !layers.isEmpty else { return .empty }
    let entries = layers.map { layer in
      let fields = layer["fields"]?.object?.map(\.key).joined(separator: ", ") ?? ""
      return "<li><strong>\(layer["id"]?.text ?? "")</strong> <span class='quiet'>\(fields)</span></li>\n" as Html
    }
    return "<h2>Ebenen</h2>\n<ul class='entries'>\(entries)</ul>\n"
  }

  private var attribution: Html {
    guard let text = archive.metadata["attribution"]?.text, !text.isEmpty else { return .empty }
    return "<p class='quiet'>Quelle: \(text)</p>\n"
  }
}
