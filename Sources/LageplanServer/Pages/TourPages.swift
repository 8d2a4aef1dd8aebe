import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanStore

/// The pages of tour plans: which there are, and who goes where when.
struct TourPages {
  let townTime: TownTime
  let links: Links

  // MARK: All

  func list(_ entries: [TourEntry], next: String?) -> HtmlPage {
    var page = HtmlPage("Tourenpläne", in: .tours, links)
    page.breadcrumbs = [("Lageplan", "/")]
    page.alternates = [.init(label: "JSON", path: "/tours?f=json", mediaType: "application/json")]
    guard !entries.isEmpty else {
      page.content = """
        <p>Hier steht kein Tourenplan, den Sie sehen dürfen. Pläne entstehen auf der <a href='\(links.local("/map"))'>Karte</a> und bleiben, wenn sie
        gespeichert werden.</p>

        """
      return page
    }
    let rows = entries.compactMap { entry in (entry.record.released ?? entry.record.versions.last).map { row(entry, $0) } }
    page.content = table("Tourenpläne", ["Plan", "Erster Tag", "Fassung", "Stand", "Touren", "Halte", "Offen", "Weg"], rows)
    if let next { page.content += "<p><a href='\(links.local("/tours?\(next)"))' rel='next'>Ältere Pläne</a></p>\n" }
    return page
  }

  private func row(_ entry: TourEntry, _ version: TourPlanVersion) -> Html {
    """
    <tr><th scope='row'><a href='\(links.local(entry.path))'>\(Self.title(entry))</a></th><td>\(day(entry.record.day))</td>\
    <td>\(version.number)</td><td>\(Self.word(version.status))</td>\(cells(version.figures))</tr>

    """
  }

  private func cells(_ figures: TourPlanFigures?) -> Html {
    guard let figures else { return "<td></td><td></td><td></td><td></td>" }
    return "<td>\(figures.tours)</td><td>\(figures.stops)</td><td>\(figures.leftOut)</td><td>\(Self.way(figures.metres))</td>"
  }

  // MARK: One

  /// `plan` is `nil` where the version has none, or none yet.
  func one(_ entry: TourEntry, _ version: TourPlanVersion, _ plan: TourPlan?) -> HtmlPage {
    var page = HtmlPage(Self.title(entry), in: .tours, links)
    page.breadcrumbs = [("Lageplan", "/"), ("Tourenpläne", "/tours")]
    let own = "\(entry.path)?version=\(version.number)"
    page.alternates = [.init(label: "JSON", path: "\(own)&f=json", mediaType: TourFormat.json.mediaType)]
    page.content = """
      <dl>
      <dt>Stand</dt><dd>\(Self.word(version.status))</dd>
      <dt>Fassung</dt><dd>\(version.number), \(GermanText.moment(version.created, townTime))</dd>
      \(facts(version.figures))</dl>

      """
    if let plan {
      page.content += downloads(own)
      page.content += Html(plan.routes.filter { !$0.stops.isEmpty }.map { route($0, of: plan, own) })
      page.content += absent(of: plan)
      page.content += unassigned(of: plan)
    } else if version.status == .planning {
      page.content += "<p>Der Plan wird noch berechnet. Laden Sie die Seite in einigen Sekunden neu.</p>\n"
    } else {
      page.content += "<p>Zu dieser Fassung gibt es keinen Plan.</p>\n"
    }
    page.content += versions(entry, shown: version.number)
    return page
  }

  private func facts(_ figures: TourPlanFigures?) -> Html {
    guard let figures else { return .empty }
    return """
      <dt>Touren</dt><dd>\(figures.tours) mit \(figures.stops) \(figures.stops == 1 ? "Halt" : "Halten")</dd>
      <dt>Weg</dt><dd>\(Self.way(figures.metres)), \(Self.span(figures.seconds))</dd>
      <dt>Nicht verplant</dt><dd>\(GermanText.objects(figures.leftOut))</dd>

      """
  }

  private func downloads(_ own: String) -> Html {
    let formats = TourFormat.allCases.filter { $0 != .json && $0 != .html }
    let entries = formats.map { format in
      "<a href='\(links.local("\(own)&f=\(format.rawValue)"))' type='\(format.mediaType)'>\(format.label)</a>" as Html
    }
    return "<p>Mitnehmen als \(entries.joined(by: " · "))</p>\n"
  }

  private func route(_ route: TourPlan.Route, of plan: TourPlan, _ own: String) -> Html {
    let part = "\(own)&inspector=\(RequestQuery.encode(route.inspector))&day=\(route.day.iso)"
    func pauses(_ count: Int) -> [Html] { route.breaks.filter { $0.afterStops == count }.map(row(of:)) }
    let rows = pauses(0) + route.stops.enumerated().flatMap { [row($1, number: $0 + 1, of: plan)] + pauses($0 + 1) }
    return """
      <h2>\(plan.title(of: route)), \(day(route.day))</h2>
      <p>\(clock(route.departure)) bis \(clock(route.arrival)) Uhr, \(Self.way(route.metres)) in \(Self.span(route.seconds)). \
      <a href='\(links.local("\(part)&f=html"))'>Nur diese Tour</a></p>
      \(table("Tour von \(plan.title(of: route))", ["Nr.", "Ankunft", "Beginn", "Weiter", "Objekte", "Warum dann"], rows))
      """
  }

