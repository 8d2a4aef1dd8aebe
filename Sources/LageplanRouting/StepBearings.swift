import Foundation

/// Where steps lead at their beginning, as unit vectors (east, north): taken to a place some metres on, since the first vertices of a
/// street often lie askew.
struct StepBearings {
  /// How far on, in metres.
  private static let reach = 15.0
  private let network: RoadNetwork
  private let vectors: [SIMD2<Float>]

  init(_ network: RoadNetwork) {
    self.network = network
    vectors = (0..<2 * network.edgeCount).map { step in
      let range = network.vertexRange(of: step >> 1)
      return step & 1 == 0
        ? Self.vector(along: range, in: network) : Self.vector(along: range.reversed(), in: network)
    }
  }

  private static func vector(along indices: some Collection<Int>, in network: RoadNetwork) -> SIMD2<Float> {
    guard let first = indices.first else { return .zero }
    let origin = network.vertices[first]
    let scale = cos(Double(origin.latitude) * 1e-7 * .pi / 180)
    var last = SIMD2<Double>.zero
    for index in indices.dropFirst() {
      let place = network.vertices[index]
      last = SIMD2(
        Double(Int(place.longitude) - Int(origin.longitude)) * scale, Double(Int(place.latitude) - Int(origin.latitude)))
      // A unit of 10⁻⁷ degrees is 11 millimetres.
      if (last * last).sum() > (reach / 0.0111) * (reach / 0.0111) { break }
    }
    let length = (last * last).sum().squareRoot()
    return length > 0 ? SIMD2<Float>(last / length) : .zero
  }

  /// The turn from the end of a step to the beginning of another.
  func turn(from: Int32, to: Int32) -> (cosine: Double, isRight: Bool) {
    let arriving = -vectors[Int(from ^ 1)]
    let leaving = vectors[Int(to)]
    let cosine = (arriving * leaving).sum()
    return (Double(cosine), arriving.x * leaving.y - arriving.y * leaving.x < 0)
  }
}
