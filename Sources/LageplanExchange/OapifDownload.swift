import Foundation
import LageplanFeatures
import LageplanGeometry

/// All features of one collection of an OGC API – Features (17-069r4), fetched page by page along the `next` links.
struct OapifDownload {
  /// The pages, GeoJSON each.
  let paths: [String]
  /// In which system the positions are (18-058r1, Content-Crs).
  let crs: CoordinateReferenceSystem
  /// How many features there may be; more than one number where it changed meanwhile. `nil`: the service does not say.
  let count: ClosedRange<Int>?
  let notes: [String]

  static let standardPage = 1_000

  init(_ request: SourceRequest, into folder: SpoolFolder, by client: HttpClient) throws(FetchError) {
    let collection = try Self.collection(request, by: client)
    let wanted = try Self.system(of: collection.document, request)
    var address = collection.items
    if address.value(of: "limit") == nil { address = address.with("limit", String(request.pageSize ?? Self.standardPage)) }
    if let wanted, address.value(of: "crs") == nil { address = address.with("crs", wanted.uri) }

    var walk = PageWalk(folder: folder, client: client)
    try walk.follow(from: address.text)
    paths = walk.paths
    crs = walk.crs ?? .crs84
    count = walk.matched
    if let wanted, crs.srid != wanted.srid {
      guard request.crs == nil else {
        throw .notUnderstood(
          address: shown(address.text), reason: "the service was asked for \(wanted) and answers in \(crs)",
          remedy: "Take the source without --crs")
      }
      notes = ["the service keeps \(wanted) and answers in \(crs)"]
    } else {
      notes = []
    }
  }

  // MARK: The collection

  private static func collection(_ request: SourceRequest, by client: HttpClient) throws(FetchError)
    -> (document: JSONValue, items: ServiceAddress)
  {
    var address = ServiceAddress(request.address)
    let parts = address.path.split(separator: "/", omittingEmptySubsequences: true)
    let root = address.base.dropLast(address.path.count)
    var items: ServiceAddress?
    if let place = parts.lastIndex(of: "collections"), place + 1 < parts.count {
      if parts.last == "items" { items = address }
      address.base = root + parts[...(place + 1)].map { "/" + $0 }.joined()
    } else {
      let stem = parts.last == "collections" ? parts.dropLast() : parts[...]
      address.base = root + (stem + ["collections"]).map { "/" + $0 }.joined()
      address.base += "/" + (try choose(request.layer, at: address, by: client))
    }
    var plain = address
    plain.remove([
      "f", "limit", "bbox", "datetime", "crs", "filter", "filter-lang", "filter-crs", "offset", "properties", "sortby",
    ])
    let document = try json(plain.text, by: client).value
    if let items { return (document, items) }
    // What the caller asks along with the collection is meant for its features.
    let target = link("items", in: document, at: plain.text) ?? plain.base + "/items"
    // The operator chose one host; what that host answers must not send this machine to another.
    guard ServiceAddress(target).origin == address.origin else {
      throw .addressRefused(
        address: shown(target),
        reason:
          "the collection links its features at another host than it is itself at; give the address under which the service knows itself"
      )
    }
    var own = ServiceAddress(ServiceAddress.withCredentials(of: request.address, target))
    own.remove(["f"])
    for (name, value) in address.parameters where own.value(of: name) == nil && name != "f" {
      own = own.with(name, value.removingPercentEncoding ?? value)
    }
    return (document, own)
  }

  /// The id of the collection, for the path: the one that is wanted, or the only one.
  private static func choose(_ wanted: String?, at address: ServiceAddress, by client: HttpClient) throws(FetchError) -> String {
    if let wanted {
      return wanted.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~:"))) ?? wanted
    }
    let list = try json(address.text, by: client).value["collections"]?.array ?? []
    let ids = list.compactMap { $0["id"]?.text }
    guard ids.count == 1, let id = ids.first else { throw .layerNeeded(address: shown(address.text), wanted: nil, layers: ids) }
    return id
  }

