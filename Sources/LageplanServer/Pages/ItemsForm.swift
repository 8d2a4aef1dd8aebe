import LageplanFeatures
import LageplanGeometry

/// The form above a list of features: search, a field for each property by its type, place and time, CQL2, order, frame.
///
/// A browser sends every field, empty ones too, and knows no intervals. ``cleaned(_:)`` turns that into the parameters of the API; the
/// address that a person then sees is the one a program would use.
struct ItemsForm {
  let descriptor: CollectionDescriptor
  let query: RequestQuery
  /// What was wrong with the request; told at the field of its parameter.
  let problem: Problem?
  let links: Links

  private static let from = "form-from"
  private static let to = "form-to"
  /// More fields than these help nobody; CQL2 reaches every property.
  private static let mostFields = 30
  private static let pageSizes = [20, 50, 100, 500, 1_000]
  static let defaultLimit = 50

  private static let frames: [(crs: CoordinateReferenceSystem, title: String)] = [
    (.crs84, "Länge, Breite (CRS84)"), (.wgs84, "Breite, Länge (EPSG:4326)"), (.utm32, "UTM Zone 32 (EPSG:25832)"),
    (.utm33, "UTM Zone 33 (EPSG:25833)"), (.webMercator, "Web-Mercator (EPSG:3857)"),
  ]

  /// The query without what a form left empty, the two days of the form as one interval; `nil` where it is that already.
  static func cleaned(_ query: RequestQuery) -> String? {
    let ends = [from, to].map { query[$0] ?? "" }
    guard query[from] != nil || query[to] != nil || query.parameters.contains(where: { $0.value.isEmpty }) else { return nil }
    var changes: [(String, String?)] = query.parameters.filter { $0.value.isEmpty }.map { ($0.name, nil) }
    changes += [(from, nil), (to, nil)]
    if ends.contains(where: { !$0.isEmpty }) {
      changes.append(("datetime", ends.map { $0.isEmpty ? ".." : $0 }.joined(separator: "/")))
    }
    return query.replacing(changes)
  }

  /// Not a filter, or shown elsewhere.
  private static let shaping: Set<String> = ["f", "limit", "after", "sortby", "crs", "bbox-crs", "filter-crs", "filter-lang"]

  private var properties: [PropertyDefinition] {
    Array(
      descriptor.schema.properties.filter { $0.kind != .json && !ItemsRequest.reserved.contains($0.name) }.prefix(Self.mostFields)
    )
  }

  private var path: String { links.local("/collections/\(descriptor.id)/items") }

  // MARK: - What is set

  /// The filters in force, each with a link that removes it.
  var chips: Html {
    let set = query.parameters.filter { !Self.shaping.contains($0.name) }
    guard !set.isEmpty else { return .empty }
    let entries = set.map { name, value -> Html in
      let label = Self.labels[name] ?? descriptor.schema[name]?.title ?? name
      let rest = query.replacing([(name, nil), ("after", nil), ("f", nil)])
      return """
        <li><span>\(label): \(value)</span> <a href='\(path)\(rest.isEmpty ? "" : "?")\(rest)' \
        aria-label='Filter \(label) entfernen'>×</a></li>

        """
    }
    return "<ul class='chips' aria-label='Filter, die gelten'>\(entries)</ul>\n"
  }

  private static let labels = [
    "q": "Suche", "bbox": "Ausschnitt", "datetime": "Zeit", "filter": "Bedingung", "asOf": "Stand", "near": "In der Nähe von",
    "by": "Nach Wegen mit", "radius": "Umkreis", "properties": "Spalten",
  ]

  // MARK: - The form

  var html: Html {
    let isOpen = problem != nil || query.parameters.contains { !["f", "limit", "after", "q"].contains($0.name) }
    return """
      \(faultSummary)<form class='filter' method='get' action='\(path)'>
      <div class='search'>\(field("q", "Suche in allen Texten", input("q", type: "search")))
      <button type='submit'>Suchen</button></div>
      <details\(" open", if: isOpen)><summary>Filtern, sortieren, Bezugssystem</summary>
      <fieldset><legend>Sachdaten</legend><div class='grid'>
      \(properties.map(propertyField))</div></fieldset>
      <fieldset><legend>Raum und Zeit</legend><div class='grid'>
      \(field("bbox", "Ausschnitt (West, Süd, Ost, Nord in Grad)", input("bbox", type: "text", hint: "10.7,52.4,10.8,52.5")))
      \(timeFields)\(field("asOf", "Stand der Daten am", input("asOf", type: "text", hint: "2026-12-01T06:30:00Z")))
      </div></fieldset>
      <fieldset><legend>Bedingung in CQL2</legend>
      \(field("filter", "Bedingung", filterArea))
      <p class='hint'>\(filterExamples)</p></fieldset>
      <fieldset><legend>Darstellung</legend><div class='grid'>
      \(field("sortby", "Reihenfolge", sortChoice))\(field("crs", "Bezugssystem der Koordinaten", crsChoice))\
      \(field("limit", "Objekte je Seite", limitChoice))</div></fieldset>
      <p class='actions'><button type='submit'>Anwenden</button> <a href='\(path)'>Alles zurücksetzen</a></p>
      </details>
      \(carried)</form>

      """
  }

