import LageplanFeatures

/// What the features of a collection are made of, by what may be filtered, and by what may be ordered: one page with three views.
struct PropertiesPage {
  /// Which of the documents a page shows (OGC 23-058r1 for all three).
  enum Kind: String, CaseIterable {
    case schema
    case queryables
    case sortables

    var title: String {
      switch self {
      case .schema: "Aufbau"
      case .queryables: "Filterbar"
      case .sortables: "Sortierbar"
      }
    }

    var note: String {
      switch self {
      case .schema: "Sachdaten mit Typ, Einheit und Werten"
      case .queryables: "Sachdaten, nach denen gefiltert werden kann"
      case .sortables: "Sachdaten, nach denen geordnet werden kann"
      }
    }
  }

  let kind: Kind
  let descriptor: CollectionDescriptor
  /// Collections that may be linked to.
  let linkable: Set<String>
  let links: Links

  /// `document` is the JSON Schema at `/collections/{id}/{kind}`.
  func page(_ document: JSONValue) -> HtmlPage {
    let path = "/collections/\(descriptor.id)"
    var page = HtmlPage("\(descriptor.title): \(kind.title)", in: .collections, links)
    page.breadcrumbs = [("Lageplan", "/"), ("Objektarten", "/collections"), (descriptor.title, path)]
    page.alternates = [
      .init(label: "JSON Schema", path: "\(path)/\(kind.rawValue)?f=json", mediaType: "application/schema+json")
    ]
    let views = Kind.allCases.map {
      "<li><a href='\(links.local("\(path)/\($0.rawValue)"))'\(" aria-current='page'", if: $0 == kind)>\($0.title)</a></li>"
        as Html
    }
    page.content = """
      <nav aria-label='Ansichten'><ul class='tabs'>\(views)</ul></nav>
      <p>\(kind.note).</p>
      <div class='scroll' role='region' aria-label='\(kind.title)' tabindex='0'><table>
      <thead><tr><th scope='col'>Name</th><th scope='col'>Titel</th><th scope='col'>Typ</th><th scope='col'>Einheit</th>\
      <th scope='col'>Werte</th><th scope='col'>Beschreibung</th></tr></thead>
      <tbody>
      \((document["properties"]?.object ?? []).map(row))</tbody></table></div>

      """
    return page
  }

  private func row(name: String, definition: JSONValue) -> Html {
    let unit = GermanText.unit(definition["x-ogc-unit"]?.text)
    let values = (definition["enum"]?.array ?? []).map { "<li>\($0.text ?? $0.json)</li>" as Html }
    return """
      <tr><th scope='row'><code>\(name)</code></th><td>\(definition["title"]?.text ?? "")</td><td>\(type(definition))</td>\
      <td>\(unit)</td><td>\(values.isEmpty ? .empty : "<ul class='plain'>\(values)</ul>" as Html)</td>\
      <td>\(definition["description"]?.text ?? "")</td></tr>

      """
  }

  private func type(_ definition: JSONValue) -> Html {
    if let collection = definition["x-ogc-collectionId"]?.text {
      return linkable.contains(collection)
        ? "Verweis auf <a href='\(links.local("/collections/\(collection)"))'>\(collection)</a>" : "Verweis auf \(collection)"
    }
    if definition["x-ogc-role"] == "id" { return "Kennung" }
    if let format = definition["format"]?.text, format.hasPrefix("geometry-") {
      return "Geometrie: \(GermanText.geometry(String(format.dropFirst("geometry-".count))))"
    }
    switch (definition["type"]?.text, definition["format"]?.text) {
    case ("string", "date"): return "\(GermanText.kind(.date))"
    case ("string", "date-time"): return "\(GermanText.kind(.dateTime))"
    case ("string", _): return "\(GermanText.kind(.text))"
    case ("integer", _): return "\(GermanText.kind(.integer))"
    case ("number", _): return "\(GermanText.kind(.real))"
    case ("boolean", _): return "\(GermanText.kind(.boolean))"
    default: return "\(GermanText.kind(.json))"
    }
  }
}
