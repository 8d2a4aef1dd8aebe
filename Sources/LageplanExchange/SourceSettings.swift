public import LageplanFeatures
import LageplanGeometry

/// How a source is to be fetched and taken, as it is kept: the spellings of the import's options, in a JSON object.
public struct SourceSettings: Hashable, Sendable {
  public var layer: String?
  /// `EPSG:25832`
  public var crs: String?
  public var encoding: String?
  public var sortBy: String?
  public var pageSize: Int?
  public var idProperty: String?
  public var x: String?
  public var y: String?
  public var wkt: String?
  /// Types by column.
  public var types: [String: String] = [:]
  public var dateFormat: String?
  /// Columns whose changes are no changes.
  public var ignored: [String] = []
  /// Features that the source does not have any more stay.
  public var keepsMissing = false
  /// A delivery with fewer records than this share of the collection's features is refused.
  public var smallestShare = 0.5
  /// What may be fetched at most, in megabytes, and for how long, in minutes.
  public var megabytes = 2048
  public var minutes = 60
  /// A collection that is not there yet is made for holders of tokens only.
  public var isHidden = false
  /// The title that a collection gets which is not there yet.
  public var title: String?
  public var licence: String?
  public var attribution: String?

  public init() {}

  /// What is wrong with a setting.
  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    public init(description: String) { self.description = description }
  }

  // MARK: JSON

  private static var texts: [(name: String, path: WritableKeyPath<SourceSettings, String?>)] {
    [
      ("layer", \.layer), ("crs", \.crs), ("encoding", \.encoding), ("sortBy", \.sortBy), ("idProperty", \.idProperty),
      ("x", \.x), ("y", \.y), ("wkt", \.wkt), ("dateFormat", \.dateFormat), ("title", \.title), ("licence", \.licence),
      ("attribution", \.attribution),
    ]
  }

  /// Only what differs from the standard.
  public var json: JSONValue {
    let standard = SourceSettings()
    var members: [(key: String, value: JSONValue)] = []
    for (name, path) in Self.texts { if let text = self[keyPath: path] { members.append((name, .text(text))) } }
    if let pageSize { members.append(("pageSize", .integer(Int64(pageSize)))) }
    if !types.isEmpty { members.append(("types", .object(types.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) }))) }
    if !ignored.isEmpty { members.append(("ignored", .array(ignored.map { .text($0) }))) }
    if keepsMissing { members.append(("keepsMissing", true)) }
    if isHidden { members.append(("hidden", true)) }
    if smallestShare != standard.smallestShare { members.append(("smallestShare", .real(smallestShare))) }
    if megabytes != standard.megabytes { members.append(("megabytes", .integer(Int64(megabytes)))) }
    if minutes != standard.minutes { members.append(("minutes", .integer(Int64(minutes)))) }
    return .object(members)
  }

  /// Throws ``Fault`` for what is no settings object, and for members that are not known.
  public init(_ json: JSONValue) throws(Fault) {
    guard let members = json.object else {
      throw Fault(description: "The settings of a source are an object, not \(json.typeName).")
    }
    for (key, value) in members {
      func fault(_ expected: String) -> Fault { Fault(description: "\(key): \(expected) is needed, not \(value.excerpt()).") }
      if let path = Self.texts.first(where: { $0.name == key })?.path {
        guard let text = value.text else { throw fault("a text") }
        self[keyPath: path] = text
        continue
      }
      switch key {
      case "pageSize", "megabytes", "minutes":
        guard let number = value.integer, (1...1_000_000).contains(number) else { throw fault("a whole number from 1") }
        switch key {
        case "pageSize": pageSize = Int(number)
        case "megabytes": megabytes = Int(number)
        default: minutes = Int(number)
        }
      case "types":
        for (column, kind) in value.object ?? [] { types[column] = kind.text }
      case "ignored": ignored = (value.array ?? []).compactMap(\.text)
      case "keepsMissing": keepsMissing = value.boolean ?? false
      case "hidden": isHidden = value.boolean ?? false
      case "smallestShare":
        guard let share = value.number, (0...1).contains(share) else { throw fault("a share from 0 to 1") }
        smallestShare = share
      default: throw Fault(description: "\(key) is no setting of a source.")
      }
    }
    try check()
  }

  /// Throws ``Fault`` for a system, type, date format or pair of columns that cannot be.
  public func check() throws(Fault) {
    if let crs, CoordinateReferenceSystem(parsing: crs) == nil {
      throw Fault(description: "\(crs) is no system: name it by its EPSG code, as EPSG:25832, or OGC:CRS84.")
    }
    for (column, kind) in types.sorted(by: { $0.key < $1.key }) where PropertyKind(rawValue: kind) == nil {
      let known = PropertyKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fault(description: "\(column)=\(kind): the types are \(known).")
    }
    if let dateFormat {
      do { _ = try DateFormat(dateFormat) } catch { throw Fault(description: "\(error)") }
    }
    guard (x == nil) == (y == nil) else { throw Fault(description: "x and y belong together: name both columns.") }
    guard x == nil || wkt == nil else { throw Fault(description: "Name either x and y or wkt.") }
  }

  // MARK: Use

  public func request(kind: SourceKind, address: String) -> SourceRequest {
    var request = SourceRequest(kind: kind, address: address)
    request.layer = layer
    request.crs = crs.flatMap { CoordinateReferenceSystem(parsing: $0) }
    request.encoding = encoding
    request.sortBy = sortBy
    request.pageSize = pageSize
    return request
  }

  public var limits: FetchLimits {
    var limits = FetchLimits()
    limits.bytes = Int64(megabytes) << 20
    limits.seconds = minutes * 60
    return limits
  }

  /// `kind`: a service is asked for the system, of a file it overrules what it declares. Throws ``ExchangeError``.
  public func importSettings(for kind: SourceKind, town: TownTime) throws -> ImportSettings {
    var settings = ImportSettings(town: town)
    settings.crs = kind == .file ? crs.flatMap { CoordinateReferenceSystem(parsing: $0) } : nil
    settings.idProperty = idProperty
    settings.x = x
    settings.y = y
    settings.wkt = wkt
    settings.types = types.compactMapValues { PropertyKind(rawValue: $0) }
    settings.dateFormat = try dateFormat.map { try DateFormat($0) }
    return settings
  }
}
