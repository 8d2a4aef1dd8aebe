import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// How a route is to be told in OSRM's form: with which lines, with or without steps, with which annotations.
struct OsrmDrawing {
  enum Geometries: String, CaseIterable {
    case polyline, polyline6, geojson
  }

  enum Overview: String, CaseIterable {
    case simplified, full
    case none = "false"
    case byLegs = "by_legs"
  }

  enum Annotation: String, CaseIterable {
    case duration, distance, speed, weight, datasources
  }

  let geometries: Geometries
  let overview: Overview
  let hasSteps: Bool
  let annotations: Set<Annotation>

  init(_ options: OsrmOptions) throws(OsrmFault) {
    geometries = try options.choice("geometries", default: .polyline)
    overview = try options.choice("overview", default: .simplified)
    hasSteps = try options.flag("steps")
    switch options["annotations"] {
    case "false"?, nil: annotations = []
    case "true"?: annotations = Set(Annotation.allCases)
    case let names?:
      annotations = Set(
        try names.split(separator: ",").map { name throws(OsrmFault) in
          guard let annotation = Annotation(rawValue: String(name)) else {
            throw OsrmFault(
              .invalidValue,
              "annotations=\(name.prefix(40)) is not told; there are \(Annotation.allCases.map(\.rawValue).joined(separator: ", "))."
            )
          }
          return annotation
        })
    }
  }

  /// What of a route has to be known.
  var detail: RoadRouteDetail {
    hasSteps ? .steps : overview != .none || !annotations.isEmpty ? .line : .stretches
  }

  // MARK: Lines

  /// Writes a line as a value. A line has two ends at least: a way that goes nowhere stands still.
  func line(_ places: some Collection<Coordinate>, to output: inout JSONWriter) {
    let line = places.count == 1 ? Array(places) + Array(places) : Array(places)
    switch geometries {
    case .polyline, .polyline6:
      let text = Polyline.encode(line, decimals: geometries == .polyline ? 5 : 6)
      text.withUnsafeBytes { output.text(utf8: $0) }
    case .geojson:
      output.beginObject()
      output.member("type", "LineString")
      output.key("coordinates")
      output.beginArray()
      for place in line { Self.place(place, to: &output) }
      output.endArray()
      output.endObject()
    }
  }

  /// A position with the six decimals that OSRM gives.
  static func place(_ place: Coordinate, to output: inout JSONWriter) {
    output.beginArray()
    output.fixed(place.x, decimals: 6)
    output.fixed(place.y, decimals: 6)
    output.endArray()
  }

  /// The line without vertices that would not be seen: less than half a pixel beside it, where the whole fills a screen of 1,024 pixels.
  static func simplified(_ line: [Coordinate]) -> [Coordinate] {
    guard line.count > 2 else { return line }
    var shape = Geometry.lineString(line)
    let box = shape.envelope
    // Degrees of longitude are shorter than those of latitude: the larger side decides, and errs to the finer.
    let pixel = max(box.width, box.height) / 1_024
    var simplifier = Simplifier()
    simplifier.simplify(&shape, tolerance: pixel / 2)
    return shape.coordinates
  }
}
