import LageplanExchange
import LageplanFeatures
import LageplanStore

/// The pages of the sources: where collections come from, and what became of the last runs.
struct SourcePages {
  let townTime: TownTime
  let links: Links

  func list(_ sources: [StoredSource]) -> HtmlPage {
    var page = HtmlPage("Quellen", links)
    page.breadcrumbs = [("Lageplan", "/")]
    page.alternates = [.init(label: "JSON", path: "/sources?f=json", mediaType: "application/json")]
    guard !sources.isEmpty else {
      page.content = "<p>Es gibt noch keine Quelle. Angelegt wird sie mit <code>lageplan sources add</code>.</p>\n"
      return page
    }
    let head = heads(["Quelle", "Objektart", "Art", "Zuletzt", "Ergebnis", "Nächster Lauf"])
    page.content = table("Quellen", head, sources.map(row))
    return page
  }

  private func row(_ source: StoredSource) -> Html {
    let report = SourceReport(source.lastReport)
    let result = [source.lastStatus.map(word), report.reason ?? report.summary].compactMap(\.self).joined(separator: ": ")
    return """
      <tr><th scope='row'><a href='\(links.local("/sources/\(source.id)"))'>\(source.id)</a></th>\
      <td><a href='\(links.local("/collections/\(source.collection)"))'>\(source.collection)</a></td><td>\(source.kind)</td>\
      <td>\(source.lastRun.map(moment) ?? "noch nie")</td><td>\(result)</td><td>\(next(source))</td></tr>

      """
  }

  func one(_ source: StoredSource, _ runs: [SourceRun]) -> HtmlPage {
    var page = HtmlPage("Quelle \(source.id)", links)
    page.breadcrumbs = [("Lageplan", "/"), ("Quellen", "/sources")]
    page.alternates = [.init(label: "JSON", path: "/sources/\(source.id)?f=json", mediaType: "application/json")]
    page.content = """
      <dl>
      <dt>Objektart</dt><dd><a href='\(links.local("/collections/\(source.collection)"))'>\(source.collection)</a></dd>
      <dt>Art</dt><dd>\(source.kind)</dd>
      <dt>Adresse</dt><dd><code>\(SourceRequest.withoutPassword(source.address))</code></dd>
      <dt>Abstand</dt><dd>\(Interval(minutes: source.intervalMinutes).description)</dd>
      <dt>Nächster Lauf</dt><dd>\(next(source))</dd>
      <dt>Einstellungen</dt><dd><code>\(source.settings)</code></dd>
      </dl>
      <h2>Läufe</h2>

      """
    guard !runs.isEmpty else {
      page.content += "<p>Die Quelle ist noch nicht gelaufen.</p>\n"
      return page
    }
    page.content += table("Läufe", heads(["Beginn", "Ende", "Ergebnis", "Bericht", "Warnungen", "Abgewiesen"]), runs.map(row))
    return page
  }

  private func row(_ run: SourceRun) -> Html {
    let report = SourceReport(run.report)
    let warnings = (report.taken?["warnings"]?.array ?? []).compactMap(\.text).prefix(20).map { "<li>\($0)</li>" as Html }
    let rejected = (report.taken?["rejectedRows"]?.array ?? []).prefix(20).map { row -> Html in
      let place = row["line"]?.integer.map { "Zeile \($0)" } ?? row["feature"]?.integer.map { "Objekt \($0)" } ?? ""
      return "<li>\(place): \(row["reason"]?.text ?? "")</li>"
    }
    return """
      <tr><th scope='row'>\(moment(run.started))</th><td>\(moment(run.ended))</td><td>\(word(run.status))</td>\
      <td>\(report.reason ?? report.summary ?? "")</td><td>\(list(warnings))</td><td>\(list(rejected))</td></tr>

      """
  }

  // MARK: Pieces

  private func table(_ label: String, _ head: Html, _ rows: [Html]) -> Html {
    """
    <div class='scroll' role='region' aria-label='\(label)' tabindex='0'><table>
    <thead><tr>\(head)</tr></thead>
    <tbody>
    \(rows)</tbody></table></div>

    """
  }

  private func heads(_ names: [String]) -> Html { Html(names.map { "<th scope='col'>\($0)</th>" as Html }) }

  private func list(_ entries: [Html]) -> Html { entries.isEmpty ? .empty : "<ul class='plain'>\(entries)</ul>" }

  private func moment(_ instant: Instant) -> String { GermanText.moment(instant, townTime) }

  private func word(_ status: String) -> String {
    switch SourceRunner.Status(rawValue: status) {
    case .ok?: "gelungen"
    case .unchanged?: "unverändert"
    case .refused?: "nicht übernommen"
    case .failed?: "gescheitert"
    case nil: status
    }
  }

  private func next(_ source: StoredSource) -> String {
    guard source.isEnabled else { return "ausgeschaltet" }
    return source.lastRun == nil ? "sobald möglich" : source.nextRun.map(moment) ?? ""
  }
}
