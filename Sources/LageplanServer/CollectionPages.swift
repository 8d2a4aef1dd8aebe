import LageplanFeatures

/// The pages of the collections and of what their features are made of.
enum CollectionPages {
  /// Which of the documents on properties a page shows (OGC 23-058r1; OGC 19-079r2, section 6.2).
  enum Properties: String {
    case schema
    case queryables
    case sortables
  }

  static func all(_ descriptors: [CollectionDescriptor], _ links: Links) -> HtmlPage {
    var page = HtmlPage(title: "Collections", breadcrumbs: [("Home", "/?f=html")], links)
    page.list(descriptors.map { ($0.title, "/collections/\($0.id)?f=html", "\($0.featureCount) features") })
    page.alternates = [("This page as JSON", "/collections?f=json")]
    return page
  }

  /// `document` is the collection as JSON.
  static func one(_ descriptor: CollectionDescriptor, _ document: JSONValue, _ links: Links) -> HtmlPage {
    let path = "/collections/\(descriptor.id)"
    var page = HtmlPage(
      title: descriptor.title, breadcrumbs: [("Home", "/?f=html"), ("Collections", "/collections?f=html")], links)
    if let description = descriptor.description { page.paragraph(description) }
    page.list([
      ("Features", "\(path)/items?f=html&limit=50", "\(descriptor.featureCount)"), ("Schema", "\(path)/schema?f=html", ""),
      ("Vector tiles", "/tiles/\(descriptor.id).json", "TileJSON"),
    ])
    if case .object(let members) = document { page.definitions(members.filter { $0.0 != "links" && $0.0 != "title" }) }
    page.alternates = [("This page as JSON", "\(path)?f=json")]
    return page
  }

  /// `document` is the JSON Schema at `/collections/{id}/{kind}`.
  static func properties(_ kind: Properties, _ document: JSONValue, of descriptor: CollectionDescriptor, _ links: Links)
    -> HtmlPage
  {
    let path = "/collections/\(descriptor.id)"
    var page = HtmlPage(
      title: "\(kind.rawValue.prefix(1).uppercased())\(kind.rawValue.dropFirst()) of \(descriptor.title)",
      breadcrumbs: [("Home", "/?f=html"), ("Collections", "/collections?f=html"), (descriptor.title, "\(path)?f=html")], links)
    if case .object(let properties)? = document["properties"] { page.definitions(properties) }
    page.alternates = [("This page as JSON Schema", "\(path)/\(kind.rawValue)?f=json")]
    return page
  }
}
