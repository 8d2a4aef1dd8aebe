import LageplanFeatures
import LageplanGeometry

/// One collection of a request, checked: which rows, and what to read from them.
struct TourFeatureSource {
  let descriptor: CollectionDescriptor
  private let request: TourRequest
  private let filter: FilterExpression?
  private let preferences: [(filter: FilterExpression?, preference: TourRequest.Preference)]
  private let columns: PropertyColumns
  /// The property that names the whole which a feature is part of, and the one that people call it by.
  private let whole: PropertyDefinition?
  private let name: String?
  private let toDegrees: CoordinateTransform
  private let fromDegrees: CoordinateTransform

  /// Of properties that people call a feature by, best first.
  private static let naming = ["name", "bezeichnung", "title", "titel", "designation"]

  init(_ request: TourRequest, _ descriptor: CollectionDescriptor, _ faults: inout TourDataFaults) throws {
    self.descriptor = descriptor
    self.request = request
    var resolver = FilterOfRequest(descriptor: descriptor, faults: faults)
    var parts = [resolver.resolved(request.filter, at: "$.filter")].compactMap { $0 }
    if case .along(let line, let distance) = request.selection {
      let near = FilterExpression.truth(
        .function("S_DWITHIN", [.property("geometry"), .geometry(line), .value(.real(distance.value))]))
      if let part = resolver.resolved(.expression(near), at: "$.along") { parts.append(part) }
    }
    filter = parts.isEmpty ? nil : parts.count == 1 ? parts[0] : .and(parts)
    preferences = request.preferences.enumerated().map { index, preference in
      guard case .filter(let filter) = preference.which else { return (nil, preference) }
      return (resolver.resolved(filter, at: "$.preferences[\(index)].filter"), preference)
    }
    faults = resolver.faults
    Self.checkService(request, descriptor, &faults)
    Self.checkDue(request, descriptor, &faults)
    whole = descriptor.schema.properties.first { $0.reference != nil }
    name =
      request.name
      ?? Self.naming.lazy.compactMap { name in
        descriptor.schema.properties.first { $0.name.lowercased() == name && $0.kind == .text }?.name
      }.first
    var columns = PropertyColumns()
    let told: [String?] =
      [
        request.service.property, request.due?.property, request.priority, name, request.setUp.property, request.windows.property,
        request.nightOnly.property, request.qualification, request.independentOf, request.people.property, whole?.name,
      ] + request.loads.map(\.amount.property)
    for case let property? in told { columns.add(descriptor.schema[property]) }
    self.columns = columns
    toDegrees = try CoordinateTransform(from: descriptor.storageCrs, to: .crs84)
    fromDegrees = try CoordinateTransform(from: .crs84, to: descriptor.storageCrs)
  }

  private static func checkService(_ request: TourRequest, _ descriptor: CollectionDescriptor, _ faults: inout TourDataFaults) {
    guard case .property(let name, let fallback) = request.service else { return }
    let path = "$.serviceMinutes.property"
    if let property = descriptor.schema[name] {
      if property.kind != .integer, property.kind != .real {
        faults.note(
          "wrongType", path, name, "name a property of numbers; in \(descriptor.id) this one is of type \(property.kind.rawValue)"
        )
      }
    } else if fallback == nil {
      faults.note(
        "unknownProperty", path, name,
        "\(descriptor.id) has no such property; use one of \(descriptor.propertyNames), or add a default")
    }
  }

  private static func checkDue(_ request: TourRequest, _ descriptor: CollectionDescriptor, _ faults: inout TourDataFaults) {
    guard let name = request.due?.property else { return }
    if let property = descriptor.schema[name] {
      if property.kind != .date, property.kind != .text {
        faults.note(
          "wrongType", "$.due.property", name,
          "name a property of days; in \(descriptor.id) this one is of type \(property.kind.rawValue)")
      }
    } else {
      faults.note(
        "unknownProperty", "$.due.property", name, "\(descriptor.id) has no such property; use one of \(descriptor.propertyNames)"
      )
    }
  }

