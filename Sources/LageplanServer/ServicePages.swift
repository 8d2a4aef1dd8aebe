import LageplanFeatures

/// The pages of the service as a whole: the way in, what it conforms to, what programs may ask.
enum ServicePages {
  static func landing(_ descriptors: [CollectionDescriptor], _ links: Links) -> HtmlPage {
    var page = HtmlPage(title: "Lageplan", links)
    page.paragraph("Where every municipal object stands: features, vector tiles, nearness and tours.")
    page.list([
      ("The map", "/map", ""), ("Collections", "/collections?f=html", "features as table, GeoJSON and vector tiles"),
      ("The API", "/api?f=html", "OpenAPI 3.0"), ("Conformance", "/conformance?f=html", "OGC API Features"),
    ])
    page.alternates = [("This page as JSON", "/?f=json")]
    return page
  }

  static func conformance(_ classes: [String], _ links: Links) -> HtmlPage {
    var page = HtmlPage(title: "Conformance", breadcrumbs: [("Home", "/?f=html")], links)
    page.list(classes.map { ($0, $0, "") })
    page.alternates = [("This page as JSON", "/conformance?f=json")]
    return page
  }

  /// `document` is the OpenAPI description.
  static func api(_ document: JSONValue, _ links: Links) -> HtmlPage {
    var page = HtmlPage(title: "API", breadcrumbs: [("Home", "/?f=html")], links)
    page.paragraph("Every resource, its methods and parameters. The machine-readable description is linked at the foot.")
    if case .object(let paths)? = document["paths"] {
      for (path, operations) in paths {
        guard case .object(let methods) = operations else { continue }
        for (method, operation) in methods {
          page.heading("\(method.uppercased()) \(path)")
          if case .text(let summary)? = operation["summary"] { page.paragraph(summary) }
        }
      }
    }
    page.alternates = [("This page as OpenAPI 3.0", "/api?f=json")]
    return page
  }
}