  /// At the top, so that it is read first; it leads to the field.
  private var faultSummary: Html {
    guard let problem else { return .empty }
    let named = problem.parameter ?? ""
    let label = Self.labels[named] ?? descriptor.schema[named]?.title ?? named
    let place: Html = hasField(named) ? "<a href='#field-\(named)'>Zum Feld „\(label)“</a>" : .empty
    return """
      <div class='fault' role='alert'><p><strong>Diese Anfrage lässt sich nicht beantworten.</strong></p>
      <p>\(faultText)</p>\(place)</div>

      """
  }

  private func hasField(_ name: String) -> Bool {
    ["q", "bbox", "datetime", "asOf", "filter", "sortby", "crs", "limit"].contains(name)
      || properties.contains { $0.name == name }
  }

  /// What is wrong: in German where a value does not suit its property, else as programs are told it.
  private var faultText: Html {
    guard let problem else { return .empty }
    guard let property = problem.parameter.flatMap({ descriptor.schema[$0] }), problem.code == "invalid-parameter" else {
      return "<span lang='en'>\(problem.detail)</span>"
    }
    return "Hier wird gebraucht: \(GermanText.kind(property.kind))."
  }

  private func field(_ name: String, _ label: String, unit: String = "", _ control: Html) -> Html {
    let fault: Html =
      problem?.parameter == name ? "<p class='error' id='error-\(name)'>\(faultText)</p>" : .empty
    let shown: Html = unit.isEmpty ? .empty : " <span class='unit'>(\(unit))</span>"
    return "<div class='field'><label for='field-\(name)'>\(label)\(shown)</label>\(control)\(fault)</div>\n"
  }

  /// The attributes that every control has: identity, and the fault where it has one.
  private func attributes(_ name: String) -> Html {
    let fault: Html = problem?.parameter == name ? " aria-invalid='true' aria-describedby='error-\(name)'" : .empty
    return "id='field-\(name)' name='\(name)'\(fault)"
  }

  private func input(_ name: String, type: String, hint: String = "") -> Html {
    let placeholder: Html = hint.isEmpty ? .empty : " placeholder='\(hint)'"
    return "<input type='\(type)' \(attributes(name)) value='\(query[name] ?? "")'\(placeholder)>"
  }

  private func select(_ name: String, _ options: [(value: String, label: String)], chosen: String) -> Html {
    let entries = options.map {
      "<option value='\($0.value)'\(" selected", if: $0.value == chosen)>\($0.label)</option>" as Html
    }
    return "<select \(attributes(name))>\(entries)</select>"
  }

  private func propertyField(_ property: PropertyDefinition) -> Html {
    let chosen = query[property.name] ?? ""
    let control: Html
    if let values = property.enumeration, !values.isEmpty {
      control = select(property.name, [("", "alle")] + values.map { ($0, $0) }, chosen: chosen)
    } else {
      switch property.kind {
      case .boolean: control = select(property.name, [("", "alle"), ("true", "ja"), ("false", "nein")], chosen: chosen)
      // A number field would drop what is no number, and with it the fault that is to be told.
      case .integer: control = "<input inputmode='numeric' \(attributes(property.name)) value='\(chosen)'>"
      case .real: control = "<input inputmode='decimal' \(attributes(property.name)) value='\(chosen)'>"
      case .date: control = input(property.name, type: CalendarDate(iso: chosen) == nil && !chosen.isEmpty ? "text" : "date")
      case .dateTime: control = input(property.name, type: "text", hint: "2026-12-01T06:30:00Z")
      case .text, .json: control = input(property.name, type: "text")
      }
    }
    return field(property.name, property.title ?? property.name, unit: GermanText.unit(property.unit), control)
  }