  /// The system to ask for: the one that is wanted, else the one in which the service keeps the features, so that positions come as
  /// they are; `nil`: it has none but CRS84.
  private static func system(of collection: JSONValue, _ request: SourceRequest) throws(FetchError) -> CoordinateReferenceSystem?
  {
    let offered = (collection["crs"]?.array ?? []).compactMap { $0.text.flatMap { CoordinateReferenceSystem(parsing: $0) } }
    if let wanted = request.crs {
      guard wanted.isWgs84Degrees || offered.contains(where: { $0.srid == wanted.srid }) else {
        throw .notUnderstood(
          address: shown(request.address), reason: "the collection is not offered in \(wanted)",
          remedy: "It has \(offered.isEmpty ? "OGC:CRS84" : offered.map(\.name).joined(separator: ", "))")
      }
      return wanted.isWgs84Degrees ? nil : wanted
    }
    guard let kept = collection["storageCrs"]?.text.flatMap({ CoordinateReferenceSystem(parsing: $0) }), !kept.isWgs84Degrees,
      (try? kept.info()) != nil
    else { return nil }
    return kept
  }

  // MARK: Documents

  static func json(_ address: String, by client: HttpClient) throws(FetchError) -> (answer: HttpAnswer, value: JSONValue) {
    let (answer, bytes) = try client.document(address, accepting: "application/json")
    do {
      return (answer, try JSONValue(parsing: bytes, limits: JSONLimits(bytes: 32 << 20)))
    } catch {
      throw .notUnderstood(
        address: shown(address), reason: "no JSON came (\(error))",
        remedy: "Give the address of the service or of one of its collections")
    }
  }

  /// The target of the first link of that kind, as a whole address.
  static func link(_ relation: String, in document: JSONValue, at address: String) -> String? {
    let links = (document["links"]?.array ?? []).filter { $0["rel"]?.text == relation }
    let best = links.first { $0["type"]?.text?.hasPrefix("application/geo+json") ?? false } ?? links.first { isData($0) }
    guard let target = best?["href"]?.text else { return nil }
    return URL(string: target, relativeTo: URL(string: address))?.absoluteString
  }

  private static func isData(_ link: JSONValue) -> Bool {
    guard let type = link["type"]?.text else { return true }
    return type.contains("json")
  }
}

/// Pages, one after the other, as the service links them.
private struct PageWalk {
  let folder: SpoolFolder
  let client: HttpClient
  private(set) var paths: [String] = []
  private(set) var crs: CoordinateReferenceSystem?
  private(set) var matched: ClosedRange<Int>?

  init(folder: SpoolFolder, client: HttpClient) {
    self.folder = folder
    self.client = client
  }

  mutating func follow(from start: String) throws(FetchError) {
    let origin = ServiceAddress(start).origin
    var visited: Set<String> = []
    var next: String? = start
    while let address = next {
      guard visited.insert(address).inserted else {
        throw .incomplete(
          address: shown(address), reason: "the service links a page as its own successor", remedy: "Ask its operator")
      }
      guard ServiceAddress(address).origin == origin else {
        throw .addressRefused(
          address: shown(address),
          reason: "the service goes on at another host than it began at; give the address under which it knows itself")
      }
      guard paths.count < client.limits.pages else {
        throw .beyondLimit(address: shown(address), what: "more than \(paths.count) pages", allowed: "\(client.limits.pages)")
      }
      next = try fetch(address).map { ServiceAddress.withCredentials(of: start, $0) }
    }
  }

  /// Fetches one page and answers where the next one is.
  private mutating func fetch(_ address: String) throws(FetchError) -> String? {
    let path = folder.file("page-\(paths.count + 1).geojson")
    let answer = try client.file(address, to: path, headers: ["Accept: application/geo+json, application/json;q=0.9"])
    let frame = try GeoJSONFrame(path: path, address: shown(answer.address))
    // RFC 2119 of 18-058r1: <http://www.opengis.net/def/crs/EPSG/0/25832>
    let named = answer.headers["content-crs"].map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "<> ")) }
    let found = named.flatMap { CoordinateReferenceSystem(parsing: $0) } ?? .crs84
    guard named == nil || CoordinateReferenceSystem(parsing: named ?? "") != nil else {
      throw .notUnderstood(
        address: shown(address), reason: "the answer is in a system that is not known: \(named ?? "")",
        remedy: "Name another with --crs")
    }
    guard crs == nil || crs == found else {
      throw .incomplete(
        address: shown(address), reason: "the pages are in different systems", remedy: "Ask the operator of the service")
    }
    crs = found
    paths.append(path)
    if let count = frame.members["numberMatched"]?.integer.map({ Int($0) }) {
      matched = matched.map { min($0.lowerBound, count)...max($0.upperBound, count) } ?? count...count
    }
    return OapifDownload.link("next", in: .object(frame.members.map { ($0.key, $0.value) }), at: answer.address)
  }
}
