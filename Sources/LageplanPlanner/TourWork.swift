public import LageplanFeatures
import LageplanGeometry

/// What a request asks for, read from the collections.
public enum TourWork {
  /// The features that the request names, in the order of its collections and of their numbers.
  ///
  /// Conditions are tested in CRS84, the frame of the request; a feature without a place meets no condition on the place, but is named by
  /// a request without one. `descriptors` are the collections that the caller may see. Throws ``TourRequestError`` with everything that the data show to
  /// be wrong with the request, and whatever the reader throws.
  public static func select(
    _ request: TourRequest, reader: some FeatureReading, descriptors: [CollectionDescriptor], limits: TourLimits = .standard
  ) throws -> [TourFeature] {
    var faults: [TourRequestFault] = []
    var sources: [Source] = []
    for (index, id) in request.collections.enumerated() {
      if let descriptor = descriptors.first(where: { $0.id == id }) {
        sources.append(try Source(request, descriptor, &faults))
      } else {
        faults.append(
          TourRequestFault(
            code: "unknownCollection", path: "$.collections[\(index)]", value: id,
            remedy: "name one of \(descriptors.map(\.id).joined(separator: ", "))"))
      }
    }
    guard faults.isEmpty else { throw TourRequestError(faults) }
    let place = try PlaceCondition(request.selection)
    var features: [TourFeature] = []
    for source in sources {
      try source.append(to: &features, reader: reader, request, place, limit: limits.features)
      guard features.count <= limits.features else {
        throw TourRequestError([
          TourRequestFault(
            code: "tooMany", path: "$.collections", value: nil,
            remedy: "choose at most \(limits.features) features: by filter, bbox, polygon or near, or with fewer collections")
        ])
      }
    }
    return features
  }
}

/// The part of a selection that is about places, in CRS84.
private struct PlaceCondition {
  private enum Test {
    case anywhere
    case touches(PreparedGeometry)
    case within(GeodesicDistance, Metres)
  }

  private let test: Test
  /// Everything that meets the condition lies in it; `nil`: everywhere.
  let envelope: Envelope?

  init(_ selection: TourRequest.Selection) throws {
    switch selection {
    case .all, .along, .ids:
      test = .anywhere
      envelope = nil
    case .bbox(let box):
      let corners = [
        Coordinate(x: box.minX, y: box.minY), Coordinate(x: box.maxX, y: box.minY), Coordinate(x: box.maxX, y: box.maxY),
        Coordinate(x: box.minX, y: box.maxY), Coordinate(x: box.minX, y: box.minY),
      ]
      test = .touches(try PreparedGeometry(.polygon([corners])))
      envelope = box
    case .polygon(let polygon):
      test = .touches(try PreparedGeometry(polygon))
      envelope = polygon.envelope
    case .near(let centre, let radius):
      test = .within(GeodesicDistance(from: centre), radius)
      envelope = Geodesic.envelope(around: centre, within: radius)
    }
  }

  /// A feature without a place meets only the condition that asks for none.
  func isMet(by geometry: Geometry?) throws -> Bool {
    switch test {
    case .anywhere: return true
    case .touches(let area): return try geometry.map { try area.intersects($0) } ?? false
    case .within(let centre, let radius): return geometry.flatMap { centre.distance(to: $0) }.map { $0 <= radius } ?? false
    }
  }
}

/// One collection of a request, checked: which rows, and what to read from them.
private struct Source {
  private let descriptor: CollectionDescriptor
  private let filter: FilterExpression?
  /// The property that tells the minutes, and the one that names the whole which a feature is part of.
  private let minutes: String?
  private let whole: PropertyDefinition?
  private let toDegrees: CoordinateTransform
  private let fromDegrees: CoordinateTransform

