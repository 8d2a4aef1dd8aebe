public import LageplanGeometry

/// A place on the road network: where one steps from somewhere onto a street.
public struct RoadSnap: Hashable, Sendable {
  /// The place that was asked about, in degrees (CRS84).
  public let place: Coordinate
  /// The place on the edge, in degrees (CRS84).
  public let position: Coordinate
  /// From the one to the other.
  public let distance: Metres
  /// The edge of the ``RoadNetwork``.
  public let edge: Int32
  /// How far along the edge, as a share of its length: 0 at its tail, 1 at its head.
  public let fraction: Double
  /// Whether one may travel here from tail to head.
  public let forward: Bool
  /// Whether one may travel here from head to tail.
  public let backward: Bool
  /// The strongly connected component of the graph that the edge lies in; 0 is the largest.
  public let component: Int32
  /// The street, for ``Roads/street(_:)``.
  public let street: Int32
  /// The number of the segment of the edge's line that the position lies on.
  let segment: Int32

  init(
    place: Coordinate, position: Coordinate, distance: Metres, edge: Int32, segment: Int32, fraction: Double, forward: Bool,
    backward: Bool, component: Int32, street: Int32
  ) {
    self.place = place
    self.position = position
    self.distance = distance
    self.edge = edge
    self.segment = segment
    self.fraction = fraction
    self.forward = forward
    self.backward = backward
    self.component = component
    self.street = street
  }

  /// The same place, but to be left and entered in fewer directions.
  public func only(forward keepForward: Bool, backward keepBackward: Bool) -> RoadSnap {
    RoadSnap(
      place: place, position: position, distance: distance, edge: edge, segment: segment, fraction: fraction,
      forward: forward && keepForward, backward: backward && keepBackward, component: component, street: street)
  }

  func allows(_ direction: Int) -> Bool { direction == 0 ? forward : backward }

  /// How far a traveller in `direction` (0 forward, 1 backward) has come on the edge here.
  func travelled(_ direction: Int) -> Double { direction == 0 ? fraction : 1 - fraction }
}

/// Which places on the streets may serve.
public struct RoadSnapConditions: Hashable, Sendable {
  /// A direction in which the street must be travelled there.
  public struct Bearing: Hashable, Sendable {
    /// Degrees clockwise from north, 0 to 360.
    public var degrees: Double
    /// Degrees to either side, 0 to 180.
    public var tolerance: Double

    public init(degrees: Double, tolerance: Double) {
      self.degrees = degrees
      self.tolerance = tolerance
    }
  }

  /// On which side of the vehicle the place must lie.
  public enum Approach: Hashable, Sendable {
    case unrestricted
    /// On the side of the pavement: right where traffic keeps right.
    case curb
    /// On the side of the oncoming traffic.
    case opposite
  }

  /// Farther streets do not serve.
  public var distance: Metres
  public var bearing: Bearing?
  public var approach: Approach
  /// Only streets of the largest component, or of one with at least this many arcs.
  public var leastComponent: Int?

  public init(
    within distance: Metres = Metres(1000), bearing: Bearing? = nil, approach: Approach = .unrestricted,
    leastComponent: Int? = nil
  ) {
    self.distance = distance
    self.bearing = bearing
    self.approach = approach
    self.leastComponent = leastComponent
  }
}
