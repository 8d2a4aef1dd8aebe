import LageplanGeometry

/// A smooth, invertible displacement of the plane: turns the straight lines of the plan into streets that bend.
///
/// A sum of waves. The slopes of all waves add up to less than 1, so no two places fall together and no line crosses another
/// that it did not cross before.
struct Warp {
  private struct Wave {
    var direction: Coordinate
    var displacement: Coordinate
    var phase: Double
  }

  private var waves: [Wave] = []

  /// Wave lengths and amplitudes in metres.
  init(random: inout RandomSource, waves shape: [(length: Double, amplitude: Double, count: Int)]) {
    for (length, amplitude, count) in shape {
      for index in 0..<count {
        let angle = (Double(index) + random.unit()) * .pi / Double(count)
        let across = Coordinate(angle: angle).left
        waves.append(
          Wave(
            direction: Coordinate(angle: angle, radius: 2 * .pi / (length * random.real(0.8...1.25))),
            displacement: across * amplitude, phase: random.real(0...(2 * .pi))))
      }
    }
  }

  func callAsFunction(_ point: Coordinate) -> Coordinate {
    var result = point
    for wave in waves {
      result = result + wave.displacement * Coordinate(angle: wave.direction.dot(point) + wave.phase).y
    }
    return result
  }

  /// The same waves read as a height field, −1...1 or so: where woods stand.
  func height(_ point: Coordinate) -> Double {
    let sum = waves.reduce(0) { $0 + Coordinate(angle: $1.direction.dot(point) + $1.phase).y }
    return waves.isEmpty ? 0 : sum / Double(waves.count)
  }
}
