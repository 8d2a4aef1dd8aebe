import Foundation
import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanStore

/// Who asks: anybody, or the holder of a token.
///
/// What is public everybody sees. The rest is there only for those whose token reaches it; for all others it does not exist.
struct Visitor: Sendable {
  /// `nil`: anybody.
  let token: AccessToken?

  static let anybody = Visitor(token: nil)

  func sees(_ descriptor: CollectionDescriptor) -> Bool {
    descriptor.isPublic || token?.allows(.read, on: descriptor.id) == true
  }

  /// The name under which a change of the collection is kept.
  ///
  /// Throws 401 where no token came, 403 where the token may read only, or reaches other collections.
  func actor(writing collection: CollectionDescriptor) throws(Problem) -> String {
    guard let token else { throw .tokenNeeded("Changing features needs a token with the scope write.") }
    guard token.allows(.write, on: collection.id) else {
      throw Problem(
        .forbidden, code: "not-allowed",
        detail: "The token \(token.name) may not change \(collection.id). Ask the operator for one with the scope write.",
        parameter: "Authorization")
    }
    return token.name
  }
}

extension LageplanApplication {
  /// Whose token the request carries, as `Authorization: Bearer TOKEN` (RFC 6750) or, for programs that know only user names and
  /// passwords, as the password of `Authorization: Basic` (RFC 7617) with any user name.
  ///
  /// Throws 401 for a token that is unknown, expired or revoked: answering as to anybody would hide from its holder why things are missing.
  func visitor(of request: Request) throws -> Visitor {
    guard let header = request.headers[.authorization] else { return .anybody }
    guard let credential = Credential(header) else {
      throw Problem.tokenNeeded(
        "Authorization takes `Bearer TOKEN`, or Basic with the token as the password.", error: "invalid_request")
    }
    guard let token = try store.token(matching: credential.secret, at: .now) else {
      throw Problem.tokenNeeded("The token is not known here, or no longer.", error: "invalid_token")
    }
    return Visitor(token: token)
  }

  /// The collection, where the one who asks may see it. Throws 404 otherwise, with the ids that are there, so that nobody learns of
  /// what is not public.
  func descriptor(_ id: String, for request: Request) throws -> CollectionDescriptor {
    let visitor = try visitor(of: request)
    do {
      let descriptor = try store.descriptor(of: id)
      if visitor.sees(descriptor) { return descriptor }
    } catch FeatureError.unknownCollection {}
    throw Problem.unknownCollection(id, known: try collections(for: request).map(\.id))
  }

  /// What the one who asks may see, ordered by id.
  func collections(for request: Request) throws -> [CollectionDescriptor] {
    let visitor = try visitor(of: request)
    return try store.collections().filter(visitor.sees)
  }
}

/// The secret that a request shows.
private struct Credential {
  let secret: String

  /// `nil` where the header has neither of the two forms.
  init?(_ header: String) {
    let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard parts.count == 2 else { return nil }
    let value = parts[1].trimmed
    switch parts[0].lowercased() {
    case "bearer":
      secret = value
    case "basic":
      guard let data = Data(base64Encoded: value), let pair = String(validating: data, as: UTF8.self),
        let colon = pair.firstIndex(of: ":")
      else { return nil }
      secret = String(pair[pair.index(after: colon)...])
    default: return nil
    }
    guard !secret.isEmpty else { return nil }
  }
}

/// A request with a token that does not hold is refused whatever it asks; what depends on who asks stays out of shared caches.
struct AccessMiddleware: RouterMiddleware {
  let application: LageplanApplication

  func handle(
    _ request: Request, context: LageplanRequestContext, next: (Request, LageplanRequestContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.visitor = try application.visitor(of: request)
    var response = try await next(request, context)
    response.headers[.vary] = response.headers[.vary].map { "\($0), Authorization" } ?? "Authorization"
    if request.headers[.authorization] != nil {
      let kept = response.headers[.cacheControl] ?? "no-cache"
      // What nobody keeps needs no word about who may.
      if kept != "no-store" {
        response.headers[.cacheControl] = "private, \(kept.replacing("public, ", with: ""))"
      }
    }
    return response
  }
}

extension Problem {
  /// 401 with the challenge of RFC 6750, section 3. Basic is understood but never asked for: a browser would keep the password and
  /// send it along whatever page makes it ask.
  static func tokenNeeded(_ detail: String, error: String? = nil) -> Problem {
    Problem(
      .unauthorized, code: "token-needed", detail: detail, parameter: "Authorization",
      headers: [.wwwAuthenticate: "Bearer realm=\"Lageplan\"" + (error.map { ", error=\"\($0)\"" } ?? "")])
  }
}
