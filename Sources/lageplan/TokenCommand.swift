import ArgumentParser
import Foundation
import LageplanFeatures
import LageplanStore

/// `lageplan token`: who may see what is not public, and who may change features over HTTP.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Make, list and revoke the tokens by which clients prove who they are.",
    discussion: """
      A token is shown once, when it is made; the database keeps only its SHA-256. Clients send it as `Authorization: Bearer TOKEN`, or \
      as the password of any user name where a program knows only those.
      """,
    subcommands: [AddToken.self, ListTokens.self, RevokeToken.self],
    defaultSubcommand: ListTokens.self)

  struct AddToken: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Make a token and print it.",
      discussion: "A server that runs knows it at once.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    @Argument(help: "Who holds it: stands beside every change made with it.")
    var name: String

    @Option(help: "What it allows: read, write (and read), admin (and write). Default: read.", transform: Self.scope)
    var scope = AccessScope.read

    @Option(
      help: ArgumentHelp("The collections that it opens, separated by commas. Default: all, also later ones.", valueName: "ids"))
    var collections: String?

    @Option(
      help: ArgumentHelp(
        "When it ends: a number of days (90d), a day, or an instant (ISO 8601). Default: never.", valueName: "time"))
    var expires: Expiry?

    private static func scope(_ text: String) throws -> AccessScope {
      guard let scope = AccessScope(rawValue: text) else {
        let names = AccessScope.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(text)' is no scope. There are: \(names).")
      }
      return scope
    }

    func run() throws {
      let store = try Store(path: database.path, mode: .open, readers: 1)
      defer { store.close() }
      let ids = collections.map { Set($0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }) }
      // Released plans become features of two collections, which need not be there yet.
      let known = Set(try store.collections().map(\.id)).union([TourPlanFeatures.tours, TourPlanFeatures.stops])
      if let unknown = ids?.subtracting(known).min() {
        throw CommandFailure(
          "There is no collection \(unknown). There are: \(known.sorted().joined(separator: ", ")).")
      }
      let now = Instant.now
      let end = expires?.instant(from: now)
      if let end, end <= now { throw CommandFailure("A token that has ended already opens nothing: --expires lies in the past.") }
      let secret = try store.addToken(name: name, scope: scope, collections: ids, expires: end, at: now)
      if output.json {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("name", name)
        writer.member("token", secret)
        writer.member("scope", scope.rawValue)
        if let end { writer.member("expires", end.iso) }
        writer.endObject()
        try Terminal.write(writer.bytes + [UInt8(ascii: "\n")])
      } else {
        try Terminal.write(Array("\(secret)\n".utf8))
        Terminal.note("This is the only time that the token of \(name) is shown. Keep it where others cannot read it.")
      }
    }
  }

  struct ListTokens: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the tokens, also those that have ended. Their secrets are not kept.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    func run() throws {
      let store = try database.openForReading()
      defer { store.close() }
      let tokens = try store.tokens()
      if output.json {
        var writer = JSONWriter()
        writer.beginArray()
        for token in tokens { writer.value(Self.document(token)) }
        writer.endArray()
        try Terminal.write(writer.bytes + [UInt8(ascii: "\n")])
      } else if tokens.isEmpty {
        try Terminal.write(Array("No tokens yet. Make one with `lageplan token add NAME`.\n".utf8))
      } else {
        let now = Instant.now
        let lines = tokens.map { token in
          let collections = token.collections.map { $0.sorted().joined(separator: ",") } ?? "all collections"
          return "\(token.name)  \(token.scope.rawValue)  \(collections)  \(Self.state(of: token, at: now))\n"
        }
        try Terminal.write(Array(lines.joined().utf8))
      }
    }

    private static func state(of token: AccessToken, at now: Instant) -> String {
      if let revoked = token.revoked { return "revoked \(revoked.iso)" }
      guard let expires = token.expires else { return "valid" }
      return expires <= now ? "ended \(expires.iso)" : "valid until \(expires.iso)"
    }

    private static func document(_ token: AccessToken) -> JSONValue {
      [
        "name": .text(token.name), "scope": .text(token.scope.rawValue),
        "collections": token.collections.map { .array($0.sorted().map { .text($0) }) } ?? .null,
        "created": .text(token.created.iso), "expires": token.expires.map { .text($0.iso) } ?? .null,
        "revoked": token.revoked.map { .text($0.iso) } ?? .null,
      ]
    }
  }

  struct RevokeToken: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "End a token at once, also for a server that runs.",
      discussion: "Its name stays taken, so that the history of changes keeps its meaning.")

    @OptionGroup var database: DatabaseOption

    @Argument(help: "The token's name.")
    var name: String

    func run() throws {
      let store = try Store(path: database.path, mode: .open, readers: 1)
      defer { store.close() }
      try store.revokeToken(named: name, at: .now)
      Terminal.note("The token of \(name) opens nothing any more.")
    }
  }
}

/// When a token ends, as typed: `90d`, `2027-01-31` (through that day, UTC), `2027-01-31T12:00:00Z`.
struct Expiry: ExpressibleByArgument {
  private enum Moment {
    case days(Int64)
    case instant(Instant)
  }

  private static let millisecondsPerDay: Int64 = 86_400_000
  private static let mostDays: Int64 = 36_500

  private let moment: Moment

  init?(argument: String) {
    if argument.hasSuffix("d"), let days = Int64(argument.dropLast()), (1...Self.mostDays).contains(days) {
      moment = .days(days)
    } else if let instant = Instant(iso: argument) {
      moment = .instant(instant)
    } else if let day = CalendarDate(iso: argument) {
      moment = .instant(Instant(millisecondsSince1970: (Int64(day.daysSince1970) + 1) * Self.millisecondsPerDay))
    } else {
      return nil
    }
  }

  func instant(from now: Instant) -> Instant {
    switch moment {
    case .days(let days): Instant(millisecondsSince1970: now.millisecondsSince1970 + days * Self.millisecondsPerDay)
    case .instant(let instant): instant
    }
  }
}