  init(_ request: TourRequest, _ descriptor: CollectionDescriptor, _ faults: inout [TourRequestFault]) throws {
    self.descriptor = descriptor
    let names = descriptor.schema.properties.map(\.name).joined(separator: ", ")
    var parts: [FilterExpression] = []
    if case .equalities(let equalities)? = request.filter {
      for equality in equalities {
        guard let property = descriptor.schema[equality.property] else {
          faults.append(
            TourRequestFault(
              code: "unknownProperty", path: "$.filter", value: equality.property,
              remedy: "\(descriptor.id) has no such property; use one of \(names)"))
          continue
        }
        guard let text = equality.value else {
          parts.append(.isNull(property: property.name))
          continue
        }
        guard let value = PropertyValue(parsing: text, as: property.kind) else {
          faults.append(
            TourRequestFault(
              code: "wrongType", path: "$.filter", value: text,
              remedy: "send a value of type \(property.kind.rawValue) for \(property.name) of \(descriptor.id)"))
          continue
        }
        parts.append(.compare(property: property.name, .equal, value))
      }
    }
    filter = parts.isEmpty ? nil : .and(parts)
    if case .property(let name, let fallback) = request.service {
      let property = descriptor.schema[name]
      if property == nil, fallback == nil {
        faults.append(
          TourRequestFault(
            code: "unknownProperty", path: "$.serviceMinutes.property", value: name,
            remedy: "\(descriptor.id) has no such property; use one of \(names), or add a default"))
      } else if let property, property.kind != .integer, property.kind != .real {
        faults.append(
          TourRequestFault(
            code: "wrongType", path: "$.serviceMinutes.property", value: name,
            remedy: "name a property of numbers; in \(descriptor.id) this one is of type \(property.kind.rawValue)"))
      }
      minutes = property?.name
    } else {
      minutes = nil
    }
    whole = descriptor.schema.properties.first { $0.reference != nil }
    toDegrees = try CoordinateTransform(from: descriptor.storageCrs, to: .crs84)
    fromDegrees = try CoordinateTransform(from: .crs84, to: descriptor.storageCrs)
  }

  /// Adds the features that meet the request, at most one more than `limit` in all.
  func append(
    to features: inout [TourFeature], reader: some FeatureReading, _ request: TourRequest, _ place: PlaceCondition, limit: Int
  ) throws {
    let query = FeatureQuery(
      collection: descriptor.id, spatial: try place.envelope.map { .envelope(try fromDegrees.transform($0)) }, filter: filter,
      properties: .named([minutes, whole?.name].compactMap { $0 }), after: 0)
    var found: [TourFeature] = []
    let room = limit - features.count
    try reader.forEachRow(matching: query) { row in
      var geometry = try row.geometry.map { try Geometry(decoding: $0) }
      // The representative point is sought in the plane of the register, where middles are middles.
      let location = try geometry?.representativePoint.map { try toDegrees.transform($0) }
      if place.envelope != nil, var degrees = geometry {
        try toDegrees.transform(&degrees)
        geometry = degrees
      }
      guard try place.isMet(by: geometry) else { return .next }
      let reference = FeatureReference(collection: descriptor.id, id: String(decoding: row.id, as: UTF8.self))
      found.append(
        TourFeature(
          reference: reference, location: location, service: service(row.values.first, request),
          whole: wholeReference(row.values.last)))
      return found.count > room ? .stop : .next
    }
    features += found
  }

  private func service(_ value: LentValue?, _ request: TourRequest) -> Seconds? {
    switch request.service {
    case .fixed(let seconds): return seconds
    case .property(_, let fallback):
      let told: Double?
      switch value {
      case .integer(let number)? where minutes != nil: told = Double(number)
      case .real(let number)? where minutes != nil: told = number
      default: told = nil
      }
      // Less than nothing or more than a day is an error of the data, not a visit.
      guard let told, (0...1440).contains(told) else { return fallback }
      return Seconds(Int((told * 60).rounded(.up)))
    }
  }

  private func wholeReference(_ value: LentValue?) -> FeatureReference? {
    guard let whole, let collection = whole.reference, let value, let id = value.value(as: whole.kind).spelling else {
      return nil
    }
    return FeatureReference(collection: collection, id: id)
  }
}
