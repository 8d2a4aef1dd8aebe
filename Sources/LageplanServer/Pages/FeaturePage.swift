import LageplanFeatures
import LageplanGeometry

/// One feature: where it is, what is known of it, what belongs to it.
struct FeaturePage {
  let descriptor: CollectionDescriptor
  /// The frame of the coordinates in the body.
  let crs: CoordinateReferenceSystem
  let values: ValueMarkup

  /// `body` is the GeoJSON of the same request.
  func page(_ body: [UInt8], id: String) throws -> HtmlPage {
    let feature = try JSONValue(parsing: body, limits: .trusted)
    let links = values.links
    let collection = "/collections/\(descriptor.id)"
    let path = "\(collection)/items/\(RequestQuery.encode(id))"
    var page = HtmlPage(FeatureNaming.title(feature), in: .collections, links)
    page.breadcrumbs = [
      ("Lageplan", "/"), ("Objektarten", "/collections"), (descriptor.title, collection), ("Objekte", "\(collection)/items"),
    ]
    page.alternates = [.init(label: "GeoJSON", path: "\(path)?f=json", mediaType: "application/geo+json")]
    page.scripts = ["pages.js"]
    page.content += "<p class='kind'>\(descriptor.title) · <code>\(id)</code></p>\n"
    page.content += "<div class='beside'>\n\(facts(feature))"
    if let geometry = feature["geometry"], !geometry.isNull {
      page.content += MapFigure(
        geometries: [geometry], crs: crs, description: "Karte: \(page.title)",
        caption: """
          <a href='\(links.local("/map"))#item=\(RequestQuery.encode(descriptor.id))/\(RequestQuery.encode(id))'>\
          In der großen Karte zeigen</a>
          """, source: links.local("\(path)?f=json"), collection: descriptor.id
      ).html(links)
    }
    page.content += "</div>\n"
    page.content += "<p><a href='\(links.local("\(path)/versions"))'>Frühere Fassungen</a></p>\n"
    page.content += related(feature)
    return page
  }

  private func facts(_ feature: JSONValue) -> Html {
    let entries = (feature["properties"]?.object ?? []).map { name, value -> Html in
      let property = descriptor.schema[name]
      return "<div><dt>\(property?.title ?? name)</dt><dd>\(values.html(value, property))</dd></div>\n"
    }
    return """
      <dl class='facts'>\(entries)<div><dt>Ort (\(crs.name))</dt>\
      <dd>\(FeatureNaming.place(feature["geometry"], in: crs))</dd></div>
      </dl>

      """
  }

  /// The lists of what names this feature; what it names itself is linked where it stands.
  private func related(_ feature: JSONValue) -> Html {
    let lists = (feature["links"]?.array ?? []).filter { $0["rel"] == "related" && $0["href"]?.text?.contains("/items?") == true }
    guard !lists.isEmpty else { return .empty }
    let entries = lists.map { link -> Html in
      let address = link["href"]?.text ?? ""
      return "<li><a href='\(values.links.local(address))'>\(link["title"]?.text ?? address)</a></li>\n"
    }
    return "<h2>Dazu gehören</h2>\n<ul class='entries'>\(entries)</ul>\n"
  }
}
