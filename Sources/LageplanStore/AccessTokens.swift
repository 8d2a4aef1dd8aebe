public import LageplanFeatures

extension Store {
  /// What a secret begins with, so that people and scanners of leaked secrets know what it is.
  private static let secretPrefix = "lageplan_"

  /// Makes a token and answers its secret, which is shown this once: only its SHA-256 is kept.
  ///
  /// The secret is 256 bits of the system's randomness, so that a plain digest is as good as a slow one: there is nothing to guess.
  /// Throws `StoreError.tokenExists` and `.invalidToken`.
  public func addToken(
    name: String, scope: AccessScope, collections: Set<String>? = nil, expires: Instant? = nil, at created: Instant
  ) throws -> String {
    try Self.check(name, collections)
    var random = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
    let secret = Self.secretPrefix + bytes.base64URL
    try writing { connection in
      guard try connection.integer(#"SELECT 1 FROM "lageplan_tokens" WHERE "name" = ?"#, [.text(name)]) == nil else {
        throw StoreError.tokenExists(name)
      }
      try connection.run(
        """
        INSERT INTO "lageplan_tokens" ("name", "digest", "scope", "collections", "created", "expires")
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
          .text(name), .blob(SHA256.digest(of: Array(secret.utf8))), .text(scope.rawValue),
          .optional(try collections.map { try jsonList($0.sorted()) }), .text(created.iso), .optional(expires?.iso),
        ])
    }
    return secret
  }

  /// All, also those that open nothing any more, ordered by name.
  public func tokens() throws -> [AccessToken] {
    try asking { try Self.keptTokens(on: $0.connection).map(\.token) }
  }

  /// Ends a token; one that has ended stays as it is. Throws `StoreError.unknownToken`.
  public func revokeToken(named name: String, at instant: Instant) throws {
    try writing { connection in
      guard try connection.integer(#"SELECT 1 FROM "lageplan_tokens" WHERE "name" = ?"#, [.text(name)]) != nil else {
        throw StoreError.unknownToken(name)
      }
      try connection.run(
        #"UPDATE "lageplan_tokens" SET "revoked" = coalesce("revoked", ?) WHERE "name" = ?"#, [.text(instant.iso), .text(name)])
    }
  }

  /// The token of this secret, where it is valid at `instant`; `nil` otherwise, whatever the reason.
  ///
  /// All digests are compared, each in constant time: how long it takes tells nothing of them.
  public func token(matching secret: String, at instant: Instant) throws -> AccessToken? {
    let digest = SHA256.digest(of: Array(secret.utf8))
    return try asking { reader in
      var found: AccessToken?
      for kept in try Self.keptTokens(on: reader.connection) where SHA256.areEqual(kept.digest, digest) { found = kept.token }
      return found.flatMap { $0.isValid(at: instant) ? $0 : nil }
    }
  }

  private static func keptTokens(on connection: SQLiteConnection) throws -> [(digest: [UInt8], token: AccessToken)] {
    let search = """
      SELECT "name", "digest", "scope", "collections", "created", "expires", "revoked"
      FROM "lageplan_tokens"
      ORDER BY "name"
      """
    return try connection.rows(search) { row in
      let name = row.string(0) ?? ""
      guard let scope = AccessScope(rawValue: row.string(2) ?? "") else {
        throw StoreError.damagedBookkeeping(what: "The scope of the token \(name)", value: row.string(2) ?? "")
      }
      let token = AccessToken(
        name: name, scope: scope, collections: try row.string(3).map { try Self.collections($0, of: name) },
        created: try row.instant(4), expires: try row.optionalInstant(5), revoked: try row.optionalInstant(6))
      return (Array(row.bytes(1)), token)
    }
  }

  /// A list that cannot be read must not open everything.
  private static func collections(_ json: String, of name: String) throws -> Set<String> {
    guard let ids = (try? JSONValue(parsing: json))?.array?.map(\.text), ids.allSatisfy({ $0 != nil }) else {
      throw StoreError.damagedBookkeeping(what: "The list of collections of the token \(name)", value: json)
    }
    return Set(ids.compactMap(\.self))
  }

  private static func check(_ name: String, _ collections: Set<String>?) throws(StoreError) {
    guard (1...64).contains(name.utf8.count), name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw .invalidToken(name: name, reason: "that is no name", remedy: "Use 1 to 64 bytes without control characters.")
    }
    guard let collections else { return }
    guard !collections.isEmpty else {
      throw .invalidToken(name: name, reason: "it would open no collection", remedy: "Name one, or leave the list out for all.")
    }
    for id in collections where !isCollectionId(id) { throw .invalidCollectionId(id) }
  }
}

extension [UInt8] {
  /// Base 64 with the alphabet that is safe in URLs, without padding (RFC 4648, section 5).
  fileprivate var base64URL: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var result: [UInt8] = []
    var bits = 0
    var value = 0
    for byte in self {
      value = value << 8 | Int(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        result.append(alphabet[value >> bits & 63])
      }
      value &= 1 << bits - 1
    }
    if bits > 0 { result.append(alphabet[value << (6 - bits) & 63]) }
    return String(decoding: result, as: UTF8.self)
  }
}
