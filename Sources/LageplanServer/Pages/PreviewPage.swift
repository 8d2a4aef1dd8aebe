import LageplanFeatures
import LageplanGeometry
import LageplanTiles

/// The collection drawn from its tiles, with what one needs to judge them: zoom, borders of tiles, the attributes in a tile, the three
/// variants of the style side by side by a switch.
struct PreviewPage {
  var descriptor: CollectionDescriptor
  var variants: [StyleVariant]
  var links: Links

  func page() -> HtmlPage {
    let id = RequestQuery.encode(descriptor.id)
    var page = HtmlPage("Vorschau: \(descriptor.title)", in: .collections, links)
    page.breadcrumbs = [("Lageplan", "/"), ("Objektarten", "/collections"), (descriptor.title, "/collections/\(id)")]
    page.alternates = [
      .init(label: "Stil", path: "/styles/\(id)", mediaType: StylesController.mediaType),
      .init(label: "TileJSON", path: "/tiles/\(id).json", mediaType: "application/json"),
    ]
    page.scripts = ["preview.js"]
    page.content = """
      <form class='preview-tools'>
      <fieldset><legend>Darstellung</legend>
      \(variants.map(choice))</fieldset>
      <label><input type='checkbox' id='preview-borders'> Kachelgrenzen</label>
      <output id='preview-zoom' for='preview'></output>
      </form>
      <div id='preview' class='live' role='region' aria-label='Karte: \(descriptor.title)' data-collection='\(descriptor.id)' \
      data-bounds='\(bounds)'></div>
      <p id='preview-notice' role='status'></p>
      <section aria-labelledby='preview-title'>
      <h2 id='preview-title' tabindex='-1'>In der Kachel</h2>
      <div id='preview-attributes' aria-live='polite'>
      <p class='quiet'>Ein Objekt in der Karte anklicken zeigt, was die Kachel von ihm weiß. Alle Objekte stehen in der \
      <a href='\(links.local("/collections/\(id)/items"))'>Tabelle</a>.</p>
      </div>
      </section>

      """
    return page
  }

  private func choice(_ variant: StyleVariant) -> Html {
    """
    <label><input type='radio' name='variant' value='\(variant.suffix)'\(" checked", if: variant == .light)> \(variant.title)</label>

    """
  }

  /// West, south, east, north in degrees; empty while no feature has a place.
  private var bounds: String {
    guard let extent = descriptor.extent else { return "" }
    return "\(extent.minX),\(extent.minY),\(extent.maxX),\(extent.maxY)"
  }
}
