import LageplanFeatures
import LageplanGeometry

extension CollectionDescriptor {
  /// The systems in which a collection's features are given and asked for (OGC 18-058r1, section 6.2): those that towns use, and the one in
  /// which the collection is stored.
  var servedCrs: [CoordinateReferenceSystem] {
    let common = CoordinateReferenceSystem.served
    return common.contains(storageCrs) ? common : common + [storageCrs]
  }
}

extension CollectionDescriptor {
  /// The same collection with an extent that also holds what is not there any more: anywhere in its system's area of use.
  /// Areas that are asked for are cut to the extent, and today's may be smaller than that of the past.
  var reachingThePast: CollectionDescriptor {
    get throws(CrsError) {
      let globe = Envelope(minX: -180, minY: -90, maxX: 180, maxY: 90)
      let area = try storageCrs.info().areaOfUse
      // An area across the antimeridian has its west east of its east.
      let degrees = area.flatMap { $0.minX <= $0.maxX ? $0 : nil } ?? globe
      let reach = try CoordinateTransform(from: .crs84, to: storageCrs).transform(degrees)
      var result = self
      result.storageExtent = storageExtent?.union(reach) ?? reach
      return result
    }
  }
}

extension CoordinateReferenceSystem {
  /// What every collection is served in; the first is the default.
  static let served: [CoordinateReferenceSystem] = [.crs84, .wgs84, .utm32, .utm33, .webMercator]

  /// The header `Content-Crs` (OGC 18-058r1, section 6.3).
  var header: String { "<\(uri)>" }

  /// The authority names the northing or the latitude first, and so do coordinates in URLs and answers.
  var isNorthFirst: Bool {
    get throws(CrsError) { try info().latitudeFirst }
  }
}

extension RequestQuery {
  /// The system that the parameter `name` names; `nil` where it is absent.
  /// Throws 400 for one in which the collection is not served (requirements /req/crs/fc-crs-valid-value and /fc-bbox-crs-valid-value).
  func crs(_ name: String, of descriptor: CollectionDescriptor) throws(Problem) -> CoordinateReferenceSystem? {
    guard let text = self[name] else { return nil }
    // A bare number or name is no identifier: whose number would it be?
    guard text.contains(":"), let crs = CoordinateReferenceSystem(parsing: text), descriptor.servedCrs.contains(crs) else {
      throw Problem.badParameter(
        name, value: text, "The collection is served in \(descriptor.servedCrs.map(\.uri).joined(separator: ", ")).")
    }
    return crs
  }
}
