import LageplanFeatures

/// The states that a feature has had, each with what changed in it.
struct VersionsPage {
  let descriptor: CollectionDescriptor
  let id: String
  let values: ValueMarkup

  /// `document` is the list at `…/items/{id}/versions`, the newest first.
  func page(_ document: JSONValue) -> HtmlPage {
    let collection = "/collections/\(descriptor.id)"
    let item = "\(collection)/items/\(RequestQuery.encode(id))"
    let versions = document["versions"]?.array ?? []
    let name = versions.compactMap { $0["feature"] }.first { !$0.isNull }.map(FeatureNaming.title) ?? id
    var page = HtmlPage("\(name): Fassungen", in: .collections, values.links)
    page.breadcrumbs = [
      ("Lageplan", "/"), ("Objektarten", "/collections"), (descriptor.title, collection), ("Objekte", "\(collection)/items"),
      (name, item),
    ]
    page.alternates = [.init(label: "JSON", path: "\(item)/versions?f=json", mediaType: "application/json")]
    let showsActors = versions.contains { $0["actor"] != nil }
    let rows = versions.indices.map { at in
      row(versions[at], before: at + 1 < versions.count ? versions[at + 1]["feature"] : nil, item: item, showsActors)
    }
    page.content = """
      <p>Jede Änderung mit dem, was sie änderte; die neueste zuerst.</p>
      <div class='scroll' role='region' aria-label='Fassungen' tabindex='0'><table>
      <thead><tr><th scope='col'>Fassung</th><th scope='col'>Wann</th>\("<th scope='col'>Wer</th>", if: showsActors)\
      <th scope='col'>Was</th><th scope='col'>Änderungen</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
    if let next = document["links"]?.array?.first(where: { $0["rel"] == "next" })?["href"]?.text {
      page.content += "<p><a href='\(next)' rel='next'>Ältere Fassungen</a></p>\n"
    }
    return page
  }

  private func row(_ version: JSONValue, before: JSONValue?, item: String, _ showsActors: Bool) -> Html {
    let number = version["version"]?.integer.map(String.init) ?? ""
    let at = version["at"]?.text ?? ""
    let moment = Instant(iso: at).map { GermanText.moment($0, values.townTime) } ?? at
    let isThere = version["feature"].map { !$0.isNull } ?? false
    let link: Html = isThere ? "<a href='\(values.links.local("\(item)/versions/\(number)"))'>\(number)</a>" : "\(number)"
    let actor: Html = showsActors ? "<td>\(version["actor"]?.text ?? "ohne Anmeldung")</td>" : .empty
    return """
      <tr><th scope='row'>\(link)</th><td><time datetime='\(at)'>\(moment)</time></td>\(actor)\
      <td>\(Self.word(version["operation"]?.text))</td><td>\(changes(version["feature"], before))</td></tr>

      """
  }

  private func changes(_ now: JSONValue?, _ before: JSONValue?) -> Html {
    guard let now, let before, !now.isNull, !before.isNull else { return .empty }
    var entries: [Html] = []
    for (name, value) in now["properties"]?.object ?? [] {
      let old = before["properties"]?[name] ?? .null
      guard old != value else { continue }
      let property = descriptor.schema[name]
      entries.append("<li>\(property?.title ?? name): \(values.html(old, property)) → \(values.html(value, property))</li>")
    }
    if now["geometry"] != before["geometry"] { entries.append("<li>Lage geändert</li>") }
    return entries.isEmpty ? "<span class='none'>nichts</span>" : "<ul class='plain'>\(entries)</ul>"
  }

  private static func word(_ operation: String?) -> String {
    switch operation {
    case "insert": "angelegt"
    case "update", "replace": "geändert"
    case "delete": "gelöscht"
    case let other?: other
    case nil: ""
    }
  }
}
