import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// Writes entries of the log of changes as JSON, for the feed and for the stream.
struct ChangeDocuments {
  /// Names of people stand in the log; only those who are trusted with a token read them.
  let showsActors: Bool
  var visible: [String] { Array(collections.keys) }
  private let collections: [String: CollectionDescriptor]
  private var toDegrees: [String: CoordinateTransform] = [:]
  private var toMercator: [String: CoordinateTransform] = [:]

  /// `collections`: those that the reader of the document may see.
  init(_ collections: [CollectionDescriptor], for visitor: Visitor) {
    self.collections = Dictionary(uniqueKeysWithValues: collections.map { ($0.id, $0) })
    showsActors = visitor.token != nil
  }

  /// `nil` for a change of a collection that is not to be seen, or is no more.
  mutating func document(_ change: FeatureChange) -> JSONValue? {
    guard let descriptor = collections[change.collection] else { return nil }
    var members: [(key: String, value: JSONValue)] = [
      ("sequence", .integer(change.sequence)), ("collection", .text(change.collection)),
      ("operation", .text(change.operation.rawValue)),
    ]
    if let id = change.id { members.append(("id", .text(id))) }
    if let numbers = change.numbers { members.append(("features", .integer(numbers.upperBound - numbers.lowerBound + 1))) }
    members.append(("at", .text(change.at.iso)))
    if showsActors { members.append(("actor", change.actor.map { .text($0) } ?? .null)) }
    if let box = box(change.oldEnvelope, of: descriptor) { members.append(("oldBbox", box)) }
    if let box = box(change.newEnvelope, of: descriptor) { members.append(("bbox", box)) }
    members.append(("tiles", tiles(of: change, descriptor)))
    return .object(members)
  }

  /// The tiles that show something else than before: ranges of WebMercatorQuad for the old place and for the new, `[zoom, minX, minY, maxX,
  /// maxY]` each, or `"all"`.
  private mutating func tiles(of change: FeatureChange, _ descriptor: CollectionDescriptor) -> JSONValue {
    var ranges: [[Int]] = []
    for area in ChangedAreas.areas(of: change) {
      guard let envelope = area.envelope, descriptor.minZoom <= descriptor.maxZoom,
        let transform = try? mercator(from: descriptor), let inMercator = try? transform.transform(envelope)
      else { return "all" }
      for range in ChangedTiles.ranges(of: inMercator, zooms: descriptor.minZoom...descriptor.maxZoom)
      where !ranges.contains(range) {
        ranges.append(range)
      }
    }
    return .array(ranges.map { .array($0.map { .integer(Int64($0)) }) })
  }

  /// In CRS84; `nil` where there is none, or where a broken geometry gave one that lies nowhere.
  private mutating func box(_ envelope: Envelope?, of descriptor: CollectionDescriptor) -> JSONValue? {
    guard let envelope, !envelope.isEmpty else { return nil }
    do throws(CrsError) {
      let transform = try transform(from: descriptor)
      let box = try transform.transform(envelope)
      return .array([box.minX, box.minY, box.maxX, box.maxY].map { .real(($0 * 1e7).rounded() / 1e7) })
    } catch {
      return nil
    }
  }

  private mutating func mercator(from descriptor: CollectionDescriptor) throws(CrsError) -> CoordinateTransform {
    if let made = toMercator[descriptor.id] { return made }
    let made = try CoordinateTransform(from: descriptor.storageCrs, to: .webMercator)
    toMercator[descriptor.id] = made
    return made
  }

  private mutating func transform(from descriptor: CollectionDescriptor) throws(CrsError) -> CoordinateTransform {
    if let made = toDegrees[descriptor.id] { return made }
    let made = try CoordinateTransform(from: descriptor.storageCrs, to: .crs84)
    toDegrees[descriptor.id] = made
    return made
  }
}
