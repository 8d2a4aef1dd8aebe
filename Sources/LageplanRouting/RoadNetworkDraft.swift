import Foundation
import LageplanGeometry

/// A network while it is built, with what the graphs of the profiles need and the finished network does not keep.
struct RoadNetworkDraft {
  let profileCount: Int
  /// The rule of tag set `t` for profile `p` is `wayRules[t * profileCount + p]`.
  let wayRules: [WayRule]
  var nodePositions: [RoadPosition] = []
  /// For nodes that matter to somebody, the rule for each profile.
  var nodeRules: [Int32: [NodeRule]] = [:]
  var tails: [Int32] = []
  var heads: [Int32] = []
  /// In decimetres.
  var lengths: [Int32] = []
  var firstVertex: [Int32] = []
  var vertices: [RoadPosition] = []
  var streets: [Int32] = []
  var ways: [Int64] = []
  var tags: [Int32] = []
  /// For edges of ways that tell their whole duration: the length of the way.
  var wayLengths: [Int32: Int] = [:]
  var streetNames: [OsmStreetName] = []
  var restrictions: [TurnRestriction] = []
  var report = RoadImportReport()

  init(profileCount: Int, wayRules: [WayRule]) {
    self.profileCount = profileCount
    self.wayRules = wayRules
  }

  var edgeCount: Int { tails.count }

  func rule(of edge: Int, for profile: Int) -> WayRule { wayRules[Int(tags[edge]) * profileCount + profile] }

  /// An edge begins at the vertex that was added last.
  mutating func beginEdge(at node: Int32) {
    firstVertex.append(Int32(vertices.count - 1))
    tails.append(node)
  }

  /// The edge that began last ends at the vertex that was added last.
  mutating func endEdge(at node: Int32, way: Int64, street: Int32, tags: Int32) {
    heads.append(node)
    ways.append(way)
    streets.append(street)
    self.tags.append(tags)
    let line = Int(firstVertex[firstVertex.count - 1])..<vertices.count
    var metres = 0.0
    for index in line.dropFirst() { metres += ShortGeodesic.metres(vertices[index - 1], vertices[index]) }
    lengths.append(max(1, Int32(clamping: Int((metres * 10).rounded()))))
  }

  /// The finished network, its edges ranked by nested dissection.
  func ordered() -> RoadNetwork {
    var text: [UInt8] = []
    var firstByte: [Int32] = [0]
    for street in streetNames {
      if !street.name.isEmpty || !street.reference.isEmpty {
        // A tab parts the two; a name that has one is broken anyway.
        text.append(contentsOf: street.name.utf8.map { $0 == 9 ? 32 : $0 })
        text.append(9)
        text.append(contentsOf: street.reference.utf8)
      }
      firstByte.append(Int32(clamping: text.count))
    }
    return RoadNetwork(
      nodePositions: FlatArray(nodePositions), tails: FlatArray(tails), heads: FlatArray(heads), lengths: FlatArray(lengths),
      firstVertex: FlatArray(firstVertex + [Int32(vertices.count)]), vertices: FlatArray(vertices), streets: FlatArray(streets),
      ways: FlatArray(ways), ranks: FlatArray(NestedDissection.ranks(positions: nodePositions, tails: tails, heads: heads)),
      firstStreetByte: FlatArray(firstByte), streetText: FlatArray(text))
  }
}

/// Distances between places some metres to kilometres apart, on the ellipsoid of WGS 84.
enum ShortGeodesic {
  /// By the radii of curvature at the latitude in the middle: for segments of streets within a millionth of the geodesic (tested up to
  /// 5 km and 70° of latitude), at a tenth of the price. Longer segments are measured exactly.
  static func metres(_ a: RoadPosition, _ b: RoadPosition) -> Double {
    let longitude = Double(Int(b.longitude) - Int(a.longitude)) * (1e-7 * .pi / 180)
    let latitude = Double(Int(b.latitude) - Int(a.latitude)) * (1e-7 * .pi / 180)
    guard abs(longitude) < 1e-3, abs(latitude) < 1e-3 else { return Geodesic.distance(a.coordinate, b.coordinate).value }
    let sine = sin((Double(a.latitude) + Double(b.latitude)) * (0.5e-7 * .pi / 180))
    let w = 1 - 0.006_694_379_990_141_317 * sine * sine
    let normal = 6_378_137 / w.squareRoot()
    let meridian = normal * (1 - 0.006_694_379_990_141_317) / w
    let east = normal * (1 - sine * sine).squareRoot() * longitude
    let north = meridian * latitude
    return (east * east + north * north).squareRoot()
  }
}
