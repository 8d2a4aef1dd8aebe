import Foundation
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport

/// A store in a folder of its own, closed and gone after the closure.
func withStore<T>(_ descriptors: [CollectionDescriptor] = [], readers: Int = 2, _ body: (Store) throws -> T) throws -> T {
  try TemporaryFolder.with { folder in
    let store = try Store(path: folder.appendingPathComponent("town.sqlite").path, mode: .create, readers: readers)
    defer { store.close() }
    for descriptor in descriptors { try store.createCollection(descriptor) }
    return try body(store)
  }
}

func withStore<T>(_ descriptors: [CollectionDescriptor] = [], readers: Int = 2, _ body: (Store) async throws -> T) async throws
  -> T
{
  try await TemporaryFolder.with { folder in
    let store = try Store(path: folder.appendingPathComponent("town.sqlite").path, mode: .create, readers: readers)
    defer { store.close() }
    for descriptor in descriptors { try store.createCollection(descriptor) }
    return try await body(store)
  }
}

extension CollectionDescriptor {
  /// Trees with a name, a height and a day: small enough to see at a glance.
  static let trees = CollectionDescriptor(
    id: "trees", title: "Trees", geometryKind: .point, storageCrs: .utm32,
    schema: Schema(properties: [
      PropertyDefinition(name: "species", kind: .text), PropertyDefinition(name: "height", kind: .real),
      PropertyDefinition(name: "planted", kind: .date),
    ]))
}

extension Feature {
  /// A tree for `CollectionDescriptor.trees`.
  static func tree(_ id: String, x: Double, y: Double, species: String? = "Linde", height: Double? = 10, planted: String? = nil)
    -> Feature
  {
    Feature(
      id: id, geometry: .point(Coordinate(x: x, y: y)),
      values: [
        species.map(PropertyValue.text) ?? .null, height.map(PropertyValue.real) ?? .null,
        planted.flatMap(CalendarDate.init(iso:)).map(PropertyValue.date) ?? .null,
      ])
  }
}

extension Store {
  @discardableResult
  func importAll(
    _ features: [Feature], into descriptor: CollectionDescriptor, options: ImportOptions = ImportOptions(),
    rejected: (ImportRejection) throws -> Void = { _ in }, sparing: () -> Set<String>? = { [] }
  ) throws -> ImportResult {
    var rest = features[...]
    return try importFeatures(
      into: descriptor, options: options, from: { rest.popFirst() }, rejected: rejected, sparing: sparing)
  }

  /// The features that match, owned, by rising number.
  func features(matching query: FeatureQuery) throws -> [Feature] {
    var query = query
    query.after = query.after ?? .min
    let asked = query
    return try readSync { try $0.features(matching: asked) }
  }
}

extension StoreReader {
  func features(matching query: FeatureQuery) throws -> [Feature] {
    let schema = try descriptor(of: query.collection).schema
    let kinds: [PropertyKind] =
      switch query.properties {
      case .all: schema.properties.map(\.kind)
      case .named(let names): names.compactMap { schema[$0]?.kind }
      }
    var result: [Feature] = []
    try forEachRow(matching: query) { row in
      result.append(
        Feature(
          id: String(decoding: row.id, as: UTF8.self), number: row.number,
          geometry: try row.geometry.map { try Geometry(decoding: $0) },
          values: zip(row.values, kinds).map { $0.value(as: $1) }))
      return .next
    }
    return result
  }
}
