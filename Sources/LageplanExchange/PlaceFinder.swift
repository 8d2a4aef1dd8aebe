import LageplanFeatures
import LageplanGeometry

/// How the records of a source tell where they are.
public enum Place: Hashable, Sendable {
  /// The records have geometries of their own.
  case geometry
  /// A column holds well-known text.
  case wellKnownText(column: Int)
  /// Two columns hold x and y.
  case pair(x: Int, y: Int)
  /// One column holds both, as `51.95, 7.62`.
  case single(column: Int, latitudeFirst: Bool)
  /// Features without a place.
  case none

  /// The columns that become the geometry: they are no properties any more.
  public var columns: [Int] {
    switch self {
    case .geometry, .none: []
    case .wellKnownText(let column), .single(let column, _): [column]
    case .pair(let x, let y): [x, y]
    }
  }

  func description(of columns: [SourceColumn]) -> String {
    switch self {
    case .geometry: "geometry of the source"
    case .wellKnownText(let column): "well-known text in \(columns[column].name)"
    case .pair(let x, let y): "\(columns[x].name) (x) and \(columns[y].name) (y)"
    case .single(let column, let latitudeFirst):
      "\(latitudeFirst ? "latitude and longitude" : "longitude and latitude") in \(columns[column].name)"
    case .none: "none found: features without a place"
    }
  }
}

/// Finds the columns that tell a place, by their names and by what stands in them.
struct PlaceFinder {
  /// What a caller says about it.
  struct Hints: Hashable, Sendable {
    var x: String?
    var y: String?
    var wkt: String?
  }

  /// Names of x and y that belong together, in the order in which they are preferred: degrees speak for themselves, metres need a system.
  /// Compared in lower case without blanks, `_`, `-` and the name of a system at the end.
  private static let pairs: [(x: String, y: String)] = [
    ("longitude", "latitude"), ("lon", "lat"), ("long", "lat"), ("lng", "lat"), ("längengrad", "breitengrad"),
    ("laengengrad", "breitengrad"), ("geolänge", "geobreite"), ("geolaenge", "geobreite"), ("länge", "breite"),
    ("laenge", "breite"),
    ("geolon", "geolat"), ("geolongitude", "geolatitude"), ("koordx", "koordy"), ("koorx", "koory"), ("xkoord", "ykoord"),
    ("xkoor", "ykoor"), ("xkoordinate", "ykoordinate"), ("koordinatex", "koordinatey"), ("xcoord", "ycoord"),
    ("coordx", "coordy"),
    ("xcoordinate", "ycoordinate"), ("pointx", "pointy"), ("geox", "geoy"), ("posx", "posy"), ("rechtswert", "hochwert"),
    ("rw", "hw"),
    ("ostwert", "nordwert"), ("easting", "northing"), ("eastings", "northings"), ("utme", "utmn"), ("utmeast", "utmnorth"),
    ("utmx", "utmy"), ("utmost", "utmnord"), ("east", "north"), ("ost", "nord"), ("x", "y"), ("e", "n"),
  ]

  private static let systems = [
    "wgs84", "etrs89", "utm32", "utm33", "utm", "gk2", "gk3", "gk4", "gk", "25832", "25833", "4326", "3857",
  ]

  /// Records looked at.
  static let sampleSize = 1000

  let columns: [SourceColumn]
  /// Of each column up to ``sampleSize`` values that are not null, as text.
  var samples: [[String]]
  var hasGeometries = false

  init(_ source: any FeatureSource) throws(ExchangeError) {
    columns = source.columns
    samples = [[String]](repeating: [], count: columns.count)
    source.rewind()
    var taken = 0
    while taken < Self.sampleSize, try source.advance() {
      taken += 1
      if source.hasGeometry, !hasGeometries { hasGeometries = (try? source.geometry()) != nil }
      // A source with geometries of its own is not searched for columns.
      if hasGeometries { break }
      for column in columns.indices {
        if let text = source.text(of: column) {
          let value = TextValue(text)
          if !value.isNull { samples[column].append(value.string) }
        } else if let spelling = source.value(of: column).spelling {
          samples[column].append(spelling)
        }
      }
    }
    source.rewind()
  }

  /// Throws ``ExchangeError/unknownColumn(_:source:known:)`` for a hint that names no column.
  func find(_ hints: Hints, source: String) throws(ExchangeError) -> Place {
    if let wkt = hints.wkt { return .wellKnownText(column: try column(wkt, source)) }
    if let x = hints.x, let y = hints.y { return .pair(x: try column(x, source), y: try column(y, source)) }
    if hasGeometries { return .geometry }
    if let column = columns.indices.first(where: isWellKnownText) { return .wellKnownText(column: column) }
    if let pair = namedPair { return pair }
    for column in columns.indices {
      if let latitudeFirst = latitudeFirst(column) { return .single(column: column, latitudeFirst: latitudeFirst) }
    }
    return .none
  }

