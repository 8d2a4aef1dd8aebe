public import LageplanFeatures
public import LageplanGeometry

/// What shall be visited, by whom, and when: the body of `POST /tours` and the file of `lageplan tour`, read and checked.
public struct TourRequest: Hashable, Sendable {
  /// Which features of the collections: at most one condition.
  public enum Selection: Hashable, Sendable {
    case all
    /// All named properties have these values, as they are spelled: `{"district":"Nord"}`.
    case filter([PropertyEquality])
    /// In CRS84; borders count.
    case bbox(Envelope)
    /// A polygon or multipolygon in CRS84; borders and holes count.
    case polygon(Geometry)
    /// Within `radius` of a position in CRS84, geodesic.
    case near(Coordinate, radius: Metres)
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

  /// How long a visit of one feature takes.
  public enum Service: Hashable, Sendable {
    case fixed(Seconds)
    /// Minutes, told by a property of the feature; `fallback` where it is null, or no time at all.
    case property(String, fallback: Seconds?)
  }

  /// Who goes: one inspector, one shift.
  public struct Inspector: Hashable, Sendable {
    public var id: String
    /// In CRS84.
    public var start: Coordinate
    public var end: Coordinate
    /// Seconds after midnight on the town's clock, on the day of the request.
    public var shiftStart: Seconds
    public var shiftEnd: Seconds
    public var qualifications: [String]

    public init(
      id: String, start: Coordinate, end: Coordinate, shiftStart: Seconds, shiftEnd: Seconds, qualifications: [String] = []
    ) {
      self.id = id
      self.start = start
      self.end = end
      self.shiftStart = shiftStart
      self.shiftEnd = shiftEnd
      self.qualifications = qualifications
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

  public var collections: [String]
  public var selection: Selection
  public var service: Service
  /// What an inspector must hold to visit the features of a collection; a collection that is not named needs nothing.
  public var requires: [String: [String]]
  public var day: CalendarDate
  public var inspectors: [Inspector]
  /// Same request, same data, same seed: same plan.
  public var seed: UInt64
  public var travel: Travel
  /// As the crow flies: how much longer than the geodesic the way is taken to be.
  public var detourFactor: Double
  /// As the crow flies: the speed on the way.
  public var kmh: Double

  public init(
    collections: [String], selection: Selection = .all, service: Service, requires: [String: [String]] = [:], day: CalendarDate,
    inspectors: [Inspector], seed: UInt64 = 1, travel: Travel = .standard, detourFactor: Double = 1.3, kmh: Double = 30
  ) {
    self.collections = collections
    self.selection = selection
    self.service = service
    self.requires = requires
    self.day = day
    self.inspectors = inspectors
    self.seed = seed
    self.travel = travel
    self.detourFactor = detourFactor
    self.kmh = kmh
  }
}

/// One thing that is wrong with a request.
public struct TourRequestFault: Hashable, Sendable {
  /// A word for machines: `missing`, `unknownMember`, `wrongType`, `outOfRange`, `conflict`, `repeated`, `unknownCollection`,
  /// `unknownProperty`, `unknownProfile`, `tooMany`.
  public var code: String
  /// Where: a JSON pointer (RFC 6901) into the request, `/inspectors/0/shift/1`; empty for the whole.
  public var path: String
  /// What stands there, shortened; `nil` where nothing does.
  public var value: String?
  /// What to write instead: a sentence.
  public var remedy: String

  public init(code: String, path: String, value: String?, remedy: String) {
    self.code = code
    self.path = path
    self.value = value
    self.remedy = remedy
  }
}

/// Everything that is wrong with a request, at once; never empty.
public struct TourRequestError: Error, Hashable, Sendable, CustomStringConvertible {
  public var faults: [TourRequestFault]

  public init(_ faults: [TourRequestFault]) { self.faults = faults }

  public var description: String {
    faults.map { "\($0.path.isEmpty ? "/" : $0.path): \($0.value.map { "\($0): " } ?? "")\($0.remedy)" }.joined(separator: "\n")
  }
}

/// How large a request may be.
public struct TourLimits: Hashable, Sendable {
  public var features: Int
  public var inspectors: Int
  public var collections: Int
  /// Of the polygon.
  public var vertices: Int

  public init(features: Int = 2000, inspectors: Int = 100, collections: Int = 20, vertices: Int = 100_000) {
    self.features = features
    self.inspectors = inspectors
    self.collections = collections
    self.vertices = vertices
  }

  public static let standard = TourLimits()
}