  private var timeFields: Html {
    guard descriptor.schema.properties.contains(where: { $0.kind == .date || $0.kind == .dateTime }) else { return .empty }
    let text = query["datetime"] ?? ""
    let ends = text.split(separator: "/", omittingEmptySubsequences: false).map { $0 == ".." ? "" : String($0) }
    let (start, end) = (ends.first ?? "", ends.last ?? "")
    guard ends.count <= 2, [start, end].allSatisfy({ $0.isEmpty || CalendarDate(iso: $0) != nil }) else {
      return field("datetime", "Zeit", input("datetime", type: "text"))
    }
    // Both fields are the one parameter; the first bears its name in the page, so that a fault leads there.
    return """
      <div class='field'><label for='field-datetime'>Zeit von</label>\
      <input type='date' id='field-datetime' name='\(Self.from)' value='\(start)'></div>
      <div class='field'><label for='field-to'>Zeit bis</label>\
      <input type='date' id='field-to' name='\(Self.to)' value='\(end)'></div>

      """
  }

  private var filterArea: Html {
    "<textarea \(attributes("filter")) rows='2' spellcheck='false' autocapitalize='off'>\n\(query["filter"] ?? "")</textarea>"
  }

  /// Examples with this collection's own names.
  private var filterExamples: Html {
    var examples: [String] = []
    for property in descriptor.schema.properties {
      switch property.kind {
      case .text where !examples.contains { $0.contains("LIKE") } && property.enumeration == nil && property.reference == nil:
        examples.append("CASEI(\(Self.name(property))) LIKE CASEI('a%')")
      case .integer where !examples.contains { $0.contains(">") }, .real where !examples.contains { $0.contains(">") }:
        examples.append("\(Self.name(property)) > 10")
      case .date where !examples.contains { $0.contains("DATE") }:
        examples.append("\(Self.name(property)) < DATE('2020-01-01')")
      default: break
      }
    }
    if descriptor.geometryKind != nil { examples.append("S_DWITHIN(geometry, POINT(10.78 52.42), 200)") }
    return "Zum Beispiel: \(examples.prefix(4).map { "<code>\($0)</code>" as Html }.joined(by: " oder "))"
  }

  /// As CQL2 needs it: in double quotes unless it is a plain word.
  private static func name(_ property: PropertyDefinition) -> String {
    let isPlain =
      property.name.first?.isLetter == true && property.name.utf8.allSatisfy { $0 < 128 }
      && property.name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    return isPlain ? property.name : "\"\(property.name)\""
  }

  private var sortChoice: Html {
    let sortable = descriptor.schema.properties.filter { $0.kind != .json }
    let chosen = query["sortby"].map { $0.hasPrefix("+") || $0.hasPrefix(" ") ? String($0.dropFirst()) : $0 } ?? ""
    var options: [(value: String, label: String)] = [
      ("", "wie gespeichert"), ("id", "Kennung, aufsteigend"), ("-id", "Kennung, absteigend"),
    ]
    for property in sortable where property.name != "id" {
      let title = property.title ?? property.name
      options += [(property.name, "\(title), aufsteigend"), ("-\(property.name)", "\(title), absteigend")]
    }
    if !options.contains(where: { $0.value == chosen }) { options.append((chosen, chosen)) }
    return select("sortby", options, chosen: chosen)
  }

  private var crsChoice: Html {
    var options = Self.frames.map { (value: $0.crs == .crs84 ? "" : $0.crs.uri, label: $0.title) }
    if !Self.frames.contains(where: { $0.crs == descriptor.storageCrs }) {
      options.append((descriptor.storageCrs.uri, "wie gespeichert (\(descriptor.storageCrs.name))"))
    }
    let asked = query["crs"] ?? ""
    let chosen = CoordinateReferenceSystem(parsing: asked).map { $0 == .crs84 ? "" : $0.uri } ?? asked
    if !options.contains(where: { $0.value == chosen }) { options.append((chosen, chosen)) }
    return select("crs", options, chosen: chosen)
  }

  private var limitChoice: Html {
    let asked = query["limit"] ?? "\(Self.defaultLimit)"
    var sizes = Self.pageSizes.map(String.init)
    if !sizes.contains(asked) { sizes.append(asked) }
    return select("limit", sizes.map { ($0, $0) }, chosen: asked)
  }

  /// Parameters without a field go along, so that narrowing a question does not drop the rest of it.
  private var carried: Html {
    let dropped: Set = ["f", "after"]
    let others = query.parameters.filter { !hasField($0.name) && !dropped.contains($0.name) }
    return Html(others.map { "<input type='hidden' name='\($0.name)' value='\($0.value)'>\n" })
  }
}
