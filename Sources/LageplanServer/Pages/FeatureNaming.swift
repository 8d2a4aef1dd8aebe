import LageplanFeatures
import LageplanGeometry

/// What people call a feature, and how they write where it is.
enum FeatureNaming {
  /// Names of properties that name a feature, best first; the map page looks for the same.
  private static let naming = [
    "name", "title", "bezeichnung", "designation", "species", "art", "baumart", "kind", "type", "number",
  ]

  /// The value of the best naming property; the id where there is none.
  static func title(_ feature: JSONValue) -> String {
    let id = feature["id"]?.text ?? ""
    let properties = feature["properties"]?.object ?? []
    for name in naming {
      guard let value = properties.first(where: { $0.key.lowercased() == name })?.value else { continue }
      if let text = value.text, !text.isEmpty { return text }
      if let number = value.integer { return String(number) }
    }
    return id
  }

  /// A point by its coordinates, with the names of the axes; any other geometry by its kind and number of positions.
  static func place(_ geometry: JSONValue?, in crs: CoordinateReferenceSystem) -> Html {
    guard let geometry, let kind = geometry["type"]?.text else { return "<span class='none'>ohne Ort</span>" }
    guard kind == "Point", let first = geometry["coordinates"]?[0]?.number, let second = geometry["coordinates"]?[1]?.number
    else {
      let count = positions(in: geometry)
      return "\(GermanText.geometry(kind)), \(GermanText.count(count)) \(count == 1 ? "Stützpunkt" : "Stützpunkte")"
    }
    let info = try? crs.info()
    let (east, north) = info?.latitudeFirst == true ? (second, first) : (first, second)
    guard info?.isGeographic ?? true else {
      return "<span class='place'>\(GermanText.real(east, decimals: 2)) \(GermanText.real(north, decimals: 2))</span>"
    }
    let (latitude, longitude) = (GermanText.real(abs(north), decimals: 6), GermanText.real(abs(east), decimals: 6))
    return """
      <span class='place'>\(latitude)°\u{a0}\(north < 0 ? "S" : "N") \(longitude)°\u{a0}\(east < 0 ? "W" : "O")</span>
      """
  }

  private static func positions(in geometry: JSONValue) -> Int {
    func count(_ value: JSONValue) -> Int {
      guard let elements = value.array else { return 0 }
      return elements.first?.number == nil ? elements.reduce(0) { $0 + count($1) } : 1
    }
    if let parts = geometry["geometries"]?.array { return parts.reduce(0) { $0 + positions(in: $1) } }
    return geometry["coordinates"].map(count) ?? 0
  }
}
