import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanRouting

/// The objects of an OpenStreetMap extract as a source of an import: tags are text columns, ids are `way/17`.
final class OsmObjectSource: FeatureSource {
  let name: String
  let format = "OSM"
  let columns: [SourceColumn]
  let hasGeometry = true
  let declaredCrs = DeclaredCrs.byFormat(.crs84)
  let idRule: String? = "the elements of OpenStreetMap"
  let encoding: EncodingFinding? = nil
  var count: Int? { objects.count }
  /// Objects of which a part lies beyond the border of the extract.
  let cutCount: Int

  private let objects: [OsmObject]
  private var index = -1
  /// The UTF-8 of the text last lent.
  private var lent = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 1)

  /// A file of this form, by its name.
  static func recognises(_ path: String) -> Bool { path.lowercased().hasSuffix(".pbf") }

  /// Reads the objects that `filters` let through. `keys`: only these tags become columns; none: all that any object has. Throws `OsmError`.
  init(path: String, filters: [OsmTagFilter], keys: [String], progress: @escaping OsmProgress) throws {
    let file = try OsmFile(path: path)
    name = path
    objects = try file.objects(filters, progress: progress).objects
    cutCount = objects.count { $0.fault == .cut && $0.geometry != nil }
    let found = Set(objects.flatMap { $0.tags.tags.map(\.key) })
    // The name first, as people look for it; the rest in the order of the alphabet.
    let ordered = keys.isEmpty ? found.sorted { ($0 != "name" ? 1 : 0, $0) < ($1 != "name" ? 1 : 0, $1) } : keys
    columns = ordered.map { SourceColumn(name: $0, kind: .text) }
  }

  deinit { lent.deallocate() }

  func rewind() { index = -1 }

  func advance() -> Bool {
    index += 1
    return index < objects.count
  }

  var position: SourcePosition { .feature(index + 1) }
  var featureId: String? { objects[index].id }

  func value(of column: Int) -> PropertyValue {
    objects[index].tags[columns[column].name].map { .text($0) } ?? .null
  }

  func text(of column: Int) -> UnsafeRawBufferPointer? {
    guard var text = objects[index].tags[columns[column].name] else { return nil }
    return text.withUTF8 { utf8 in
      if lent.count < utf8.count {
        lent.deallocate()
        lent = .allocate(byteCount: 2 * utf8.count, alignment: 1)
      }
      lent.copyMemory(from: UnsafeRawBufferPointer(utf8))
      return UnsafeRawBufferPointer(rebasing: lent[..<utf8.count])
    }
  }

  func geometry() throws -> Geometry? {
    if let geometry = objects[index].geometry { return geometry }
    let id = objects[index].id
    switch objects[index].fault {
    case .openRings:
      throw RowFault("the rings of \(id) do not close to an area", remedy: "repair it in OpenStreetMap, or cut a larger extract")
    case .noPlace, .cut:
      throw RowFault("the points of \(id) are not in the extract", remedy: "cut a larger extract, with `osmium extract`")
    case .noShape, nil:
      throw RowFault("\(id) is a relation that is no area", remedy: "import its members, or use a multipolygon")
    }
  }
}
