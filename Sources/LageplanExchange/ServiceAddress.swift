import Foundation

/// An address taken apart as far as services need it: what stands before the `?`, and the parameters behind it.
struct ServiceAddress {
  /// Without parameters and fragment.
  var base: String
  /// Percent-encoded, in the order of the address.
  private(set) var parameters: [(name: String, value: String)] = []

  init(_ address: String) {
    let whole = address.prefix { $0 != "#" }
    guard let sign = whole.firstIndex(of: "?") else {
      base = String(whole)
      return
    }
    base = String(whole[..<sign])
    for piece in whole[whole.index(after: sign)...].split(separator: "&") {
      let halves = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      parameters.append((String(halves[0]), halves.count > 1 ? String(halves[1]) : ""))
    }
  }

  /// The value of a parameter, decoded; names of OGC services are the same in upper and lower case.
  func value(of name: String) -> String? {
    let found = parameters.first { $0.name.lowercased() == name.lowercased() }
    return found.flatMap { $0.value.replacing("+", with: " ").removingPercentEncoding }
  }

  mutating func remove(_ names: [String]) { parameters.removeAll { names.contains($0.name.lowercased()) } }

  /// Appends a parameter, encoded.
  func with(_ name: String, _ value: String) -> ServiceAddress {
    var result = self
    result.parameters.append((name, Self.encoded(value)))
    return result
  }

  var text: String {
    parameters.isEmpty ? base : base + "?" + parameters.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }

  /// `scheme://host:port`, in lower case; `nil`: this is no such address.
  var origin: String? {
    guard let scheme = base.firstRange(of: "://") else { return nil }
    let authority = base[scheme.upperBound...].prefix { $0 != "/" }
    let host = authority.split(separator: "@").last ?? ""
    return host.isEmpty ? nil : base[..<scheme.upperBound].lowercased() + host.lowercased()
  }

  /// `address` with the user name and password of `other`, where both are of one origin and it has none: links never carry them.
  static func withCredentials(of other: String, _ address: String) -> String {
    guard ServiceAddress(other).origin == ServiceAddress(address).origin, shown(address) == address, shown(other) != other,
      let scheme = address.firstRange(of: "://"), let start = other.firstRange(of: "://")
    else { return address }
    let authority = other[start.upperBound...].prefix { $0 != "/" && $0 != "?" }
    guard let sign = authority.lastIndex(of: "@") else { return address }
    return String(address[..<scheme.upperBound] + authority[...sign] + address[scheme.upperBound...])
  }

  /// The path behind the host.
  var path: Substring {
    guard let scheme = base.firstRange(of: "://") else { return base[...] }
    return base[scheme.upperBound...].drop { $0 != "/" }
  }

  /// RFC 3986, section 2.3, and the characters that names of layers and systems are made of, which some services do not decode.
  private static func encoded(_ value: String) -> String {
    var result = ""
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: ","),
        UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: ")"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }
}
