public import LageplanGeometry

/// A span of time on the clock of the problem, both ends included, in seconds after the problem's origin.
public struct TimeWindow: Hashable, Sendable {
  public var earliest: Seconds
  public var latest: Seconds

  public init(earliest: Seconds, latest: Seconds) {
    self.earliest = earliest
    self.latest = latest
  }
}

/// A set of up to 64 qualifications, one bit each. What a bit means is the caller's knowledge.
public struct SkillSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// What a vehicle carries, in up to four measures that are counted apart: litres of water, signs, sacks of sand, …
public struct TourLoad: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, CustomStringConvertible {
  public static let measures = 4
  /// The largest amount of one measure.
  public static let largest = 1_000_000_000

  public var amounts: SIMD4<Int>

  public init(amounts: SIMD4<Int>) { self.amounts = amounts }
  /// In the first measure alone.
  public init(_ amount: Int) { amounts = SIMD4(amount, 0, 0, 0) }
  public init(integerLiteral amount: Int) { self.init(amount) }

  /// In as many measures as there are elements; whatever comes after the fourth is left out.
  public init(arrayLiteral elements: Int...) {
    amounts = .zero
    for (measure, amount) in elements.prefix(Self.measures).enumerated() { amounts[measure] = amount }
  }

  public static func + (a: TourLoad, b: TourLoad) -> TourLoad { TourLoad(amounts: a.amounts &+ b.amounts) }

  /// No measure exceeds that of the capacity.
  public func fits(into capacity: TourLoad) -> Bool { all(amounts .<= capacity.amounts) }

  public var description: String {
    amounts[1] == 0 && amounts[2] == 0 && amounts[3] == 0
      ? "\(amounts[0])" : "\((0..<Self.measures).map { amounts[$0] })"
  }
}

/// What it costs if none of these shifts serves a job that is served: the wish for a familiar inspector, or a promise already made.
public struct TourWish: Hashable, Sendable {
  /// Indices into the problem's shifts.
  public var shifts: Set<Int>
  /// In the unit of ``TourObjective``.
  public var cost: Int

  public init(shifts: Set<Int>, cost: Int) {
    self.shifts = shifts
    self.cost = cost
  }
}

/// Work to place (Einsatz): one visit of one location.
public struct TourJob: Hashable, Sendable {
  /// Row of the travel table.
  public var location: Int
  /// How long the visit lasts.
  public var service: Seconds
  /// How long it lasts on shifts of a certain ``TourShift/type`` that is quicker or slower than others.
  public var serviceByType: [Int: Seconds] = [:]
  /// Time to get ready after arrival; it falls away where the stop before is at the same location.
  public var setUp: Seconds = 0
  /// When the visit may *begin*, set-up done: in any one of these, sorted and disjoint. Empty: at any time.
  public var windows: [TimeWindow]
  /// What the inspector must hold.
  public var skills: SkillSet
  /// Level of importance; 0 is the highest. Leaving out one job of a level is worse than leaving out all jobs of all levels below.
  public var level: Int
  /// How bad it is to leave this job out, compared with others of its level; at least 1.
  public var prize: Int
  /// What the visit adds to the vehicle's load.
  public var load: TourLoad
  /// What the vehicle carries from the start of its tour on and leaves here.
  public var delivery: TourLoad = 0
  /// The only shifts that may serve it; `nil`: any.
  public var pinned: Set<Int>?
  public var wishes: [TourWish] = []
  /// Of the jobs of one tour that have a rank, those with a lower one come first: what a person has put in order. Jobs in ties have none.
  public var rank: Int?
  /// Who comes when, as far as that has been told to somebody.
  public var promise: TourPromise?

  public init(
    location: Int, service: Seconds, windows: [TimeWindow] = [], skills: SkillSet = [], level: Int = 0, prize: Int = 1,
    load: TourLoad = 0, pinned: Set<Int>? = nil
  ) {
    self.location = location
    self.service = service
    self.windows = windows
    self.skills = skills
    self.level = level
    self.prize = prize
    self.load = load
    self.pinned = pinned
  }

  /// How long the visit lasts on shifts of this type.
  public func service(onType type: Int) -> Seconds { serviceByType[type] ?? service }

  /// What the wishes cost if this shift serves the job.
  public func wishCost(on shift: Int) -> Int {
    wishes.reduce(0) { $1.shifts.contains(shift) ? $0 : $0 + $1.cost }
  }
}
