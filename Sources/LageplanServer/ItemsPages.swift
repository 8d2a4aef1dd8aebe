import LageplanFeatures

/// The pages of features, drawn from the GeoJSON that a program gets for the same request.
enum ItemsPages {
  /// A page of features as a table; `body` is the GeoJSON of the same request.
  static func list(_ body: [UInt8], of descriptor: CollectionDescriptor, query: RequestQuery, _ links: Links) throws
    -> HtmlPage
  {
    let document = try JSONValue(parsing: body, limits: .trusted)
    let path = "/collections/\(descriptor.id)"
    var page = HtmlPage(
      title: descriptor.title,
      breadcrumbs: [("Home", "/?f=html"), ("Collections", "/collections?f=html"), (descriptor.title, "\(path)?f=html")], links)
    let matched = document["numberMatched"]?.integer
    let features = document["features"]?.array ?? []
    page.paragraph(
      matched.map { "\(features.count) of \($0) features." } ?? "The nearest \(features.count) features; there may be more.")
    let names = features.first?["properties"]?.object?.map(\.key) ?? []
    let titles = names.map { descriptor.schema[$0]?.title ?? $0 }
    page.table(
      caption: descriptor.title, columns: ["Id"] + titles,
      rows: features.map { feature in
        let id = feature["id"]?.text ?? ""
        return (
          "\(path)/items/\(RequestQuery.encode(id))?f=html",
          [.text(id)] + names.map { feature["properties"]?[$0] ?? .null }
        )
      })
    let next = document["links"]?.array?.first { $0["rel"] == "next" }?["href"]?.text
    if let cursor = next.flatMap({ try? RequestQuery($0.split(separator: "?").last.map(String.init)) })?["after"] {
      page.list([("Next page", "\(path)/items?\(query.replacing([("f", "html"), ("after", cursor)]))", "")])
    }
    page.alternates = [("This page as GeoJSON", "\(path)/items?\(query.replacing([("f", "json")]))")]
    return page
  }

  /// One feature; `body` is its GeoJSON.
  static func feature(_ body: [UInt8], id: String, of descriptor: CollectionDescriptor, _ links: Links) throws -> HtmlPage {
    let document = try JSONValue(parsing: body, limits: .trusted)
    let path = "/collections/\(descriptor.id)"
    var page = HtmlPage(
      title: id,
      breadcrumbs: [
        ("Home", "/?f=html"), ("Collections", "/collections?f=html"), (descriptor.title, "\(path)?f=html"),
        ("Features", "\(path)/items?f=html&limit=50"),
      ], links)
    let members = document["properties"]?.object ?? []
    page.definitions(members.map { (descriptor.schema[$0.key]?.title ?? $0.key, $0.value) })
    let related = (document["links"]?.array ?? []).filter { $0["rel"] == "related" }
    if !related.isEmpty {
      page.heading("Belongs together")
      page.list(
        related.map { link in
          let address = link["href"]?.text ?? ""
          return (link["title"]?.text ?? address, address + (address.contains("?") ? "&" : "?") + "f=html", "")
        })
    }
    page.alternates = [("This page as GeoJSON", "\(path)/items/\(RequestQuery.encode(id))?f=json")]
    return page
  }
}
