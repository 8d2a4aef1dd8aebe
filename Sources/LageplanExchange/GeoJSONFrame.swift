import Foundation
import LageplanFeatures

/// What stands around the features of a GeoJSON text: its other members, and where the features are.
struct GeoJSONFrame {
  /// `type`, `links`, `crs` and whatever else stands beside the features.
  private(set) var members: [String: JSONValue] = [:]
  /// Where the arrays of features start; more than one in a sequence of collections.
  private(set) var arrays: [Int] = []

  /// Members of a text that are looked at; larger ones are passed over.
  private static let largestMember = 1 << 20

  /// Reads a FeatureCollection, the answer of `address`. Throws ``FetchError/notUnderstood(address:reason:remedy:)``.
  init(path: String, address: String) throws(FetchError) {
    func fault(_ reason: String) -> FetchError {
      .notUnderstood(address: address, reason: reason, remedy: "Give the address of the service or of one of its collections")
    }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else {
      throw fault("what was fetched cannot be read again")
    }
    let reading = data.withUnsafeBytes { bytes in
      Result { () throws(JSONScanner.Fault) in
        var scanner = JSONScanner(bytes)
        return try GeoJSONFrame(reading: &scanner)
      }
    }
    switch reading {
    case .success(let frame): self = frame
    case .failure(let error): throw fault("no GeoJSON came: byte \(error.position): expected \(error.expected)")
    }
    guard members["type"]?.text == "FeatureCollection", !arrays.isEmpty else { throw fault("no FeatureCollection came") }
  }

  /// Reads one object; the features are passed over.
  init(reading scanner: inout JSONScanner) throws(JSONScanner.Fault) {
    var members: [String: JSONValue] = [:]
    var arrays: [Int] = []
    try scanner.members { (scanner, key) throws(JSONScanner.Fault) in
      if scanner.equals(key, "features"), scanner.next() == UInt8(ascii: "[") { arrays.append(scanner.position) }
      let value = try scanner.skipValue()
      guard value.count <= Self.largestMember, let name = String(validating: scanner.bytes[key], as: UTF8.self),
        name != "features"
      else { return }
      members[name] = try? JSONValue(parsing: UnsafeRawBufferPointer(rebasing: scanner.bytes[value]), limits: .trusted)
    }
    self.members = members
    self.arrays = arrays
  }
}
