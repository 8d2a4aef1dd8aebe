public import LageplanFeatures

/// How a delivery is to be brought into a collection.
public struct ImportOptions: Sendable {
  public enum Mode: Sendable {
    /// Inserts what is new, updates what differs, leaves the rest.
    case merge
    /// And deletes what the delivery does not have.
    case replace
  }

  public var mode: Mode
  /// Does the whole work and rolls it back.
  public var dryRun: Bool
  /// Properties that make no difference: they are not compared, and are overwritten only where another property or the geometry
  /// differs. One that the collection does not have yet is left out of its schema.
  public var ignoring: Set<String>
  /// Who brings it in, for the history; `nil`: nobody who is named.
  public var actor: String?

  public init(mode: Mode = .merge, dryRun: Bool = false, ignoring: Set<String> = [], actor: String? = nil) {
    self.mode = mode
    self.dryRun = dryRun
    self.ignoring = ignoring
    self.actor = actor
  }
}

/// A feature of the delivery that the store could not take.
public struct ImportRejection: Hashable, Sendable {
  /// Which feature of the delivery, counted from 0 as the source yields them.
  public var position: Int
  public var id: String
  public var reason: String
  public var remedy: String

  public init(position: Int, id: String, reason: String, remedy: String) {
    self.position = position
    self.id = id
    self.reason = reason
    self.remedy = remedy
  }
}

/// What an import did. `read == inserted + updated + unchanged + rejected`.
public struct ImportResult: Hashable, Sendable {
  public var read = 0
  public var inserted = 0
  public var updated = 0
  public var unchanged = 0
  public var deleted = 0
  public var rejected = 0
  /// How many of the updated features differ in the geometry.
  public var changedGeometry = 0
  /// How many of the updated features differ in this property; those that differ in none are left out.
  public var changedProperties: [String: Int] = [:]
  /// The collection was made by this import.
  public var created = false
  /// Properties that this delivery brought to a collection that was there.
  public var addedProperties: [String] = []
  /// Properties whose type had to become wider to hold the delivery, with the new one.
  public var widenedProperties: [String: PropertyKind] = [:]

  public init() {}
}
