import LageplanFeatures

/// Values of features as people read them: German numbers and days, units, links to what a value refers to.
struct ValueMarkup {
  let links: Links
  /// The clock by which moments are told.
  let townTime: TownTime
  /// Collections that may be linked to; a reference to another is plain text.
  let linkable: Set<String>

  /// `property` is `nil` for a value that the schema does not know, such as a distance.
  func html(_ value: JSONValue, _ property: PropertyDefinition?) -> Html {
    switch value {
    case .null: return "<span class='none'>–</span>"
    case .boolean(let isTrue): return isTrue ? "ja" : "nein"
    case .integer(let number):
      if let reference = reference(String(number), property) { return reference }
      let unit = GermanText.unit(property?.unit)
      // A year and a number of a house are no quantities: only what has a unit is grouped.
      return unit.isEmpty ? "\(String(number))" : "\(GermanText.count(Int(number)))\u{a0}\(unit)"
    case .real(let number):
      let unit = GermanText.unit(property?.unit)
      return unit.isEmpty ? "\(GermanText.real(number))" : "\(GermanText.real(number))\u{a0}\(unit)"
    case .text(let text): return html(text, property)
    case .array, .object: return "<code>\(value.json)</code>"
    }
  }

  private func html(_ text: String, _ property: PropertyDefinition?) -> Html {
    if let reference = reference(text, property) { return reference }
    switch property?.kind {
    case .date?:
      guard let day = CalendarDate(iso: text) else { return "\(text)" }
      return "<time datetime='\(text)'>\(GermanText.day(day))</time>"
    case .dateTime?:
      guard let instant = Instant(iso: text) else { return "\(text)" }
      return "<time datetime='\(text)'>\(GermanText.moment(instant, townTime))</time>"
    default:
      let isAddress = text.hasPrefix("https://") || text.hasPrefix("http://")
      return isAddress ? "<a href='\(text)' rel='noreferrer'>\(text)</a>" : "\(text)"
    }
  }

  private func reference(_ id: String, _ property: PropertyDefinition?) -> Html? {
    guard let collection = property?.reference, linkable.contains(collection) else { return nil }
    return "<a href='\(links.local("/collections/\(collection)/items/\(RequestQuery.encode(id))"))'>\(id)</a>"
  }
}