  private func row(of pause: TourPlan.Pause) -> Html {
    """
    <tr><th scope='row'></th><td></td><td>\(clock(pause.begin))</td><td>\(clock(pause.end))</td><td>Pause</td><td></td></tr>

    """
  }

  private func row(_ stop: TourPlan.Stop, number: Int, of plan: TourPlan) -> Html {
    let visits = stop.visits.map { visit -> Html in
      let address = "/collections/\(visit.feature.collection)/items/\(RequestQuery.encode(visit.feature.id))"
      return "<a href='\(links.local(address))'>\(visit.name ?? visit.feature.id)</a>"
    }
    let others = plan.companions(at: stop)
    let companions: Html = others.isEmpty ? .empty : " mit \(others)"
    return """
      <tr><th scope='row'>\(number)</th><td>\(clock(stop.arrival))</td><td>\(clock(stop.begin))</td><td>\(clock(stop.departure))</td>\
      <td>\(visits.joined(by: ", "))\(companions)</td><td>\(stop.reason?.german ?? "")</td></tr>

      """
  }

  private func absent(of plan: TourPlan) -> Html {
    guard !plan.absent.isEmpty else { return .empty }
    let entries = plan.absent.map { absence -> Html in
      let when: Html = absence.day.map { " (\(day($0)))" } ?? .empty
      return "\(plan.title(ofInspector: absence.inspector))\(when)"
    }
    return "<p>Abwesend: \(entries.joined(by: ", "))</p>\n"
  }

  private func unassigned(of plan: TourPlan) -> Html {
    guard !plan.unassigned.isEmpty else { return .empty }
    let rows = plan.unassigned.map { entry -> Html in
      let obstacles = entry.obstacles.map { obstacle -> Html in
        let who = plan.title(ofInspector: obstacle.inspector)
        let when: Html = plan.hasSeveralDays ? ", \(day(obstacle.day))" : .empty
        return "<li>\(who)\(when): \(obstacle.message.german)</li>"
      }
      let list: Html = obstacles.isEmpty ? .empty : "<ul class='plain'>\(obstacles)</ul>"
      return """
        <tr><th scope='row'>\(entry.visit.name ?? entry.feature.description)</th><td>\(entry.message.german)\(list)</td></tr>

        """
    }
    return "<h2>Nicht verplant</h2>\n\(table("Nicht verplant", ["Objekt", "Grund"], rows))"
  }

  private func versions(_ entry: TourEntry, shown: Int) -> Html {
    guard entry.record.versions.count > 1 else { return .empty }
    let rows = entry.record.versions.reversed().map { version -> Html in
      let link: Html =
        version.number == shown
        ? "\(version.number)" : "<a href='\(links.local("\(entry.path)?version=\(version.number)"))'>\(version.number)</a>"
      return """
        <tr><th scope='row'>\(link)</th><td>\(GermanText.moment(version.created, townTime))</td><td>\(Self.word(version.status))</td>\
        \(cells(version.figures))</tr>

        """
    }
    return "<h2>Fassungen</h2>\n\(table("Fassungen", ["Fassung", "Wann", "Stand", "Touren", "Halte", "Offen", "Weg"], rows))"
  }

  // MARK: Pieces

  private func table(_ label: String, _ heads: [String], _ rows: [Html]) -> Html {
    """
    <div class='scroll' role='region' aria-label='\(label)' tabindex='0'><table>
    <thead><tr>\(heads.map { "<th scope='col'>\($0)</th>" as Html })</tr></thead>
    <tbody>
    \(rows)</tbody></table></div>

    """
  }

  private func day(_ day: CalendarDate) -> String { GermanText.day(day) }

  private func clock(_ instant: Instant) -> String {
    let minute = townTime.timeOfDay(of: instant).value / 60
    return "\(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
  }

  private static func way(_ metres: Int) -> String { "\(GermanText.real(Double(metres) / 1000, decimals: 1)) km" }

  private static func span(_ seconds: Int) -> String {
    let minutes = (seconds + 30) / 60
    return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
  }

  private static func title(_ entry: TourEntry) -> String {
    entry.record.title ?? "Tourenplan \(GermanText.day(entry.record.day))"
  }

  static func word(_ status: TourPlanStatus) -> String {
    switch status {
    case .planning: "wird berechnet"
    case .draft: "Entwurf"
    case .released: "freigegeben"
    case .superseded: "abgelöst"
    case .failed: "gescheitert"
    case .cancelled: "abgebrochen"
    }
  }
}
