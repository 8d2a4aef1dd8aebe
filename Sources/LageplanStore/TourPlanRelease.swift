import LageplanFeatures
import LageplanGeometry

/// Brings the features of a released plan into ordinary collections, inside a transaction of the caller: triggers note each change, so the feed of changes,
/// history and tiles follow as they follow any edit.
struct TourPlanRelease {
  private let plan: String
  private let connection: SQLiteConnection

  init(of plan: String, on connection: SQLiteConnection) {
    self.plan = plan
    self.connection = connection
  }

  /// The plan's features are from now on those of `layer`: what is gone is deleted, what is the same keeps its version. The features of other plans stay.
  ///
  /// Makes the collection where there is none. Throws `StoreError.unfitTourCollection` where one of that id has other properties, another frame or
  /// another type of geometry.
  func replace(_ layer: TourPlanFeatures) throws {
    let descriptor = layer.collection
    let entry = try entry(of: descriptor.id) ?? CollectionWriter(connection: connection).create(descriptor)
    guard let column = entry.table.column(of: TourPlanFeatures.planProperty) else {
      throw unfit(descriptor, "it has no property \(TourPlanFeatures.planProperty)")
    }
    let kept = entry.descriptor
    guard kept.geometryKind == nil || kept.geometryKind == descriptor.geometryKind else {
      throw unfit(descriptor, "it holds geometries of another type")
    }
    let fitted = try layer.features.map { try fit($0, of: descriptor, into: kept) }
    let known = Set(try ids(in: entry.table, where: column))
    var editor = try FeatureEditor(of: descriptor.id, on: connection)
    var position = 0
    for id in known.subtracting(fitted.map(\.id)).sorted() {
      _ = try editor.apply(FeatureEdit(.delete(id: id)), at: position)
      position += 1
    }
    for feature in fitted {
      guard known.contains(feature.id) else {
        _ = try editor.apply(FeatureEdit(.insert(feature)), at: position)
        position += 1
        continue
      }
      // What a town has written into columns of its own stays.
      let told = descriptor.schema.properties.compactMap { property in
        kept.schema.index(of: property.name).map { (property.name, feature.values[$0]) }
      }
      let change = FeatureEdit.Change.update(
        id: feature.id, properties: Dictionary(uniqueKeysWithValues: told), geometry: .set(feature.geometry))
      _ = try editor.apply(FeatureEdit(change), at: position)
      position += 1
    }
  }

  /// Takes the plan's features out of a collection, where it is there.
  func clear(_ collection: String) throws {
    guard let entry = try entry(of: collection), let column = entry.table.column(of: TourPlanFeatures.planProperty) else {
      return
    }
    var editor = try FeatureEditor(of: collection, on: connection)
    for (position, id) in try ids(in: entry.table, where: column).enumerated() {
      _ = try editor.apply(FeatureEdit(.delete(id: id)), at: position)
    }
  }

  private func entry(of collection: String) throws -> Catalogue.Entry? {
    try Catalogue(on: connection).entries.first { $0.descriptor.id == collection }
  }

  private func ids(in table: CollectionTable, where column: CollectionTable.Column) throws -> [String] {
    let search = "SELECT \"id\" FROM \(table.name) WHERE \(quoted(column.name)) = ? ORDER BY \"number\""
    return try connection.rows(search, [.text(plan)]) { $0.string(0) ?? "" }
  }

  /// The feature with a value for each property that the collection has by now: a town may have added some, which stay empty.
  private func fit(_ feature: Feature, of descriptor: CollectionDescriptor, into kept: CollectionDescriptor) throws -> Feature {
    guard descriptor.schema != kept.schema || descriptor.storageCrs != kept.storageCrs else { return feature }
    var fitted = feature
    fitted.values = Array(repeating: .null, count: kept.schema.properties.count)
    for (property, value) in zip(descriptor.schema.properties, feature.values) {
      guard let at = kept.schema.index(of: property.name), kept.schema.properties[at].kind == property.kind else {
        throw unfit(descriptor, "it has no property \(property.name) of the type \(property.kind.rawValue)")
      }
      fitted.values[at] = value
    }
    guard descriptor.storageCrs != kept.storageCrs, var geometry = fitted.geometry else { return fitted }
    try CoordinateTransform(from: descriptor.storageCrs, to: kept.storageCrs).transform(&geometry)
    fitted.geometry = geometry
    return fitted
  }

  private func unfit(_ descriptor: CollectionDescriptor, _ reason: String) -> StoreError {
    .unfitTourCollection(id: descriptor.id, reason: reason)
  }
}
