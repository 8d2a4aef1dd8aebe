import LageplanFeatures

/// Every resource with its methods, parameters and answers, drawn from the OpenAPI description that programs read.
struct ApiPage {
  /// The OpenAPI description, self-contained.
  let document: JSONValue
  let links: Links

  private struct Endpoint {
    var method: String
    var path: String
    var description: JSONValue
  }

  func page() -> HtmlPage {
    var page = HtmlPage("Schnittstelle", in: .api, links)
    page.breadcrumbs = [("Lageplan", "/")]
    page.alternates = [
      .init(label: "OpenAPI 3.0", path: "/api?f=json", mediaType: "application/vnd.oai.openapi+json;version=3.0")
    ]
    let groups = groups
    let entries = groups.enumerated().map { "<li><a href='#gruppe-\($0)'>\($1.title)</a></li>" as Html }
    page.content = """
      <p>Jede Adresse mit ihren Methoden und Parametern. Die Beschreibungen sind englisch, wie die Antworten für Programme.</p>
      <nav aria-label='Gruppen'><ul class='tabs'>\(entries)</ul></nav>

      """
    for (at, group) in groups.enumerated() {
      page.content += "<h2 id='gruppe-\(at)'>\(group.title)</h2>\n"
      for endpoint in group.endpoints { page.content += html(endpoint) }
    }
    return page
  }

  /// The endpoints by their first tag, in the order of the document.
  private var groups: [(title: String, endpoints: [Endpoint])] {
    var result: [(title: String, endpoints: [Endpoint])] = []
    for (path, methods) in document["paths"]?.object ?? [] {
      for (method, description) in methods.object ?? [] where description["responses"] != nil {
        let title = description["tags"]?[0]?.text ?? "Service"
        let endpoint = Endpoint(method: method.uppercased(), path: path, description: description)
        if let at = result.firstIndex(where: { $0.title == title }) {
          result[at].endpoints.append(endpoint)
        } else {
          result.append((title, [endpoint]))
        }
      }
    }
    return result
  }

  private func html(_ endpoint: Endpoint) -> Html {
    let parameters = (endpoint.description["parameters"]?.array ?? []).map(resolved)
    let isOpenable = endpoint.method == "GET" && !endpoint.path.contains("{")
    let open: Html = isOpenable ? "<p><a href='\(links.local(endpoint.path))'>Öffnen</a></p>" : .empty
    return """
      <details class='endpoint'><summary><span class='method \(endpoint.method.lowercased())'>\(endpoint.method)</span> \
      <code>\(endpoint.path)</code> <span class='quiet' lang='en'>\(endpoint.description["summary"]?.text ?? "")</span></summary>
      \(table(parameters, of: endpoint))\(bodies(endpoint))\(answers(endpoint))\(open)
      </details>

      """
  }

  private func table(_ parameters: [JSONValue], of endpoint: Endpoint) -> Html {
    guard !parameters.isEmpty else { return .empty }
    let rows = parameters.map { parameter -> Html in
      """
      <tr><th scope='row'><code>\(parameter["name"]?.text ?? "")</code>\(" (nötig)", if: parameter["required"] == true)</th>\
      <td>\(Self.place(parameter["in"]?.text))</td><td>\(Self.type(resolved(parameter["schema"] ?? .null)))</td>\
      <td lang='en'>\(parameter["description"]?.text ?? "")</td></tr>

      """
    }
    return """
      <div class='scroll' role='region' aria-label='Parameter von \(endpoint.method) \(endpoint.path)' tabindex='0'><table>
      <thead><tr><th scope='col'>Parameter</th><th scope='col'>Wo</th><th scope='col'>Typ</th><th scope='col'>Bedeutung</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>

      """
  }

  private func bodies(_ endpoint: Endpoint) -> Html {
    guard let body = endpoint.description["requestBody"].map(resolved), let content = body["content"]?.object else {
      return .empty
    }
    return "<p>Inhalt der Anfrage: \(content.map { "<code>\($0.key)</code>" as Html }.joined(by: ", "))</p>\n"
  }

  private func answers(_ endpoint: Endpoint) -> Html {
    let answers = (endpoint.description["responses"]?.object ?? []).map { status, reference -> Html in
      let answer = resolved(reference)
      let types = (answer["content"]?.object ?? []).map { "<code>\($0.key)</code>" as Html }.joined(by: ", ")
      return "<li><strong>\(status)</strong> <span lang='en'>\(answer["description"]?.text ?? "")</span> \(types)</li>\n"
    }
    return "<p>Antworten:</p><ul class='plain'>\(answers)</ul>\n"
  }

  /// What a local reference stands for; references to elsewhere do not occur.
  private func resolved(_ value: JSONValue) -> JSONValue {
    guard let reference = value["$ref"]?.text, reference.hasPrefix("#/") else { return value }
    return reference.dropFirst(2).split(separator: "/").reduce(document) { $0[String($1)] ?? .null }
  }

  private static func place(_ text: String?) -> String {
    switch text {
    case "path": "Pfad"
    case "query": "Frage"
    case "header": "Kopf"
    default: text ?? ""
    }
  }

  private static func type(_ schema: JSONValue) -> Html {
    var words = [schema["type"]?.text ?? "", schema["format"]?.text ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    let bounds = [schema["minimum"], schema["maximum"]].map { $0?.number.map { GermanText.real($0) } }
    if bounds.contains(where: { $0 != nil }) { words += ", \(bounds[0] ?? "…") bis \(bounds[1] ?? "…")" }
    let values = (schema["enum"]?.array ?? []).map { $0.text ?? $0.json }
    return values.isEmpty ? "\(words)" : "\(words): \(values.joined(separator: ", "))"
  }
}