  /// Adds the features that meet the request, at most one more than `limit` in all.
  func append(
    to features: inout [TourFeature], reader: some FeatureReading, _ place: TourPlaceCondition, limit: Int,
    _ faults: inout TourDataFaults
  ) throws {
    var ids: [String]?
    if case .ids(let references) = request.selection {
      ids = references.filter { $0.collection == descriptor.id }.map(\.id)
      if ids == [] { return }
    }
    let query = FeatureQuery(
      collection: descriptor.id, spatial: try place.envelope.map { .envelope(try fromDegrees.transform($0)) }, filter: filter,
      ids: ids, properties: .named(columns.names), after: ids == nil ? 0 : nil)
    var found: [TourFeature] = []
    let room = limit - features.count
    try reader.forEachRow(matching: query) { row in
      let id = String(decoding: row.id, as: UTF8.self)
      let values = columns.values(of: row)
      let due = request.due.flatMap { values[$0.property] }
      if request.due != nil, due == nil { return .next }
      var geometry = try row.geometry.map { try Geometry(decoding: $0) }
      // The representative point is sought in the plane of the register, where middles are middles.
      let location = try geometry?.representativePoint.map { try toDegrees.transform($0) }
      if place.envelope != nil, var degrees = geometry {
        try toDegrees.transform(&degrees)
        geometry = degrees
      }
      guard try place.isMet(by: geometry) else { return .next }
      let feature = feature(id, location, values, &faults)
      if let until = request.dueUntil, let due = feature.due, due > until { return .next }
      found.append(feature)
      return found.count > room ? .stop : .next
    }
    // No filter is asked of features that are too many to be planned.
    if found.count <= room { try prefer(&found, reader) }
    features += found
  }

  /// Adds to each feature what it is worth that a certain inspector comes. Only those found are read again, not the whole collection for each filter.
  private func prefer(_ features: inout [TourFeature], _ reader: some FeatureReading) throws {
    let numbers = Dictionary(features.indices.map { (features[$0].reference.id, $0) }) { first, _ in first }
    for (filter, preference) in preferences {
      for id in try ids(of: preference.which, filter, among: features, reader) {
        guard let number = numbers[id] else { continue }
        let worth = features[number].preferences[preference.inspector]?.value ?? 0
        features[number].preferences[preference.inspector] = Seconds(worth + preference.worth.value)
      }
    }
  }

  private func ids(
    of which: TourRequest.Preference.Which, _ filter: FilterExpression?, among features: [TourFeature],
    _ reader: some FeatureReading
  ) throws -> [String] {
    if case .feature(let feature) = which { return feature.collection == descriptor.id ? [feature.id] : [] }
    guard let filter, !features.isEmpty else { return [] }
    var ids: [String] = []
    let query = FeatureQuery(
      collection: descriptor.id, filter: filter, ids: features.map(\.reference.id), properties: .none, geometry: false)
    try reader.forEachRow(matching: query) { row in
      ids.append(String(decoding: row.id, as: UTF8.self))
      return .next
    }
    return ids
  }

  // MARK: What a row tells

  private func feature(
    _ id: String, _ location: Coordinate?, _ values: [String: PropertyValue], _ faults: inout TourDataFaults
  ) -> TourFeature {
    let reference = FeatureReference(collection: descriptor.id, id: id)
    var told = ToldValues(reference: reference, values: values, faults: faults)
    var feature = TourFeature(reference: reference, location: location, service: service(values), whole: wholeReference(values))
    feature.name = name.flatMap { values[$0]?.spelling }.flatMap { $0.isEmpty ? nil : $0 }
    feature.serviceByType = request.serviceByType
    feature.setUp = told.value(request.setUp, or: 0, at: "$.setUpMinutes", "minutes from 0 to 1440") { $0.minutes }
    feature.due = told.value(request.due?.property, at: "$.due.property", "a day, 2026-12-01") { $0.calendarDate }
    let priority = told.value(request.priority, at: "$.priority.property", "must, overdue, routine, or a number from 0 to 15") {
      $0.rank
    }
    feature.rank = priority ?? (feature.due.map { $0 < request.day } ?? false ? TourLevel.overdue : .routine).rank
    feature.windows = told.value(request.windows, or: [], at: "$.windows", "spans of the day, 08:00-12:00, 14:00-16:00") {
      $0.dayWindows
    }
    feature.isNightOnly = told.value(request.nightOnly, or: false, at: "$.nightOnly", "true or false") { $0.truth }
    feature.qualifications = Set(request.requires[descriptor.id] ?? [])
    feature.qualifications.formUnion(
      told.value(request.qualification, at: "$.requires.property", "qualifications with commas between") { $0.list } ?? [])
    feature.independentOf = Set(
      told.value(request.independentOf, at: "$.independentOf.property", "inspectors with commas between") { $0.list } ?? [])
    feature.people = told.value(request.people, or: 1, at: "$.people", "a number from 1 to \(TourRequestReader.mostPeople)") {
      $0.whole(in: 1...Int(TourRequestReader.mostPeople))
    }
    feature.loads = request.loads.map { load in
      told.value(load.amount, or: 0, at: "$.load.\(load.measure)", "a number from 0 to 1000000") { $0.whole(in: 0...1_000_000) }
    }
    faults = told.faults
    return feature
  }

