import LageplanFeatures
import LageplanGeometry

/// Numbers, days and kinds as German readers write them.
enum GermanText {
  /// A count, thousands set off by dots: `12.345`.
  static func count(_ number: Int) -> String { grouped(String(number)) }

  /// `1 Objekt`, `12 Objekte`.
  static func objects(_ number: Int) -> String { "\(count(number)) \(number == 1 ? "Objekt" : "Objekte")" }

  /// The shortest decimal that means the same double, with a comma.
  static func real(_ number: Double) -> String {
    let text = "\(number)"
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text).replacing(".", with: ",")
  }

  /// With so many digits after the comma.
  static func real(_ number: Double, decimals: Int) -> String {
    guard number.isFinite else { return real(number) }
    var writer = JSONWriter()
    writer.fixed(number, decimals: decimals)
    let pieces = String(decoding: writer.bytes, as: UTF8.self).split(separator: ".")
    let whole = grouped(String(pieces.first ?? "0"))
    guard decimals > 0 else { return whole }
    let fraction = pieces.count > 1 ? String(pieces[1]) : ""
    return whole + "," + fraction + String(repeating: "0", count: max(0, decimals - fraction.count))
  }

  /// `1.12.2026`
  static func day(_ day: CalendarDate) -> String { "\(day.day).\(day.month).\(day.year)" }

  /// What the town's clock shows then: `1.12.2026, 07:30 Uhr`.
  static func moment(_ instant: Instant, _ townTime: TownTime) -> String {
    let minute = townTime.timeOfDay(of: instant).value / 60
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(day(townTime.day(of: instant))), \(two(minute / 60)):\(two(minute % 60)) Uhr"
  }

  /// UCUM codes as people write them; a year goes without saying.
  static func unit(_ code: String?) -> String {
    guard let code else { return "" }
    let written = ["m2": "m²", "km2": "km²", "m3": "m³", "deg": "°", "Cel": "°C", "/km2": "/km²", "a": "", "1": ""]
    return written[code] ?? code
  }

  static func kind(_ kind: PropertyKind) -> String {
    switch kind {
    case .text: "Text"
    case .integer: "ganze Zahl"
    case .real: "Zahl"
    case .boolean: "ja oder nein"
    case .date: "Tag"
    case .dateTime: "Zeitpunkt"
    case .json: "JSON"
    }
  }

  /// The same word as a geometry of GeoJSON or a `geometry-*` format of a schema.
  static func geometry(_ name: String) -> String {
    switch name.lowercased() {
    case "point": "Punkt"
    case "multipoint": "Punkte"
    case "linestring": "Linie"
    case "multilinestring": "Linien"
    case "polygon": "Fläche"
    case "multipolygon": "Flächen"
    default: "gemischt"
    }
  }

  private static func grouped(_ digits: String) -> String {
    let sign = digits.hasPrefix("-") ? "-" : ""
    let plain = Array(digits.dropFirst(sign.count))
    var result = ""
    for (at, digit) in plain.enumerated() {
      if at > 0, (plain.count - at) % 3 == 0 { result.append(".") }
      result.append(digit)
    }
    return sign + result
  }
}
