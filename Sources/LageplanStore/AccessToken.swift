public import LageplanFeatures

/// What a token allows; each more than the one before.
public enum AccessScope: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  /// Sees collections that are not public.
  case read
  /// And edits features.
  case write
  /// And sees tokens, sources and their reports.
  case admin

  private var rank: Int {
    switch self {
    case .read: 0
    case .write: 1
    case .admin: 2
    }
  }

  public static func < (one: AccessScope, other: AccessScope) -> Bool { one.rank < other.rank }
}

/// A key to the service, without its secret, of which only the digest is kept.
public struct AccessToken: Hashable, Sendable {
  /// Unique; stands in the history of what was done with it.
  public var name: String
  public var scope: AccessScope
  /// The collections that it opens; `nil`: all.
  public var collections: Set<String>?
  public var created: Instant
  /// From then on it opens nothing; `nil`: never ends.
  public var expires: Instant?
  public var revoked: Instant?

  public init(
    name: String, scope: AccessScope, collections: Set<String>? = nil, created: Instant, expires: Instant? = nil,
    revoked: Instant? = nil
  ) {
    self.name = name
    self.scope = scope
    self.collections = collections
    self.created = created
    self.expires = expires
    self.revoked = revoked
  }

  public func isValid(at instant: Instant) -> Bool {
    guard revoked == nil else { return false }
    return expires.map { instant < $0 } ?? true
  }

  public func allows(_ asked: AccessScope, on collection: String) -> Bool {
    asked <= scope && (collections?.contains(collection) ?? true)
  }
}
