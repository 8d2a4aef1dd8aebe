public import LageplanFeatures
public import LageplanGeometry

extension TourRequest {
  /// Which features, by their properties.
  public enum Filter: Hashable, Sendable {
    /// All named properties have these values, as they are spelled: `{"district":"Nord"}`.
    case equalities([PropertyEquality])
    /// CQL2, its literals in CRS84 (OGC 21-065r2).
    case expression(FilterExpression)
  }

  public struct PropertyEquality: Hashable, Sendable {
    public var property: String
    /// In the spelling of the store; converted to the property's type when the collection is known. `nil`: the property is null.
    public var value: String?

    public init(property: String, value: String?) {
      self.property = property
      self.value = value
    }
  }

  /// Which features, by their place or their name.
  public enum Selection: Hashable, Sendable {
    case all
    /// In CRS84; borders count.
    case bbox(Envelope)
    /// A polygon or multipolygon in CRS84; borders and holes count.
    case polygon(Geometry)
    /// Within `radius` of a position in CRS84, geodesic.
    case near(Coordinate, radius: Metres)
    /// Within `distance` of a line in CRS84, geodesic.
    case along(Geometry, distance: Metres)
    case ids([FeatureReference])
  }

  /// What is the same for every feature, or told by a property of each.
  public enum Told<Value: Hashable & Sendable>: Hashable, Sendable {
    case fixed(Value)
    /// `fallback` where the property is null, or cannot be read as such a value.
    case property(String, fallback: Value?)

    var property: String? { if case .property(let name, _) = self { name } else { nil } }
  }

  /// The day by which a feature is to be visited, told by a property of type date or date-time; a feature without one is not due.
  public struct Due: Hashable, Sendable {
    public var property: String
    /// Who is due later is not visited; `nil`: the last day on which the plan may visit them.
    public var until: CalendarDate?
    /// A visit may come so many days before the day, and so many after it. What is due before the first day of the plan may come on every day.
    public var earlyDays: Int
    public var lateDays: Int

    public init(property: String, until: CalendarDate? = nil, earlyDays: Int = 0, lateDays: Int = 0) {
      self.property = property
      self.until = until
      self.earlyDays = earlyDays
      self.lateDays = lateDays
    }
  }

  /// A span of the day on the clock of the town, in seconds after midnight, both ends included; `end` is after `begin`, and beyond 24 h where it lies on the
  /// next day.
  public struct DayWindow: Hashable, Sendable {
    public var begin: Seconds
    public var end: Seconds

    public init(begin: Seconds, end: Seconds) {
      self.begin = begin
      self.end = end
    }

    /// 22:00 to 05:00.
    public static let night = DayWindow(begin: 79_200, end: 104_400)
  }

  /// What a visit takes from the vehicle, in one measure: `water`.
  public struct Load: Hashable, Sendable {
    public var measure: String
    public var amount: Told<Int>

    public init(measure: String, amount: Told<Int>) {
      self.measure = measure
      self.amount = amount
    }
  }

  /// Park once and walk the round.
  public struct Walk: Hashable, Sendable {
    /// Of travelling on foot, where roads are at hand.
    public var profile: String
    /// No feature of a round is further from the vehicle than so long a walk.
    public var reach: Metres

    public init(profile: String = "foot", reach: Metres) {
      self.profile = profile
      self.reach = reach
    }
  }

  /// Only this inspector may visit the feature, on this day where one is named.
  public struct Pin: Hashable, Sendable {
    public var feature: FeatureReference
    public var inspector: String
    public var day: CalendarDate?

    public init(feature: FeatureReference, inspector: String, day: CalendarDate? = nil) {
      self.feature = feature
      self.inspector = inspector
      self.day = day
    }
  }

  /// This inspector should visit the features: it is worth a way so much longer.
  public struct Preference: Hashable, Sendable {
    public enum Which: Hashable, Sendable {
      case feature(FeatureReference)
      case filter(Filter)
    }

    public var which: Which
    public var inspector: String
    public var worth: Seconds

    public init(_ which: Which, inspector: String, worth: Seconds) {
      self.which = which
      self.inspector = inspector
      self.worth = worth
    }
  }

  /// How the inspectors travel.
  public enum Travel: Hashable, Sendable {
    /// On the roads by car where roads are at hand, else as the crow flies.
    case standard
    /// On the roads, as this profile may.
    case roads(profile: String)
    /// As the crow flies, though there may be roads.
    case geodesic
  }
}
