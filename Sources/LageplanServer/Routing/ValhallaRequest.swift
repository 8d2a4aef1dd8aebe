import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// A request for reachable areas as Valhalla's clients write it (valhalla.github.io, "Isochrone & Isodistance service").
///
///     {"locations": [{"lat": 48.6, "lon": 8.87}], "costing": "pedestrian", "contours": [{"time": 10, "color": "ff0000"}], "polygons": true}
struct ValhallaRequest {
  struct Contour {
    /// Minutes.
    var time: Double?
    /// Kilometres.
    var distance: Double?
    /// Six hexadecimal digits.
    var color: String?

    var limit: RoadReachLimit {
      if let time { .duration(Int((time * 600).rounded())) } else { .length(Int(((distance ?? 0) * 10_000).rounded())) }
    }
  }

  var id: String?
  var place: Coordinate
  var costing: String
  /// Rising.
  var contours: [Contour]
  /// Areas instead of their borders.
  var polygons: Bool
  /// Parts that are smaller than so much of the largest are left out.
  var denoise: Double
  /// How far a border may be from the exact one, in metres; `nil`: as the service draws it.
  var generalize: Double?
  var showsLocations: Bool
  /// From where the place is reached.
  var isReverse: Bool
  /// What of the request has no meaning here: told in the answer.
  var warnings: [String] = []

  private static let known = [
    "locations", "costing", "contours", "polygons", "denoise", "generalize", "show_locations", "reverse", "id",
  ]

  init(_ body: JSONValue, limits: RoutingLimits) throws(Problem) {
    guard let members = body.object else { throw Self.fault("the request is \(body.typeName); send a JSON object", at: "$", 100) }
    for (name, _) in members where !Self.known.contains(name) {
      warnings.append("\(name.prefix(40)) has no meaning here and was not followed")
    }
    id = body["id"]?.text
    place = try Self.place(body["locations"])
    guard let costing = body["costing"]?.text else {
      throw Self.fault("name what travels: auto, bicycle, pedestrian or a profile's id", at: "$.costing", 124)
    }
    self.costing = costing
    contours = try Self.contours(body["contours"], limits: limits)
    polygons = try Self.flag(body, "polygons")
    showsLocations = try Self.flag(body, "show_locations")
    isReverse = try Self.flag(body, "reverse")
    denoise = try Self.number(body, "denoise", in: 0...1) ?? 1
    generalize = try Self.number(body, "generalize", in: 0...10_000)
  }

  /// A problem that carries what Valhalla's clients read as well.
  static func fault(_ detail: String, at path: String, _ code: Int) -> Problem {
    var problem = Problem(.badRequest, code: "invalid-body", detail: detail, parameter: path)
    problem.extensions = [
      ("error_code", .integer(Int64(code))), ("error", .text(detail)), ("status_code", 400),
    ]
    return problem
  }

  private static func place(_ locations: JSONValue?) throws(Problem) -> Coordinate {
    guard let all = locations?.array, let first = all.first else {
      throw fault("one location is needed: [{\"lat\": 48.6, \"lon\": 8.87}]", at: "$.locations", 110)
    }
    guard all.count == 1 else {
      throw fault("\(all.count) locations were sent; ask for one at a time", at: "$.locations", 150)
    }
    guard let latitude = first["lat"]?.number, let longitude = first["lon"]?.number, (-90...90).contains(latitude),
      (-180...180).contains(longitude)
    else { throw fault("lat and lon are needed, in degrees", at: "$.locations[0]", 130) }
    return Coordinate(longitude: longitude, latitude: latitude)
  }

  private static func contours(_ value: JSONValue?, limits: RoutingLimits) throws(Problem) -> [Contour] {
    guard let all = value?.array, !all.isEmpty else {
      throw fault("contours are needed: [{\"time\": 10}] in minutes, or [{\"distance\": 2}] in kilometres", at: "$.contours", 113)
    }
    guard all.count <= limits.contours else {
      throw fault("\(all.count) contours were sent; at most \(limits.contours) are drawn", at: "$.contours", 152)
    }
    var contours: [Contour] = []
    for (index, each) in all.enumerated() {
      let path = "$.contours[\(index)]"
      let contour = Contour(time: each["time"]?.number, distance: each["distance"]?.number, color: each["color"]?.text)
      switch (contour.time, contour.distance) {
      case (let minutes?, nil):
        guard minutes > 0, minutes <= Double(limits.reachableMinutes) else {
          throw fault("time is above 0 and at most \(limits.reachableMinutes) minutes", at: "\(path).time", 151)
        }
      case (nil, let kilometres?):
        guard kilometres > 0, kilometres * 1_000 <= Double(limits.reachableMetres) else {
          throw fault("distance is above 0 and at most \(limits.reachableMetres / 1_000) km", at: "\(path).distance", 166)
        }
      case (nil, nil), (_?, _?): throw fault("either time or distance is needed", at: path, 111)
      }
      if let color = contour.color, color.count != 6 || !color.allSatisfy(\.isHexDigit) {
        throw fault("color is six hexadecimal digits", at: "\(path).color", 113)
      }
      contours.append(contour)
    }
    return contours.sorted { ($0.time ?? $0.distance ?? 0) < ($1.time ?? $1.distance ?? 0) }
  }

  private static func flag(_ body: JSONValue, _ name: String) throws(Problem) -> Bool {
    guard let value = body[name], !value.isNull else { return false }
    guard let flag = value.boolean else { throw fault("\(name) is true or false", at: "$.\(name)", 100) }
    return flag
  }

  private static func number(_ body: JSONValue, _ name: String, in range: ClosedRange<Double>) throws(Problem) -> Double? {
    guard let value = body[name], !value.isNull else { return nil }
    guard let number = value.number, range.contains(number) else {
      throw fault("\(name) is a number from \(range.lowerBound) to \(range.upperBound)", at: "$.\(name)", 100)
    }
    return number
  }
}
