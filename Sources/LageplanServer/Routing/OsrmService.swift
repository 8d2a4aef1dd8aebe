/// The services of OSRM's interface that are answered, with the options that each has beside the general ones.
enum OsrmService: String {
  case route, table, nearest, trip

  var options: [String] {
    switch self {
    case .route: Self.drawing + ["alternatives", "continue_straight", "waypoints"]
    case .table: ["sources", "destinations", "annotations", "fallback_speed", "fallback_coordinate", "scale_factor"]
    case .nearest: ["number"]
    case .trip: Self.drawing + ["roundtrip", "source", "destination"]
    }
  }

  private static let drawing = ["steps", "annotations", "geometries", "overview"]
}
