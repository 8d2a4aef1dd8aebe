public import LageplanGeometry

/// Time and length of the way from every location to every other, in whole seconds and metres.
///
/// Both tables are square and row-major, the row is where the way starts; they may be asymmetric (one-way streets).
/// A pair without a way holds ``unreachable`` in both tables.
public struct TravelTable: Sendable {
  /// Marks a pair without a way. Larger than any time that a problem may hold, small enough that a few of them can be added in 32 bits.
  public static let unreachable: Int32 = 1 << 28
  /// The longest way in seconds or metres: about four years, or three times around the earth.
  public static let longest: Int32 = 1 << 27

  public let locationCount: Int
  public let seconds: [Int32]
  public let metres: [Int32]
  /// What each way costs, where that does not follow from seconds and metres; then ``TourObjective/travelSecond`` and
  /// ``TourObjective/metre`` are not asked.
  public let costs: [Int32]?

  /// Throws ``TourProblemError`` unless all tables have `locationCount`² entries within `0...longest` or ``unreachable``.
  public init(locationCount: Int, seconds: [Int32], metres: [Int32], costs: [Int32]? = nil) throws(TourProblemError) {
    let (cells, overflow) = locationCount.multipliedReportingOverflow(by: locationCount)
    guard locationCount >= 0, !overflow, seconds.count == cells, metres.count == cells, costs?.count ?? cells == cells else {
      throw .tableSize(locations: locationCount, seconds: seconds.count, metres: metres.count)
    }
    for cell in seconds.indices {
      guard Self.isValid(seconds[cell]), Self.isValid(metres[cell]), costs.map({ Self.isValid($0[cell]) }) ?? true else {
        throw .travelOutOfRange(
          from: cell / locationCount, to: cell % locationCount, seconds: Int(seconds[cell]), metres: Int(metres[cell]))
      }
    }
    self.locationCount = locationCount
    self.seconds = seconds
    self.metres = metres
    self.costs = costs
  }

  private static func isValid(_ value: Int32) -> Bool { (0...longest).contains(value) || value == unreachable }

  public func seconds(from: Int, to: Int) -> Seconds { Seconds(Int(seconds[from * locationCount + to])) }
  public func metres(from: Int, to: Int) -> Metres { Metres(Double(metres[from * locationCount + to])) }
  public func isReachable(from: Int, to: Int) -> Bool { seconds[from * locationCount + to] != Self.unreachable }

  /// The cost of one way.
  func cost(from: Int, to: Int, _ weights: TourObjective) -> Int { cost(cell: from * locationCount + to, weights) }

  func cost(cell: Int, _ weights: TourObjective) -> Int {
    if let costs { return Int(costs[cell]) }
    return weights.travelSecond * Int(seconds[cell]) + weights.metre * Int(metres[cell])
  }

  /// The cost of the dearest way there is.
  func dearest(_ weights: TourObjective) -> Int {
    var dearest = 0
    for cell in seconds.indices where seconds[cell] != Self.unreachable { dearest = max(dearest, cost(cell: cell, weights)) }
    return dearest
  }
}
