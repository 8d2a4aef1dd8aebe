import HTTPTypes
import Hummingbird
import LageplanFeatures
import LageplanGeometry
import LageplanStore

extension Request {
  /// In which system the coordinates of the body stand: `Content-Crs` names it by its address, in angle brackets (OGC 18-058r1, section 7.6)
  /// or, as QGIS sends it, without; CRS84 where nothing is said.
  func bodyFrame(for descriptor: CollectionDescriptor) throws -> GeoJSONFrame {
    guard let header = headers[.contentCrs]?.trimmed else { return .crs84 }
    let isBracketed = header.hasPrefix("<") && header.hasSuffix(">")
    let name = isBracketed ? String(header.dropFirst().dropLast()) : header
    guard let crs = CoordinateReferenceSystem(parsing: name), descriptor.servedCrs.contains(crs) else {
      throw Problem.badParameter(
        "Content-Crs", value: header, "The collection takes \(descriptor.servedCrs.map(\.header).joined(separator: ", ")).")
    }
    return try GeoJSONFrame(crs)
  }

  /// The key by which a repeated request is known, or `nil`: without one every request counts.
  ///
  /// The header is a string in quotes (draft-ietf-httpapi-idempotency-key-header, section 2.1); one without is taken as it is.
  /// What tells two requests apart is the method, the address, the headers that decide what the body means, and the body.
  func idempotencyKey(of token: String, body: [UInt8]) throws(Problem) -> IdempotencyKey? {
    guard let header = headers[.idempotencyKey]?.trimmed else { return nil }
    var key = header
    if key.count >= 2, key.hasPrefix("\""), key.hasSuffix("\"") { key = String(key.dropFirst().dropLast()) }
    guard (1...Self.longestKey).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw Problem.badParameter(
        "Idempotency-Key", value: header, "Send 1 to \(Self.longestKey) visible ASCII characters, such as a UUID.")
    }
    let decisive = [
      method.rawValue, uri.string, headers[.contentType] ?? "", headers[.contentCrs] ?? "", headers[.ifMatch] ?? "",
    ]
    return IdempotencyKey(key: key, token: token, request: Array(decisive.joined(separator: "\n").utf8) + [0] + body)
  }

  private static let longestKey = 255
}

extension HTTPField.Name {
  static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .via
  static let lastEventId = HTTPField.Name("Last-Event-ID") ?? .via
  /// Tells nginx to pass a stream on as it comes.
  static let accelBuffering = HTTPField.Name("X-Accel-Buffering") ?? .via
}
