public import LageplanFeatures
public import LageplanGeometry

/// How a source is spoken to.
public enum SourceKind: String, Hashable, Sendable, CaseIterable {
  /// A Web Feature Service, 2.0 or 1.1.
  case wfs
  /// An OGC API – Features.
  case oapif
  /// A file on this machine or at an address.
  case file

  /// What an address looks like: `nil` where it may be anything.
  public init?(guessing address: String) {
    let lower = address.lowercased()
    guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else {
      self = .file
      return
    }
    let parts = ServiceAddress(lower)
    if parts.value(of: "service") == "wfs" || parts.path.hasSuffix("/wfs") {
      self = .wfs
    } else if parts.path.contains("/collections/") || parts.path.hasSuffix("/collections") {
      self = .oapif
    } else if ImportSource.fileEndings.contains(where: { parts.path.hasSuffix("." + $0) }) {
      self = .file
    } else {
      return nil
    }
  }
}

/// What is to be fetched.
public struct SourceRequest: Hashable, Sendable {
  public var kind: SourceKind
  /// A path, or an http or https address.
  public var address: String
  /// Of several: the feature type of a WFS, the collection of an OGC API, the layer of a file.
  public var layer: String?
  /// A service is asked for this system. Of a file it overrules what it declares, see ``ImportSettings``.
  public var crs: CoordinateReferenceSystem?
  /// Of text, instead of what it looks like.
  public var encoding: String?
  /// The property by which a WFS orders its pages.
  public var sortBy: String?
  /// Features of one page; `nil`: what the service likes.
  public var pageSize: Int?

  public init(kind: SourceKind, address: String) {
    self.kind = kind
    self.address = address
  }
}

/// By what a file is known again: an answer's entity tag and date, or a local file's size and date.
public struct SourceState: Hashable, Sendable {
  public var entityTag: String?
  public var modified: String?

  public init(entityTag: String? = nil, modified: String? = nil) {
    self.entityTag = entityTag
    self.modified = modified
  }

  public var isEmpty: Bool { entityTag == nil && modified == nil }
}

/// A source as it was fetched.
public struct FetchedSource {
  /// `nil`: it is what it was at the state that was given.
  public var source: (any FeatureSource)?
  /// To be given the next time.
  public var state = SourceState()
  /// What people should know: the report's warnings.
  public var notes: [String] = []
  /// What it cost.
  public var requests = 0
  public var bytes: Int64 = 0
}

extension SourceRequest {
  /// Fetches the source into files of its own, which go with what is answered. Nothing of it is in the memory at once but one page
  /// of an OGC API; no database is held meanwhile.
  ///
  /// `since` is the state of the last time: a file that has not changed is not fetched again. `town` is the zone of times that are
  /// written without one. Throws ``ExchangeError`` and ``FetchError``.
  public func fetch(
    limits: FetchLimits = FetchLimits(), since: SourceState = SourceState(), town: TownTime,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> FetchedSource {
    var fetched = FetchedSource()
    if kind == .file, !Self.isNetworkAddress(address) {
      return try FileDownload.open(self, since: since, town: town)
    }
    let client = try HttpClient(limits: limits, isCancelled: isCancelled)
    let folder = try SpoolFolder()
    switch kind {
    case .file:
      fetched = try FileDownload.fetch(self, since: since, town: town, into: folder, by: client)
    case .wfs:
      let download = try WfsDownload(self, into: folder, by: client)
      var preparation = GDALSource.Preparation(target: download.path)
      preparation.drivers = ["GML"]
      preparation.openOptions = ImportSource.gmlOptions
      preparation.declaredKinds = download.kinds
      let source = try GDALSource(name: shown(address), preparation: preparation, layer: nil, town: town)
      fetched.source = SpooledSource(source, folder: folder, count: download.count.map { $0...$0 }, repeats: .wfs)
      fetched.notes = download.notes
    case .oapif:
      let download = try OapifDownload(self, into: folder, by: client)
      let source = try GeoJSONSource(name: shown(address), paths: download.paths, crs: download.crs)
      fetched.source = SpooledSource(source, folder: folder, count: download.count, repeats: .oapif)
      fetched.notes = download.notes
    }
    fetched.requests = client.requests
    fetched.bytes = client.bytes
    return fetched
  }

  /// An address for people: without user name and password.
  public static func withoutPassword(_ address: String) -> String { shown(address) }

  static func isNetworkAddress(_ text: String) -> Bool {
    let lower = text.lowercased()
    return lower.hasPrefix("http://") || lower.hasPrefix("https://")
  }
}
