public import LageplanFeatures
public import LageplanGeometry

/// What was done, as the log of changes names it.
public enum ChangeOperation: String, Hashable, Sendable, Codable, CaseIterable {
  case insert, update, delete
  /// A delivery into an empty collection: one entry for all its features.
  case load = "import"
  /// Of the collection, not of a feature.
  case create, describe, drop
}

/// One entry of the log of changes: whoever made the change, also with another program in the file.
public struct FeatureChange: Hashable, Sendable {
  /// Rises with every change of any collection, with gaps; never used twice. The cursor of the feed.
  public var sequence: Int64
  public var collection: String
  public var operation: ChangeOperation
  /// The feature's id after the change, before it for a deletion; `nil` for what concerns the collection or many features.
  public var id: String?
  public var number: Int64?
  public var at: Instant
  /// Who; `nil`: another program in the file, or a program of ours that was told no name.
  public var actor: String?
  /// In the collection's `storageCrs`; `nil`: no place, or not there.
  public var oldEnvelope: Envelope?
  public var newEnvelope: Envelope?
  /// Of a `.load`: the numbers that its features got; `nil` in entries of an older layout.
  public var numbers: ClosedRange<Int64>?

  public init(
    sequence: Int64, collection: String, operation: ChangeOperation, id: String? = nil, number: Int64? = nil, at: Instant,
    actor: String? = nil, oldEnvelope: Envelope? = nil, newEnvelope: Envelope? = nil, numbers: ClosedRange<Int64>? = nil
  ) {
    self.sequence = sequence
    self.collection = collection
    self.operation = operation
    self.id = id
    self.number = number
    self.at = at
    self.actor = actor
    self.oldEnvelope = oldEnvelope
    self.newEnvelope = newEnvelope
    self.numbers = numbers
  }
}

/// One state of a feature: since when it is so, by whom, and how it was then.
public struct FeatureVersionRow: Hashable, Sendable {
  /// The sequence of the change that made it so.
  public var version: Int64
  public var operation: ChangeOperation
  public var at: Instant
  public var actor: String?
  /// The state after the change; `nil` after a deletion.
  public var feature: Feature?

  public init(version: Int64, operation: ChangeOperation, at: Instant, actor: String?, feature: Feature?) {
    self.version = version
    self.operation = operation
    self.at = at
    self.actor = actor
    self.feature = feature
  }
}
