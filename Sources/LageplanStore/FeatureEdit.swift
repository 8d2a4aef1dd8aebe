public import LageplanFeatures
public import LageplanGeometry

/// One change that an editor asks for. Geometry is in the collection's `storageCrs`; values are one per property of the schema, in
/// its order.
public struct FeatureEdit: Hashable, Sendable {
  public enum Change: Hashable, Sendable {
    /// A new feature; an empty id asks for one made here.
    case insert(Feature)
    /// The whole feature: a value that is null now was not, or is not any more.
    case replace(Feature)
    /// Only what is named.
    case update(id: String, properties: [String: PropertyValue], geometry: GeometryUpdate)
    case delete(id: String)
  }

  public enum GeometryUpdate: Hashable, Sendable {
    case unchanged
    /// `nil`: a feature without a place.
    case set(Geometry?)
  }

  public var change: Change
  /// The version that the editor has seen: with another one, nothing is done (`If-Match`, RFC 9110, section 13.1.1).
  public var ifVersion: Int64?

  public init(_ change: Change, ifVersion: Int64? = nil) {
    self.change = change
    self.ifVersion = ifVersion
  }

  /// Of the feature; empty for an insert that leaves it to the store.
  public var id: String {
    switch change {
    case .insert(let feature), .replace(let feature): feature.id
    case .update(let id, _, _), .delete(let id): id
    }
  }
}

/// What became of an edit.
public struct EditOutcome: Hashable, Sendable, Codable {
  public enum Operation: String, Hashable, Sendable, Codable {
    case inserted, replaced, updated, deleted
    /// The feature is so already: it keeps its version.
    case unchanged
  }

  public var operation: Operation
  public var id: String
  public var number: Int64
  /// The sequence of the feature's last change, which is this one unless nothing had to be changed.
  public var version: Int64

  public init(operation: Operation, id: String, number: Int64, version: Int64) {
    self.operation = operation
    self.id = id
    self.number = number
    self.version = version
  }
}

/// What makes a repeated request known: the key that the client gave, whose it is, and what was asked
/// (`Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header).
public struct IdempotencyKey: Hashable, Sendable {
  public var key: String
  /// The token's name: keys of different clients never meet.
  public var token: String
  /// SHA-256 of all that makes the request what it is.
  public var requestDigest: [UInt8]

  /// `request`: method, path and body, or whatever else tells two requests apart.
  public init(key: String, token: String, request: some Sequence<UInt8>) {
    self.key = key
    self.token = token
    requestDigest = SHA256.digest(of: Array(request))
  }
}