  private func column(_ name: String, _ source: String) throws(ExchangeError) -> Int {
    if let exact = columns.firstIndex(where: { $0.name == name }) { return exact }
    guard let match = columns.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) else {
      throw .unknownColumn(name, source: source, known: columns.map(\.name))
    }
    return match
  }

  /// Nine of ten values begin as a geometry.
  private func isWellKnownText(_ column: Int) -> Bool {
    mostly(column) { value in
      let head = value.uppercased()
      let kinds = [
        "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION", "SRID=",
      ]
      return kinds.contains { head.hasPrefix($0) } && (value.contains("(") || head.hasSuffix("EMPTY"))
    }
  }

  private var namedPair: Place? {
    let names = columns.map { Self.normalised($0.name) }
    for pair in Self.pairs {
      guard let x = names.firstIndex(of: pair.x), let y = names.firstIndex(of: pair.y), isNumeric(x), isNumeric(y) else {
        continue
      }
      return .pair(x: x, y: y)
    }
    return nil
  }

  /// `general.Latitude_WGS84` → `latitude`
  static func normalised(_ name: String) -> String {
    var result = String((name.split(separator: ".").last ?? Substring(name)).lowercased().filter { $0.isLetter || $0.isNumber })
    while let system = systems.first(where: { result.hasSuffix($0) && result.count > $0.count }) {
      result.removeLast(system.count)
    }
    return result
  }

  private func isNumeric(_ column: Int) -> Bool { mostly(column) { Self.number($0) != nil } }

  private func mostly(_ column: Int, _ test: (String) -> Bool) -> Bool {
    let values = samples[column]
    return !values.isEmpty && values.count(where: test) * 10 >= values.count * 9
  }

  static func number(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { TextValue(UnsafeRawBufferPointer($0)).real }
  }

  /// Both numbers of a column of positions in degrees, near Germany: 45 to 57 north, 4 to 18 east.
  private func latitudeFirst(_ column: Int) -> Bool? {
    let latitudes = 45.0...57.0
    let longitudes = 4.0...18.0
    let first = mostly(column) { value in
      guard let (a, b) = Self.numbers(value) else { return false }
      return latitudes.contains(a) && longitudes.contains(b)
    }
    if first { return true }
    let second = mostly(column) { value in
      guard let (a, b) = Self.numbers(value) else { return false }
      return longitudes.contains(a) && latitudes.contains(b)
    }
    return second ? false : nil
  }

  /// `51.95, 7.62`, `51.95 7.62`, `51,95; 7,62`, also in brackets.
  static func numbers(_ text: String) -> (Double, Double)? {
    let inner = text.filter { !"()[]".contains($0) }
    for separator in [";", ",", " "] as [Character] {
      let pieces = inner.split(separator: separator, omittingEmptySubsequences: true)
      if pieces.count == 2, let a = number(String(pieces[0])), let b = number(String(pieces[1])) { return (a, b) }
    }
    return nil
  }
}

extension Place {
  /// Where the record at hand is; `nil`: nowhere. Throws ``RowFault`` for what cannot be read.
  func geometry(of source: any FeatureSource) throws -> Geometry? {
    switch self {
    case .none: return nil
    case .geometry: return try source.geometry()
    case .pair(let x, let y):
      let (first, second) = (try number(x, of: source), try number(y, of: source))
      switch (first, second) {
      case (nil, nil): return nil
      case (let x?, let y?): return .point(Coordinate(x: x, y: y))
      case (let known, _):
        let missing = source.columns[known == nil ? x : y].name
        throw RowFault("\(missing) is empty, the other coordinate is not", remedy: "Fill in both coordinates, or none")
      }
    case .single(let column, let latitudeFirst):
      guard let text = spelling(column, of: source) else { return nil }
      guard let (a, b) = PlaceFinder.numbers(text) else {
        throw RowFault(
          "\(source.columns[column].name) holds \"\(text)\", not two numbers",
          remedy: "Write latitude and longitude as 51.95, 7.62")
      }
      return .point(latitudeFirst ? Coordinate(x: b, y: a) : Coordinate(x: a, y: b))
    case .wellKnownText(let column):
      guard let text = spelling(column, of: source) else { return nil }
      do {
        return try Geometry(wkt: Self.withoutSrid(text))
      } catch {
        if let point = Self.pointWithCommas(text) { return .point(point) }
        throw RowFault(
          "\(source.columns[column].name): \(error)", remedy: "Write the geometry as well-known text: POINT (405000 5755000)")
      }
    }
  }

  /// `POINT (404898,4774) (5756025,874)` and `POINT (404898,4774 5756025,874)`: what a German spreadsheet makes of well-known text.
  /// `nil` for anything else.
  static func pointWithCommas(_ text: String) -> Coordinate? {
    guard text.uppercased().hasPrefix("POINT") else { return nil }
    let numbers = text.dropFirst("POINT".count).split { $0 == "(" || $0 == ")" || $0 == " " }
    guard numbers.count == 2, numbers.allSatisfy({ $0.contains(",") }), let x = PlaceFinder.number(String(numbers[0])),
      let y = PlaceFinder.number(String(numbers[1]))
    else { return nil }
    return Coordinate(x: x, y: y)
  }

  private static func withoutSrid(_ text: String) -> String {
    guard text.uppercased().hasPrefix("SRID="), let end = text.firstIndex(of: ";") else { return text }
    return String(text[text.index(after: end)...])
  }

  private func number(_ column: Int, of source: any FeatureSource) throws -> Double? {
    if let text = source.text(of: column) {
      let value = TextValue(text)
      if value.isNull { return nil }
      guard let number = value.real else {
        throw RowFault("\(source.columns[column].name) holds \"\(value.string)\", not a number", remedy: "Correct the coordinate")
      }
      return number
    }
    switch source.value(of: column) {
    case .null: return nil
    case .integer(let value): return Double(value)
    case .real(let value): return value
    case .text, .boolean, .date, .dateTime, .json:
      throw RowFault("\(source.columns[column].name) holds no number", remedy: "Correct the coordinate")
    }
  }

  private func spelling(_ column: Int, of source: any FeatureSource) -> String? {
    guard let text = source.text(of: column) else { return nil }
    let value = TextValue(text)
    return value.isNull ? nil : value.string
  }
}
