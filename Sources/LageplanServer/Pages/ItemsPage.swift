import LageplanFeatures
import LageplanGeometry

/// A page of features: the form, the map, the table, the way to the next page and the same features in other formats.
struct ItemsPage {
  let descriptor: CollectionDescriptor
  let query: RequestQuery
  let values: ValueMarkup

  private var links: Links { values.links }
  private var path: String { "/collections/\(descriptor.id)/items" }
  private var crs: CoordinateReferenceSystem { query["crs"].flatMap { CoordinateReferenceSystem(parsing: $0) } ?? .crs84 }

  /// `body` is the GeoJSON of the same request.
  func page(_ body: [UInt8]) throws -> HtmlPage {
    let document = try JSONValue(parsing: body, limits: .trusted)
    let features = document["features"]?.array ?? []
    var page = frame
    page.scripts = ["pages.js"]
    let form = ItemsForm(descriptor: descriptor, query: query, problem: nil, links: links)
    page.content += form.html
    page.content += form.chips
    page.content += "<p class='count' role='status'>\(count(features.count, of: document))</p>\n"
    guard !features.isEmpty else { return page }
    let next = nextPage(document)
    let inDegrees = query.replacing([("f", "json"), ("crs", nil), ("limit", query["limit"] ?? "\(ItemsForm.defaultLimit)")])
    page.content += MapFigure(
      geometries: features.compactMap { $0["geometry"] }.filter { !$0.isNull }, crs: crs,
      description: "Karte: \(GermanText.objects(features.count)) dieser Seite. Dieselben stehen in der Tabelle.",
      source: links.local("\(path)?\(inDegrees)"), collection: descriptor.id
    ).html(links)
    page.content += table(features)
    page.content += paging(next)
    page.content += downloads
    return page
  }

  /// The form with what was wrong told at its field; the same address answers 200 once that is mended.
  func page(_ problem: Problem) -> HtmlPage {
    var page = frame
    let form = ItemsForm(descriptor: descriptor, query: query, problem: problem, links: links)
    page.content = form.html
    page.alternates = []
    return page
  }

  private var frame: HtmlPage {
    var page = HtmlPage(descriptor.title, in: .collections, links)
    page.breadcrumbs = [
      ("Lageplan", "/"), ("Objektarten", "/collections"), (descriptor.title, "/collections/\(descriptor.id)"),
    ]
    page.title = "\(descriptor.title): Objekte"
    page.alternates = [
      .init(label: "GeoJSON", path: "\(path)?\(query.replacing([("f", "json")]))", mediaType: "application/geo+json")
    ]
    return page
  }

  private func count(_ shown: Int, of document: JSONValue) -> Html {
    if let matched = document["numberMatched"]?.integer {
      if matched == 0 { return "Kein Objekt passt." }
      if shown == matched { return "\(GermanText.objects(shown))" }
      return "\(GermanText.count(shown)) von \(GermanText.objects(Int(matched))) auf dieser Seite"
    }
    return "\(GermanText.objects(shown)), nach Entfernung; es können mehr sein."
  }

  // MARK: - Table

