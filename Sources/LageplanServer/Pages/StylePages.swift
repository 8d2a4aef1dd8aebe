import LageplanFeatures
import LageplanTiles

/// The styles for people: where each is, and how it looks.
enum StylePages {
  static func list(_ entries: [StylesController.Entry], _ links: Links) -> HtmlPage {
    var page = HtmlPage("Kartenstile", in: .api, links)
    page.breadcrumbs = [("Lageplan", "/")]
    page.alternates = [.init(label: "JSON", path: "/styles?f=json", mediaType: "application/json")]
    let rows = entries.map { entry -> Html in
      let preview = entry.preview.map { "<a href='\(links.local($0))' aria-label='\(entry.title) ansehen'>ansehen</a>" as Html }
      return """
        <tr><th scope='row'>\(entry.title)</th><td><a href='\(links.local(StylesController.Entry.path(entry.id)))'>\
        <code>\(links(StylesController.Entry.path(entry.id)))</code></a></td><td>\(preview ?? "")</td></tr>

        """
    }
    page.content = """
      <p>Jeder Stil ist eine Datei für MapLibre, QGIS und Masterportal. Die Enden <code>-dark</code> und <code>-contrast</code> \
      geben ihn für die Nacht und mit hohem Kontrast.</p>
      <div class='scroll' tabindex='0' role='region' aria-label='Kartenstile'><table>
      <thead><tr><th scope='col'>Stil</th><th scope='col'>Adresse</th><th scope='col'>Vorschau</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
    return page
  }
}
