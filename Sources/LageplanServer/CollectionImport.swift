public import LageplanExchange
public import LageplanFeatures
import LageplanGeometry
public import LageplanStore

/// Brings one delivery into one collection: what `lageplan import` and the sources have in common.
public struct CollectionImport {
  public var collection: String
  public var options: ImportOptions
  /// Of a collection that is not there yet: all that people read of it. Schema, system and kind of geometry are those of the delivery.
  public var description: CollectionDescriptor
  /// A delivery that would leave fewer than this share of the features is refused; `nil`: any is taken.
  public var smallestShare: Double?
  /// Asked before each feature; `true` ends the import, and the collection is as it was.
  public var isCancelled: () -> Bool = { false }

  public init(into collection: String, options: ImportOptions) {
    self.collection = collection
    self.options = options
    description = CollectionDescriptor(
      id: collection, title: collection, geometryKind: nil, storageCrs: .crs84, schema: Schema())
  }

  /// Why a delivery is not taken as a whole.
  public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// It has no ids, the features of the collection have.
    case idsForgotten(collection: String, example: String)
    /// It has far fewer records than the collection has features.
    case shrunk(collection: String, features: Int, records: Int, smallestShare: Double)

    public var description: String {
      switch self {
      case .idsForgotten(let collection, let example):
        """
        The features of \(collection) came with ids, such as \(example); this delivery has none, so all of it would be new. \
        Name the column of the ids with --id-property, or bring it into another collection.
        """
      case .shrunk(let collection, let features, let records, let share):
        """
        \(collection) has \(features) features and only \(records) records came, fewer than \(Int((share * 100).rounded())) %: \
        nothing was changed, since a broken source must not empty a register. If it is right, run it with --accept-shrink.
        """
      }
    }
  }

  /// Every record was rejected, or there was none to replace the others: nothing shall change, least of all in a replacement.
  private struct NothingTaken: Error {}

  /// Throws ``Refusal`` and whatever reading and storing throw; the collection is then as it was.
  public func run(_ delivery: Delivery, into store: Store) throws -> ImportReport {
    let known = try store.collections().first { $0.id == collection }
    if let known { try refuse(delivery, store, known) }
    var report: ImportReport
    do {
      let result = try bring(delivery, into: store, known)
      report = delivery.report
      report.take(result)
      if let known, known.storageCrs.srid != delivery.crs.srid {
        report.warnings.append(
          "the places came in \(delivery.crs) and were brought into \(known.storageCrs), the collection's system")
      }
      if report.inserted > 0, report.deleted > 0, report.updated + report.unchanged == 0 {
        report.warnings.append(
          "no feature came under an id that was known, so all were replaced: where the source makes its ids anew each time, name a "
            + "column that keeps them with --id-property")
      }
      let unnamed = report.rejected.count { $0.id == nil }
      if options.mode == .replace, unnamed > 0 {
        report.warnings.append("\(unnamed) records without an id were rejected, so nothing was deleted")
      }
    } catch is NothingTaken {
      report = delivery.report
      report.warnings.append(
        report.read == 0
          ? "the sources have no records, so nothing was deleted: the collection is as it was"
          : "no record could be taken: the collection is as it was")
    }
    report.collection = collection
    report.isDryRun = options.dryRun
    return report
  }

  /// The types that the collection has already, for `ImportSettings.existing`.
  public static func existingKinds(of collection: String, in store: Store) throws -> [String: PropertyKind] {
    // Asked of the list, so that a fault of the database is told and not taken for an unknown collection.
    let known = try store.collections().first { $0.id == collection }
    return Dictionary(known?.schema.properties.map { ($0.name, $0.kind) } ?? []) { first, _ in first }
  }

  private func refuse(_ delivery: Delivery, _ store: Store, _ known: CollectionDescriptor) throws {
    if let smallestShare, options.mode == .replace, Double(delivery.count) < Double(known.featureCount) * smallestShare {
      throw Refusal.shrunk(
        collection: known.id, features: known.featureCount, records: delivery.count, smallestShare: smallestShare)
    }
    // Without ids a delivery would double the register, or as a replacement rename all of it.
    guard delivery.makesIds, known.featureCount > 0 else { return }
    let query = FeatureQuery(collection: known.id, properties: .none, geometry: false, limit: 1)
    let delivered: String? = try store.readSync { reader in
      var first: String?
      try reader.forEachRow(matching: query) { row in
        let id = String(decoding: row.id, as: UTF8.self)
        if id != "n\(row.number)" { first = id }
        return .stop
      }
      return first
    }
    if let delivered { throw Refusal.idsForgotten(collection: known.id, example: delivered) }
  }

  private func bring(_ delivery: Delivery, into store: Store, _ known: CollectionDescriptor?) throws -> ImportResult {
    var taken = 0
    // A collection keeps the system it was made in; what comes in another is brought there.
    let toStorage = try known.map { try CoordinateTransform(from: delivery.crs, to: $0.storageCrs) }
    var description = self.description
    description.schema = delivery.schema
    description.geometryKind = delivery.geometryKind
    description.storageCrs = known?.storageCrs ?? delivery.crs
    return try store.importFeatures(into: description, options: options) {
      if isCancelled() { throw FetchError.cancelled }
      guard var feature = try delivery.next() else {
        if taken == 0, options.mode == .replace || delivery.report.read > 0 { throw NothingTaken() }
        return nil
      }
      taken += 1
      if let toStorage, !toStorage.isIdentity, var place = feature.geometry {
        try toStorage.transform(&place)
        feature.geometry = place
      }
      return feature
    } rejected: { row in
      delivery.reject(delivered: row.position, id: row.id, reason: row.reason, remedy: row.remedy)
    } sparing: {
      delivery.report.rejectedIds
    }
  }
}

extension ImportReport {
  fileprivate mutating func take(_ result: ImportResult) {
    inserted = result.inserted
    updated = result.updated
    unchanged = result.unchanged
    deleted = result.deleted
    changedGeometry = result.changedGeometry
    changedProperties = result.changedProperties
    warnings += result.addedProperties.map { "the collection has a new property: \($0)" }
    warnings += result.widenedProperties.sorted { $0.key < $1.key }.map { "\($0) is now \($1.rawValue), to hold all values" }
  }
}