  private func table(_ features: [JSONValue]) -> Html {
    let names = features.first?["properties"]?.object?.map(\.key) ?? []
    let head = names.map { name -> Html in
      let property = descriptor.schema[name]
      let unit = GermanText.unit(property?.unit)
      return heading(
        name, "\(property?.title ?? name)\(unit.isEmpty ? "" : " (\(unit))")",
        isSortable: property.map { $0.kind != .json } ?? false)
    }
    let isNumeric = names.map { name in descriptor.schema[name].map { $0.kind == .integer || $0.kind == .real } ?? true }
    let rows = features.map { feature -> Html in
      let id = feature["id"]?.text ?? ""
      let cells = zip(names, isNumeric).map { name, isNumeric -> Html in
        var property = descriptor.schema[name]
        property?.unit = nil  // it stands in the head of the column
        let value = feature["properties"]?[name] ?? .null
        return "<td\(" class='number'", if: isNumeric)>\(values.html(value, property))</td>"
      }
      return """
        <tr><th scope='row'><a href='\(links.local("\(path)/\(RequestQuery.encode(id))"))'>\(id)</a></th>\(cells)\
        <td>\(FeatureNaming.place(feature["geometry"], in: crs))</td></tr>

        """
    }
    return """
      <div class='scroll' role='region' aria-label='Tabelle \(descriptor.title)' tabindex='0'><table>
      <thead><tr>\(heading("id", "Kennung", isSortable: true))\(head)<th scope='col'>Ort (\(crs.name))</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
  }

  /// A column's name; where the collection can be ordered by it, a link that does, and turns the order round the second time.
  private func heading(_ name: String, _ title: String, isSortable: Bool) -> Html {
    guard isSortable else { return "<th scope='col'>\(title)</th>" }
    let current = query["sortby"].map { $0.hasPrefix("+") || $0.hasPrefix(" ") ? String($0.dropFirst()) : $0 }
    let isAscending = current == name
    let isDescending = current == "-" + name
    let wanted = query.replacing([("sortby", isAscending ? "-" + name : name), ("after", nil), ("f", nil)])
    let order: Html = isAscending ? " aria-sort='ascending'" : isDescending ? " aria-sort='descending'" : .empty
    let sign = isAscending ? " ▲" : isDescending ? " ▼" : ""
    return """
      <th scope='col'\(order)><a href='\(links.local("\(path)?\(wanted)"))'>\(title)<span aria-hidden='true'>\(sign)</span></a></th>
      """
  }

  // MARK: - Onwards

  /// The address of the following page, from the link that programs follow.
  private func nextPage(_ document: JSONValue) -> String? {
    guard let link = document["links"]?.array?.first(where: { $0["rel"] == "next" })?["href"]?.text,
      let question = link.firstIndex(of: "?"), let query = try? RequestQuery(String(link[link.index(after: question)...]))
    else { return nil }
    return links.local("\(path)?\(query.replacing([("f", nil)]))")
  }

  private func paging(_ next: String?) -> Html {
    let isFirst = query["after"] == nil
    guard next != nil || !isFirst else { return .empty }
    let start: Html =
      isFirst ? .empty : "<a href='\(links.local("\(path)?\(query.replacing([("after", nil), ("f", nil)]))"))'>Zum Anfang</a>\n"
    let onwards: Html = next.map { "<a rel='next' href='\($0)'>Nächste Seite</a>\n" } ?? .empty
    return "<nav class='paging' aria-label='Seiten'>\(start)\(onwards)</nav>\n"
  }

  private var downloads: Html {
    let formats = ItemFormat.offered(for: descriptor).filter { !$0.isPaged }
    let entries = formats.map { format -> Html in
      let frame = format.isAlwaysDegrees ? nil : query["crs"]
      let all = query.replacing([("f", format.name), ("limit", nil), ("after", nil), ("crs", frame)])
      return "<li><a href='\(links.local("\(path)?\(all)"))' type='\(format.mediaType)'>\(Self.title(format))</a></li>\n"
    }
    return "<section class='downloads'><h2>Herunterladen</h2><p>Alle Seiten, wie gefiltert:</p><ul>\(entries)</ul></section>\n"
  }

  private static func title(_ format: ItemFormat) -> String {
    switch format {
    case .geojson: "GeoJSON"
    case .html: "HTML"
    case .jsonfg: "JSON-FG"
    case .geojsonseq: "GeoJSON-Folge"
    case .ndjson: "JSON-Zeilen"
    case .csv: "CSV"
    case .flatgeobuf: "FlatGeobuf"
    case .geopackage: "GeoPackage"
    case .gpx: "GPX"
    case .kml: "KML"
    case .xlsx: "Excel"
    }
  }
}