  private func service(_ values: [String: PropertyValue]) -> Seconds? {
    switch request.service {
    case .fixed(let seconds): seconds
    case .property(let name, let fallback): values[name]?.minutes ?? fallback
    }
  }

  private func wholeReference(_ values: [String: PropertyValue]) -> FeatureReference? {
    guard let whole, let collection = whole.reference, let id = values[whole.name]?.spelling else { return nil }
    return FeatureReference(collection: collection, id: id)
  }
}

/// What the properties of one feature tell, and what cannot be read in them.
private struct ToldValues {
  let reference: FeatureReference
  let values: [String: PropertyValue]
  var faults: TourDataFaults

  /// A property that is null tells nothing, so that what holds for all features holds; one that cannot be read is a fault, unless the request has a default.
  mutating func value<Value>(
    _ told: TourRequest.Told<Value>, or ordinary: Value, at path: String, _ expected: String, _ read: (PropertyValue) -> Value?
  ) -> Value {
    switch told {
    case .fixed(let value): return value
    case .property(let name, let fallback):
      guard let value = values[name] else { return fallback ?? ordinary }
      if let read = read(value) { return read }
      if fallback == nil { unreadable(name, value, path, "\(expected), or add a default to the request") }
      return fallback ?? ordinary
    }
  }

  mutating func value<Value>(
    _ name: String?, at path: String, _ expected: String, _ read: (PropertyValue) -> Value?
  ) -> Value? {
    guard let name, let value = values[name] else { return nil }
    if let read = read(value) { return read }
    unreadable(name, value, path, expected)
    return nil
  }

  private mutating func unreadable(_ name: String, _ value: PropertyValue, _ path: String, _ expected: String) {
    let spelling = value.spelling ?? ""
    let shown = spelling.count > 60 ? spelling.prefix(60) + "…" : spelling
    faults.note("value", path, "\(reference): \(name) = \(shown)", "write \(expected)")
  }
}

/// Makes the filters of a request fit a collection.
private struct FilterOfRequest {
  let descriptor: CollectionDescriptor
  var faults: TourDataFaults

  mutating func resolved(_ filter: TourRequest.Filter?, at path: String) -> FilterExpression? {
    switch filter {
    case nil: return nil
    case .equalities(let equalities): return resolved(equalities, at: path)
    case .expression(let expression):
      do {
        return try expression.resolved(against: descriptor)
      } catch {
        for fault in error.faults { faults.note("filter", path, nil, "\(fault)") }
        return nil
      }
    }
  }

  private mutating func resolved(_ equalities: [TourRequest.PropertyEquality], at path: String) -> FilterExpression? {
    var parts: [FilterExpression] = []
    for equality in equalities {
      guard let property = descriptor.schema[equality.property] else {
        faults.note(
          "unknownProperty", path, equality.property,
          "\(descriptor.id) has no such property; use one of \(descriptor.propertyNames)")
        continue
      }
      guard let text = equality.value else {
        parts.append(.isNull(property: property.name))
        continue
      }
      guard let value = PropertyValue(parsing: text, as: property.kind) else {
        faults.note(
          "wrongType", path, text, "send a value of type \(property.kind.rawValue) for \(property.name) of \(descriptor.id)")
        continue
      }
      parts.append(.compare(property: property.name, .equal, value))
    }
    return parts.isEmpty ? nil : .and(parts)
  }
}

extension CollectionDescriptor {
  /// For remedies.
  var propertyNames: String { schema.properties.map(\.name).joined(separator: ", ") }
}

extension TourRequest {
  /// Who is due later is not visited.
  var dueUntil: CalendarDate? { due.map { $0.until ?? lastDay.adding(days: $0.earlyDays) } }
}
