/// What stops the fetching of a source, told so that a person can act. Addresses are shown without passwords.
public enum FetchError: Error, Hashable, Sendable {
  /// libcurl is not installed, or cannot be used.
  case libraryMissing(reason: String)
  /// Neither http nor https, or no address at all.
  case addressRefused(address: String, reason: String)
  /// No whole answer came: no connection, a broken one, a certificate that does not hold, or too much time.
  case unreachable(address: String, reason: String)
  /// An answer came that says no; `answer` is what it says for people.
  case refused(address: String, status: Int, answer: String)
  /// `what` is more than `allowed`.
  case beyondLimit(address: String, what: String, allowed: String)
  /// An answer came that is not what the protocol promises.
  case notUnderstood(address: String, reason: String, remedy: String)
  /// The service has several layers and none was named, or one that it does not have.
  case layerNeeded(address: String, wanted: String?, layers: [String])
  /// The pages of an answer do not make up the whole.
  case incomplete(address: String, reason: String, remedy: String)
  /// Whoever started the fetching does not want it any more.
  case cancelled
}

extension FetchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .libraryMissing(let reason):
      "Addresses are fetched by libcurl, and \(reason). Install it: apt-get install libcurl3-gnutls (it comes with libgdal32)."
    case .addressRefused(let address, let reason):
      "\(address) is not fetched: \(reason)."
    case .unreachable(let address, let reason):
      "\(address) cannot be reached: \(reason)."
    case .refused(let address, let status, let answer):
      "\(address) answers \(status)\(answer.isEmpty ? "" : ": \(answer)")."
    case .beyondLimit(let address, let what, let allowed):
      "\(address): \(what), more than the \(allowed) allowed. Ask for less, or keep it as a source and allow more with --megabytes or --minutes."
    case .notUnderstood(let address, let reason, let remedy):
      "\(address): \(reason). \(remedy)."
    case .layerNeeded(let address, let wanted?, let layers):
      "\(address) has no layer \(wanted). It has: \(Self.list(layers))."
    case .layerNeeded(let address, nil, let layers):
      "\(address) has \(layers.count) layers: choose one with --layer: \(Self.list(layers))."
    case .incomplete(let address, let reason, let remedy):
      "\(address): \(reason). \(remedy)."
    case .cancelled:
      "Fetching was ended before it was done."
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(30).joined(separator: ", ")
    return names.count > 30 ? "\(shown) and \(names.count - 30) more" : names.isEmpty ? "none" : shown
  }
}
