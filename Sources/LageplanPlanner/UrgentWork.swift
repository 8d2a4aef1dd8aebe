import LageplanFeatures
import LageplanGeometry

extension TourPlan {
  /// What is urgent after a change: the latest terms of each feature.
  func urgent(after change: TourChange) -> [TourChange.Urgent] {
    let named = Set(change.urgent.map(\.feature))
    return urgent.filter { !named.contains($0.feature) } + change.urgent
  }
}

extension TourWork {
  /// Reads further features by the rules of the request, whatever it selects. Those that are not there, or that the caller may not see, are left out.
  mutating func append(
    _ others: [FeatureReference], reader: some FeatureReading, descriptors: [CollectionDescriptor], limits: TourLimits
  ) throws {
    guard !others.isEmpty else { return }
    var faults = TourDataFaults()
    var found: [TourFeature] = []
    let room = limits.features - features.count
    for descriptor in descriptors where others.contains(where: { $0.collection == descriptor.id }) && found.count <= room {
      found += try Self.named(others, descriptor, request, reader: reader, atMost: room - found.count, &faults)
    }
    if found.count > room {
      faults.note(
        "tooMany", "$.urgent", nil, "the plan would have more than \(limits.features) features; make a second one for some")
    }
    faults.checkFeatures(features + found, request)
    do {
      try faults.throwIfAny()
    } catch {
      // Whoever sends a change knows nothing of the request that is made of it.
      throw TourRequestError(
        error.faults.map { TourRequestFault(code: $0.code, path: "$.urgent", value: $0.value, remedy: $0.remedy) })
    }
    try TourWholes(descriptors).forgetAreas(&found, reader: reader)
    features += found
    for id in found.map(\.reference.collection) where !collections.contains(id) { collections.append(id) }
  }

  /// At most one more than `limit`.
  private static func named(
    _ references: [FeatureReference], _ descriptor: CollectionDescriptor, _ request: TourRequest, reader: some FeatureReading,
    atMost limit: Int, _ faults: inout TourDataFaults
  ) throws -> [TourFeature] {
    var asked = request
    (asked.selection, asked.filter, asked.due) = (.ids(references), nil, nil)
    // Where nothing tells the minutes, the change may.
    var isUntimed = false
    if case .property(let name, fallback: nil) = request.service, descriptor.schema[name] == nil {
      asked.service = .fixed(0)
      isUntimed = true
    }
    var found: [TourFeature] = []
    try TourFeatureSource(asked, descriptor, &faults)
      .append(to: &found, reader: reader, TourPlaceCondition(asked.selection), limit: limit, &faults)
    if isUntimed { for index in found.indices { found[index].service = nil } }
    return found
  }
}
