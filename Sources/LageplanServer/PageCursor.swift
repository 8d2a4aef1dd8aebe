import Foundation
import LageplanFeatures

/// Where a page ended, in the address of the next one: the number of its last feature and, in a sorted list, that feature's sort keys.
///
/// The next page starts behind that place, whatever was inserted or deleted before it meanwhile: no feature that stayed is skipped or
/// told twice, which counting rows cannot promise.
///
///     1042                                by number
///     1042~WyJCdWNoZSIsMTIuNV0            the keys behind, as a JSON array in base64url (RFC 4648, section 5)
///
/// A list by nearness is sorted by metres from its place, or along its line and then from it: those are its keys.
struct PageCursor {
  var number: Int64
  var keys: [PropertyValue] = []

  init(number: Int64, keys: [PropertyValue]) {
    self.number = number
    self.keys = keys
  }

  /// `nil` where the page is the first. Throws 400 for what was not made for a list of so many keys, which are metres in lists by nearness.
  init?(_ query: RequestQuery, keyCount: Int, inMetres: Bool) throws(Problem) {
    guard let text = query["after"] else { return nil }
    let fault = Problem.badParameter(
      "after", value: text, "Follow the link \"next\" of the page before instead of making a cursor.")
    let halves = text.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
    guard let number = Int64(halves[0]), number >= 0, (halves.count == 2) == (keyCount > 0) else { throw fault }
    self.number = number
    guard halves.count == 2 else { return }
    guard let bytes = Self.bytes(base64url: halves[1]), let values = try? JSONValue(parsing: bytes).array,
      values.count == keyCount
    else { throw fault }
    for value in values {
      guard let key = inMetres ? value.number.map({ .real($0) }) : Self.value(value) else { throw fault }
      keys.append(key)
    }
  }

  var text: String {
    guard !keys.isEmpty else { return String(number) }
    let values = JSONValue.array(keys.map(Self.json))
    let base64 = Data(values.bytes).base64EncodedString()
    let urlSafe = base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    return "\(number)~\(urlSafe)"
  }

  /// Behind this distance.
  var nearest: NearbyPosition? {
    guard case .real(let distance)? = keys.first else { return nil }
    return NearbyPosition(rank: distance, distance: distance, number: number)
  }

  /// Behind this place of a line.
  var along: NearbyPosition? {
    guard case .real(let along)? = keys.first, case .real(let distance)? = keys.last else { return nil }
    return NearbyPosition(rank: along, distance: distance, number: number)
  }

  private static func json(_ value: PropertyValue) -> JSONValue {
    switch value {
    case .null: .null
    case .text(let text), .json(let text): .text(text)
    case .integer(let number): .integer(number)
    case .real(let number): .real(number)
    case .boolean(let flag): .boolean(flag)
    case .date(let day): .text(day.iso)
    case .dateTime(let instant): .text(instant.iso)
    }
  }

  /// Values as they are stored, whatever the type of the property says: other programs write to the file as well, and where a page
  /// ended is told by what stands there, not by what it means.
  private static func value(_ value: JSONValue) -> PropertyValue? {
    switch value {
    case .null: .null
    case .integer(let number): .integer(number)
    case .real(let number): .real(number)
    case .boolean(let flag): .boolean(flag)
    case .text(let text): .text(text)
    case .array, .object: nil
    }
  }

  private static func bytes(base64url text: Substring) -> [UInt8]? {
    var base64 = String(text).replacing("-", with: "+").replacing("_", with: "/")
    while base64.count % 4 != 0 { base64.append("=") }
    return Data(base64Encoded: base64).map { Array($0) }
  }
}
