import Foundation
import LageplanFeatures
import LageplanStore
import TestSupport
import Testing

struct TokenTests {
  private static let noon = Instant(millisecondsSince1970: 1_796_000_000_000)
  private static func later(_ minutes: Int64) -> Instant {
    Instant(millisecondsSince1970: noon.millisecondsSince1970 + minutes * 60_000)
  }

  @Test func secretOpensWhatWasSaidUntilItEnds() throws {
    try withStore { store in
      let secret = try store.addToken(
        name: "Anna", scope: .write, collections: ["trees"], expires: Self.later(10), at: Self.noon)
      let other = try store.addToken(name: "Bernd", scope: .admin, at: Self.noon)
      let token = try #require(try store.token(matching: secret, at: Self.later(1)))
      #expect(token.name == "Anna")
      #expect(token.allows(.read, on: "trees") && token.allows(.write, on: "trees"))
      #expect(!token.allows(.admin, on: "trees") && !token.allows(.read, on: "parks"))
      #expect(try store.token(matching: other, at: Self.later(1))?.allows(.admin, on: "parks") == true)
      #expect(try store.token(matching: secret, at: Self.later(10)) == nil)
      try store.revokeToken(named: "Bernd", at: Self.later(2))
      #expect(try store.token(matching: other, at: Self.later(3)) == nil)
      #expect(try store.tokens().map(\.name) == ["Anna", "Bernd"])
      #expect(try store.tokens().map(\.revoked) == [nil, Self.later(2)])
      for wrong in ["", "lageplan_", String(secret.dropLast()), secret + "A", secret.lowercased()] {
        #expect(try store.token(matching: wrong, at: Self.later(1)) == nil)
      }
    }
  }

  /// The digest by another program, and no secret anywhere in the file.
  @Test func fileHoldsTheDigestAndNotTheSecret() throws {
    try withStore { store in
      let secret = try store.addToken(name: "Anna", scope: .read, at: Self.noon)
      // 32 bytes in base 64 are 43 characters.
      #expect(secret.hasPrefix("lageplan_") && secret.utf8.count == 9 + 43)
      let second = try store.addToken(name: "Bernd", scope: .read, at: Self.noon)
      #expect(second != secret)
      let digest = try CommandRun.program(
        "python3", ["-c", "import hashlib, sys; print(hashlib.sha256(sys.argv[1].encode()).hexdigest().upper())", secret])
      let kept = try CommandRun.program(
        "sqlite3", [store.path, "SELECT hex(digest) FROM lageplan_tokens WHERE name = 'Anna'"])
      #expect(kept.output == digest.output && kept.output.utf8.count == 65)
      for file in [store.path, store.path + "-wal"] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(bytes.range(of: Data(secret.utf8)) == nil)
      }
    }
  }

  @Test func tokensThatCannotBeAreRefused() throws {
    try withStore { store in
      _ = try store.addToken(name: "Anna", scope: .read, at: Self.noon)
      #expect(throws: StoreError.tokenExists("Anna")) { try store.addToken(name: "Anna", scope: .read, at: Self.noon) }
      #expect(throws: StoreError.unknownToken("Bernd")) { try store.revokeToken(named: "Bernd", at: Self.noon) }
      #expect(throws: StoreError.self) { try store.addToken(name: "", scope: .read, at: Self.noon) }
      #expect(throws: StoreError.self) { try store.addToken(name: "a\nb", scope: .read, at: Self.noon) }
      #expect(throws: StoreError.self) { try store.addToken(name: "Carla", scope: .read, collections: [], at: Self.noon) }
      #expect(try store.tokens().count == 1)
    }
  }

  /// Whoever breaks the list of collections by hand must not thereby open all of them.
  @Test func brokenListOpensNothing() throws {
    try withStore { store in
      let secret = try store.addToken(name: "Anna", scope: .read, collections: ["trees"], at: Self.noon)
      #expect(try CommandRun.program("sqlite3", [store.path, "UPDATE lageplan_tokens SET collections = 'trees'"]).status == 0)
      #expect(throws: StoreError.self) { try store.token(matching: secret, at: Self.noon) }
    }
  }
}
