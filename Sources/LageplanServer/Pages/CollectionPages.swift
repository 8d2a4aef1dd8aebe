import LageplanFeatures
import LageplanGeometry

/// The pages of the collections: which there are, and what each is.
enum CollectionPages {
  static func all(_ descriptors: [CollectionDescriptor], _ links: Links) -> HtmlPage {
    var page = HtmlPage("Objektarten", in: .collections, links)
    page.breadcrumbs = [("Lageplan", "/")]
    page.alternates = [.init(label: "JSON", path: "/collections?f=json", mediaType: "application/json")]
    page.content = descriptors.isEmpty ? ServicePages.noData : cards(descriptors, links)
    return page
  }

  /// A card each, with what one does first: look at the table, look at the map.
  static func cards(_ descriptors: [CollectionDescriptor], _ links: Links) -> Html {
    let entries = descriptors.map { descriptor -> Html in
      let path = "/collections/\(descriptor.id)"
      let about: Html = descriptor.description.map { "<p>\($0)</p>" } ?? .empty
      return """
        <li><h3><a href='\(links.local(path))'>\(descriptor.title)</a></h3>\(about)
        <p class='quiet'>\(GermanText.objects(descriptor.featureCount)) · \
        \(descriptor.geometryKind.map { GermanText.geometry($0.geoJSONName) } ?? "gemischt")\
        \(" · nicht öffentlich", if: !descriptor.isPublic)</p>
        <p><a href='\(links.local("\(path)/items"))' aria-label='\(descriptor.title) als Tabelle'>Tabelle</a> \
        <a href='\(map(descriptor, links))' aria-label='\(descriptor.title) auf der Karte'>Karte</a></p></li>

        """
    }
    return "<ul class='cards'>\n\(entries)</ul>\n"
  }

  /// `document` is the collection as JSON.
  static func one(_ descriptor: CollectionDescriptor, _ document: JSONValue, _ links: Links) -> HtmlPage {
    let path = "/collections/\(descriptor.id)"
    var page = HtmlPage(descriptor.title, in: .collections, links)
    page.breadcrumbs = [("Lageplan", "/"), ("Objektarten", "/collections")]
    page.alternates = [.init(label: "JSON", path: "\(path)?f=json", mediaType: "application/json")]
    page.scripts = ["pages.js"]
    page.linkedData = dataset(descriptor, links)
    if let description = descriptor.description { page.content += "<p class='lead'>\(description)</p>\n" }
    page.content += """
      <p class='actions'><a class='button' href='\(links.local("\(path)/items"))'>Objekte als Tabelle</a> \
      <a class='button' href='\(map(descriptor, links))'>Auf der Karte</a></p>
      <div class='beside'>
      \(facts(descriptor, document))\(extent(descriptor, links))</div>
      <h2>Für Programme</h2>
      <p>In QGIS, GDAL und Masterportal genügt die Adresse des Dienstes: <code>\(links("/"))</code></p>
      <ul class='entries'>
      \(PropertiesPage.Kind.allCases.map { kind in
        "<li><a href='\(links.local("\(path)/\(kind.rawValue)"))'>\(kind.title)</a> <span class='quiet'>\(kind.note)</span></li>\n" as Html
      })<li><a href='\(links.local("\(path)/tiles"))'>Vektorkacheln</a> \
      <span class='quiet'>in mehreren Kachelgittern, Zoomstufen \(descriptor.minZoom) bis \(descriptor.maxZoom)</span></li>
      </ul>

      """
    return page
  }

  /// The map page with the collection in its list.
  private static func map(_ descriptor: CollectionDescriptor, _ links: Links) -> String {
    links.local("/map") + "#&list=\(RequestQuery.encode(descriptor.id))"
  }

