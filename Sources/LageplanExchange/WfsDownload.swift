import Foundation
import LageplanFeatures
import LageplanGeometry

/// All features of one layer of a Web Feature Service, fetched into one GML file.
///
/// Pages are asked for by `count` and `startIndex` (OGC 09-025r2, section 7.6.3); a service without pages is asked for all at once.
/// How many there are is taken from the answers, and what does not add up is no delivery.
struct WfsDownload {
  /// The GML file.
  let path: String
  /// What must come out of reading it; `nil`: the service does not say.
  let count: Int?
  let kinds: [String: PropertyKind]
  let notes: [String]
  let layer: String

  /// Where the service does not say how many it gives at once.
  static let standardPage = 10_000

  init(_ request: SourceRequest, into folder: SpoolFolder, by client: HttpClient) throws(FetchError) {
    let service = try WfsService(request.address, layer: request.layer, by: client)
    let system = try request.crs.map { crs throws(FetchError) in try service.system(crs) }
    layer = service.layer.name
    var notes: [String] = []
    do {
      kinds = try service.propertyKinds(by: client)
    } catch FetchError.cancelled {
      throw .cancelled
    } catch {
      kinds = [:]
      notes.append("the service does not describe the types of its properties, which are taken from the values: \(error)")
    }
    self.notes = notes

    var pages = GmlPages(folder: folder)
    if service.hasPages {
      let size = request.pageSize ?? service.standardCount ?? Self.standardPage
      count = try Self.fetchPages(of: service, size: size, system: system, sortedBy: request.sortBy, into: &pages, by: client)
    } else {
      let matched = try service.count(by: client)
      let address = service.features(system: system, sortedBy: request.sortBy, page: nil)
      let page = try pages.fetch(address, by: client)
      count = page.matched ?? matched
    }
    path = try pages.joined()
  }

  /// Answers how many features the service says it has.
  private static func fetchPages(
    of service: WfsService, size: Int, system: String?, sortedBy property: String?, into pages: inout GmlPages,
    by client: HttpClient
  ) throws(FetchError) -> Int? {
    var start = 0
    while true {
      let address = service.features(system: system, sortedBy: property, page: (start, size))
      let page = try pages.fetch(address, by: client)
      guard let returned = page.returned else {
        throw .notUnderstood(
          address: shown(address), reason: "the answer does not say how many features it has (numberReturned)",
          remedy: "Ask the operator of the service, which WFS 2.0 obliges to it")
      }
      start += returned
      guard returned > 0 else {
        guard let matched = page.matched, matched > start else { return start }
        throw .incomplete(
          address: shown(address), reason: "the service has \(matched) features and hands out only \(start)",
          remedy: "Ask its operator, or try a smaller --page-size")
      }
      if let matched = page.matched, start >= matched { return matched }
      guard pages.count < client.limits.pages else {
        throw .beyondLimit(address: shown(address), what: "more than \(pages.count) pages", allowed: "\(client.limits.pages)")
      }
    }
  }
}

/// Answers to GetFeature, which are joined to one.
private struct GmlPages {
  struct Page {
    var path: String
    /// What the outermost tag says.
    var matched: Int?
    var returned: Int?
    /// Of the outermost element, its name with prefix and its namespaces.
    var root: String
    var namespaces: [String: String]
    /// What stands between the outermost tags.
    var content: Range<Int>
  }

  let folder: SpoolFolder
  private var pages: [Page] = []

  init(folder: SpoolFolder) { self.folder = folder }

  var count: Int { pages.count }

  mutating func fetch(_ address: String, by client: HttpClient) throws(FetchError) -> Page {
    let path = folder.file("page-\(pages.count + 1).gml")
    let answer = try client.file(
      address, to: path, headers: ["Accept: application/gml+xml, application/xml, text/xml, */*;q=0.5"])
    let page = try read(path, address: shown(answer.address))
    if let last = pages.last, last.returned == page.returned, try isEqual(last, page) {
      throw .incomplete(
        address: shown(address), reason: "the service answers with the same features again, it does not follow startIndex",
        remedy: "Ask for all at once with a large --page-size")
    }
    // A page behind the end is none.
    if page.returned != 0 || pages.isEmpty { pages.append(page) }
    return page
  }

  private func isEqual(_ a: Page, _ b: Page) throws(FetchError) -> Bool {
    try bytes(of: a.path)[a.content] == bytes(of: b.path)[b.content]
  }

  private func bytes(of path: String) throws(FetchError) -> Data {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .notUnderstood(address: path, reason: "it cannot be read again: \(error.localizedDescription)", remedy: "Try again")
    }
  }

  private func read(_ path: String, address: String) throws(FetchError) -> Page {
    let data = try bytes(of: path)
    func fault(_ reason: String) -> FetchError {
      .notUnderstood(address: address, reason: "no features came: \(reason)", remedy: "Check the address in a browser")
    }
    let root: (tag: (element: XmlElement, name: String), isClosed: Bool)
    let end: Int
    do {
      (root, end) = try data.withUnsafeBytes { raw in
        var parser = XmlParser(raw.assumingMemoryBound(to: UInt8.self))
        return (try parser.rootTag(), parser.position)
      }
    } catch {
      throw fault("\(error)")
    }
    let element = root.tag.element
    if element.name.hasSuffix("ExceptionReport") {
      let report = try? XmlElement(parsing: [UInt8](data.prefix(1 << 20)))
      throw .refused(address: address, status: 200, answer: excerpt(report?.exceptionText ?? element.name))
    }
    guard element.name == "FeatureCollection" else { throw fault("\(element.name) instead of a FeatureCollection") }
    let close =
      root.isClosed ? end..<end : data.range(of: Data("</\(root.tag.name)".utf8), options: .backwards).map { end..<$0.lowerBound }
    guard let content = close, content.lowerBound <= content.upperBound else { throw fault("the answer breaks off") }
    let attributes = element.attributes
    let returned = (attributes["numberReturned"] ?? attributes["numberOfFeatures"]).flatMap { Int($0) }
    return Page(
      path: path, matched: (attributes["numberMatched"] ?? attributes["numberOfFeatures"]).flatMap { Int($0) },
      returned: content.isEmpty ? 0 : returned, root: root.tag.name,
      namespaces: attributes.filter { $0.key == "xmlns" || $0.key.hasPrefix("xmlns:") }, content: content)
  }

  /// One file with the members of all pages, in the frame of the first.
  func joined() throws(FetchError) -> String {
    guard pages.count > 1, let first = pages.first else { return pages.first?.path ?? "" }
    let path = folder.file("features.gml")
    do {
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
        let file = FileHandle(forWritingAtPath: path)
      else { throw CocoaError(.fileWriteUnknown) }
      defer { try? file.close() }
      try file.write(contentsOf: bytes(of: first.path)[..<first.content.upperBound])
      for page in pages.dropFirst() {
        guard page.namespaces == first.namespaces, page.root == first.root else {
          throw FetchError.incomplete(
            address: path, reason: "the pages of the service have different namespaces",
            remedy: "Ask for all at once with a large --page-size")
        }
        try file.write(contentsOf: bytes(of: page.path)[page.content])
        // What has been copied need not lie there twice.
        try FileManager.default.removeItem(atPath: page.path)
      }
      try file.write(contentsOf: Data("</\(first.root)>".utf8))
      return path
    } catch let error as FetchError {
      throw error
    } catch {
      throw .notUnderstood(
        address: path, reason: "it cannot be written: \(error.localizedDescription)", remedy: "Make room there")
    }
  }
}
