/// A turn that must not, or must only, be taken, as a walk over edges of the network.
public struct TurnRestriction: Hashable, Sendable {
  /// Why a restriction of the source is not obeyed.
  public enum Fault: String, Hashable, Sendable, CaseIterable {
    /// It holds at certain times only (`restriction:conditional`).
    case conditional
    /// Neither `no_…` nor `only_…`.
    case unknownKind
    /// `from`, `via` or `to` is missing, or too many.
    case incomplete
    /// A member is not in the network: cut off at the border, or no street.
    case absent
    /// Its members do not touch, or touch in more than one way.
    case unclear
  }

  /// Whoever has gone the walk but for its last step must take that step; else must not.
  var isOnly: Bool
  /// Edges with their direction (`edge << 1`, plus 1 from head to tail): from, via ways if any, to.
  var walk: [Int32]
  /// The kind of vehicle that the key names (`restriction:bicycle`); `nil`: all vehicles.
  var vehicle: String?
  /// Kinds of vehicles that are excepted.
  var exceptions: Set<String>

  /// Whether one who answers to these names of vehicles must obey.
  func concerns(_ vehicles: [String]) -> Bool {
    guard !vehicles.isEmpty, !vehicles.contains(where: exceptions.contains) else { return false }
    return vehicle.map(vehicles.contains) ?? true
  }
}