  private static func facts(_ descriptor: CollectionDescriptor, _ document: JSONValue) -> Html {
    var facts: [(String, Html)] = [
      ("Kennung", "<code>\(descriptor.id)</code>"),
      ("Umfang", "\(GermanText.objects(descriptor.featureCount))"),
      ("Geometrie", "\(descriptor.geometryKind.map { GermanText.geometry($0.geoJSONName) } ?? "gemischt")"),
      ("Gespeichert in", "\(descriptor.storageCrs.name)\(systemName(descriptor.storageCrs))"),
    ]
    if let time = descriptor.temporalExtent { facts.append(("Zeitraum", "\(moment(time.start)) bis \(moment(time.end))")) }
    if let licence = descriptor.licence {
      facts.append(
        ("Lizenz", licence.hasPrefix("http") ? "<a href='\(licence)' rel='license noreferrer'>\(licence)</a>" : "\(licence)"))
    }
    if let attribution = descriptor.attribution { facts.append(("Quelle", "\(attribution)")) }
    if !descriptor.keywords.isEmpty { facts.append(("Stichworte", "\(descriptor.keywords.joined(separator: ", "))")) }
    facts.append(("Stand", "Fassung \(GermanText.count(Int(descriptor.dataVersion)))"))
    let rows = facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as Html }
    return "<dl class='facts'>\(rows)</dl>\n"
  }

  private static func systemName(_ crs: CoordinateReferenceSystem) -> Html {
    guard let info = try? crs.info() else { return .empty }
    return " <span class='quiet'>\(info.name)</span>"
  }

  /// ISO 8601 to the day.
  private static func moment(_ text: String) -> String {
    CalendarDate(iso: text.prefix(10)).map(GermanText.day) ?? text
  }

  /// The rectangle in which all of it lies.
  private static func extent(_ descriptor: CollectionDescriptor, _ links: Links) -> Html {
    guard let box = descriptor.extent else { return .empty }
    func degrees(_ number: Double) -> String { GermanText.real(number, decimals: 4) + "°" }
    let corners = [(box.minX, box.minY), (box.maxX, box.minY), (box.maxX, box.maxY), (box.minX, box.maxY), (box.minX, box.minY)]
    let ring = JSONValue.array(corners.map { [.real($0.0), .real($0.1)] })
    return MapFigure(
      geometries: [["type": "Polygon", "coordinates": [ring]]], crs: .crs84,
      description: "Karte: Ausdehnung von \(descriptor.title)",
      caption: """
        Ausdehnung: \(degrees(box.minX)) bis \(degrees(box.maxX)) Ost, \(degrees(box.minY)) bis \(degrees(box.maxY)) Nord
        """, collection: descriptor.id
    ).html(links)
  }

  /// What search engines for data read (schema.org/Dataset).
  private static func dataset(_ descriptor: CollectionDescriptor, _ links: Links) -> JSONValue {
    let path = "/collections/\(descriptor.id)"
    var members: [(key: String, value: JSONValue)] = [
      ("@context", "https://schema.org/"), ("@type", "Dataset"), ("name", .text(descriptor.title)), ("url", .text(links(path))),
      ("description", .text(descriptor.description ?? "\(descriptor.title) mit Lage und Sachdaten")),
    ]
    if !descriptor.keywords.isEmpty { members.append(("keywords", .array(descriptor.keywords.map { .text($0) }))) }
    if let licence = descriptor.licence { members.append(("license", .text(licence))) }
    if let time = descriptor.temporalExtent { members.append(("temporalCoverage", .text("\(time.start)/\(time.end)"))) }
    if let box = descriptor.extent {
      let shape: JSONValue = ["@type": "GeoShape", "box": .text("\(box.minY) \(box.minX) \(box.maxY) \(box.maxX)")]
      members.append(("spatialCoverage", ["@type": "Place", "geo": shape]))
    }
    members.append(
      (
        "distribution",
        [["@type": "DataDownload", "encodingFormat": "application/geo+json", "contentUrl": .text(links("\(path)/items?f=json"))]]
      ))
    return .object(members)
  }
}
