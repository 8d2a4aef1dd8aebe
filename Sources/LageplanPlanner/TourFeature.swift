public import LageplanFeatures
public import LageplanGeometry

/// A feature to visit, as the planner needs it: the request's rules applied to its properties.
public struct TourFeature: Hashable, Sendable {
  public var reference: FeatureReference
  public var name: String?
  /// In CRS84; `nil`: a feature without a place.
  public var location: Coordinate?
  /// `nil`: unknown.
  public var service: Seconds?
  /// How long the visit lasts when an inspector of a certain type makes it.
  public var serviceByType: [String: Seconds] = [:]
  public var setUp: Seconds = 0
  /// The feature that this one is part of: the playground of a swing.
  public var whole: FeatureReference?
  public var due: CalendarDate?
  /// 0 matters most; see ``TourLevel/rank``. Those after `routine` are levels of their own.
  public var rank: Int = TourLevel.routine.rank
  /// When a visit may begin; empty: at any time.
  public var windows: [TourRequest.DayWindow] = []
  public var isNightOnly = false
  /// What an inspector must hold.
  public var qualifications: Set<String> = []
  /// Inspectors who may not make the visit, by id or name.
  public var independentOf: Set<String> = []
  public var people = 1
  /// In the order of the request's loads.
  public var loads: [Int] = []
  /// Inspectors who should make the visit, by id, and how much way that is worth.
  public var preferences: [String: Seconds] = [:]

  public init(reference: FeatureReference, location: Coordinate?, service: Seconds?, whole: FeatureReference? = nil) {
    self.reference = reference
    self.location = location
    self.service = service
    self.whole = whole
  }

  public var level: TourLevel {
    switch rank {
    case ...TourLevel.must.rank: .must
    case TourLevel.overdue.rank: .overdue
    default: .routine
    }
  }
}
