import LageplanGeometry
public import LageplanPlanner
import LageplanTours

/// The ways of a vehicle, in seconds and metres between numbered places, as its profile and its speed factor have them.
struct VroomTravel: Sendable {
  let count: Int
  let seconds: [Int32]
  /// `nil`: lengths are not known.
  let metres: [Int32]?
  /// What each way costs, where the document says so.
  let costs: [Int32]?

  /// Durations divided by the speed factor, rounded.
  init(count: Int, _ matrices: VroomInput.Matrices, speedFactor: Double) {
    self.count = count
    seconds = speedFactor == 1 ? matrices.durations : matrices.durations.map { Self.slowed($0, by: speedFactor) }
    metres = matrices.distances
    costs = matrices.costs
  }

  private static func slowed(_ seconds: Int32, by factor: Double) -> Int32 {
    guard seconds != TravelTable.unreachable else { return seconds }
    return Int32(min(Double(TravelTable.longest), (Double(seconds) / factor).rounded()))
  }

  func isReachable(_ from: Int, _ to: Int) -> Bool { seconds[from * count + to] != TravelTable.unreachable }

  /// 0 for a way that there is not.
  func seconds(_ from: Int, _ to: Int) -> Int { isReachable(from, to) ? Int(seconds[from * count + to]) : 0 }

  func metres(_ from: Int, _ to: Int) -> Int {
    guard let metres, metres[from * count + to] != TravelTable.unreachable else { return 0 }
    return Int(metres[from * count + to])
  }

  func cost(_ from: Int, _ to: Int) -> Int {
    guard let costs, costs[from * count + to] != TravelTable.unreachable else { return 0 }
    return Int(costs[from * count + to])
  }

  /// As the solver reads it, costs times `scale`; with one more place where open tours start or end, to and from which every way is free.
  func table(costScale: Double, hasNowhere: Bool) throws(TourProblemError) -> TravelTable {
    let side = hasNowhere ? count + 1 : count
    func grown(_ table: [Int32]) -> [Int32] {
      guard hasNowhere else { return table }
      var grown: [Int32] = []
      grown.reserveCapacity(side * side)
      for row in 0..<count {
        grown += table[(row * count)..<((row + 1) * count)]
        grown.append(0)
      }
      return grown + [Int32](repeating: 0, count: side)
    }
    let empty = [Int32](repeating: 0, count: count * count)
    let scaled = costs?.map { cost in
      cost == TravelTable.unreachable ? cost : Int32((Double(cost) * costScale).rounded())
    }
    // A way without a length or a cost is none.
    let seconds = zip(seconds, zip(metres ?? empty, costs ?? empty)).map { second, others in
      others.0 == TravelTable.unreachable || others.1 == TravelTable.unreachable ? TravelTable.unreachable : second
    }
    return try TravelTable(locationCount: side, seconds: grown(seconds), metres: grown(metres ?? empty), costs: scaled.map(grown))
  }
}

extension VroomInput {
  /// The same document with a matrix of `profile` between the places of ``missing``.
  public func adding(_ matrix: TravelMatrix, for profile: String) -> VroomInput {
    var copy = self
    copy.added[profile] = Matrices(durations: matrix.table.seconds, distances: matrix.table.metres)
    return copy
  }
}
