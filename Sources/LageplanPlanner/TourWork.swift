public import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// What a request asks for, read from the collections: its inspectors and the features to visit.
public struct TourWork: Sendable {
  /// With the inspectors of its register.
  public var request: TourRequest
  /// In the order of the request's collections and of their numbers.
  public var features: [TourFeature]
  /// Those that features and inspectors were read from: who may not read one of them shall not learn of them from the plan.
  public var collections: [String]

  /// Reads the features that the request names, what their properties tell, and the inspectors where they stand in a collection.
  ///
  /// Conditions are tested in CRS84, the frame of the request; a feature without a place meets no condition on the place, but is named by
  /// a request without one. `descriptors` are the collections that the caller may see. Throws ``TourRequestError`` with everything that the data show to
  /// be wrong with the request, and whatever the reader throws.
  public init(
    _ request: TourRequest, reader: some FeatureReading, descriptors: [CollectionDescriptor], limits: TourLimits = .standard
  ) throws {
    var faults = TourDataFaults()
    var sources: [TourFeatureSource] = []
    for (index, id) in request.collections.enumerated() {
      if let descriptor = descriptors.first(where: { $0.id == id }) {
        sources.append(try TourFeatureSource(request, descriptor, &faults))
      } else {
        faults.unknownCollection(id, at: "$.collections[\(index)]", descriptors)
      }
    }
    let known = sources.map(\.descriptor)
    if known.count == request.collections.count { faults.checkPropertiesOfAny(known, request) }
    var staffed = request
    collections = known.map(\.id)
    if let register = request.register {
      var staff = TourStaff(register, request, descriptors, limits)
      staffed.inspectors = try staff.inspectors(reader, &faults)
      for id in staff.collections where !collections.contains(id) { collections.append(id) }
      faults.checkNames(of: staffed)
    }
    faults.checkShifts(of: staffed)
    try faults.throwIfAny()

    let place = try TourPlaceCondition(request.selection)
    var found: [TourFeature] = []
    for source in sources {
      try source.append(to: &found, reader: reader, place, limit: limits.features, &faults)
      guard found.count <= limits.features else {
        throw TourRequestError([
          TourRequestFault(
            code: "tooMany", path: "$.collections", value: nil,
            remedy: "choose at most \(limits.features) features: by filter, bbox, polygon or near, or with fewer collections")
        ])
      }
    }
    faults.checkFeatures(found, staffed)
    faults.checkPlaces(found, staffed)
    faults.checkCollectionsOfNames(staffed)
    try faults.throwIfAny()
    try TourWholes(descriptors).forgetAreas(&found, reader: reader)
    self.request = staffed
    features = found
  }
}

extension TourWork {
  /// The features alone, see ``init(_:reader:descriptors:limits:)``.
  public static func select(
    _ request: TourRequest, reader: some FeatureReading, descriptors: [CollectionDescriptor], limits: TourLimits = .standard
  ) throws -> [TourFeature] {
    try TourWork(request, reader: reader, descriptors: descriptors, limits: limits).features
  }
}

/// Everything that the data, or a plan, show to be wrong with a request, the first hundred of it.
struct TourDataFaults {
  private static let most = 100
  /// Of all preferences of all features together: so much way fits into one sum.
  private static let mostPreferredMinutes = 15_000_000
  private var faults: [TourRequestFault] = []

  mutating func note(_ code: String, _ path: String, _ value: String?, _ remedy: String) {
    if faults.count < Self.most {
      faults.append(TourRequestFault(code: code, path: path, value: value, remedy: remedy))
    } else if faults.count == Self.most {
      faults.append(TourRequestFault(code: "tooMany", path: "$", value: nil, remedy: "there are more faults; mend these first"))
    }
  }

  func throwIfAny() throws(TourRequestError) {
    if !faults.isEmpty { throw TourRequestError(faults) }
  }

  mutating func unknownCollection(_ id: String, at path: String, _ descriptors: [CollectionDescriptor]) {
    note("unknownCollection", path, id, "name one of \(descriptors.map(\.id).joined(separator: ", "))")
  }

  /// Properties that not every collection needs, but one.
  mutating func checkPropertiesOfAny(_ collections: [CollectionDescriptor], _ request: TourRequest) {
    let asked: [(path: String, property: String?)] =
      [
        ("$.priority.property", request.priority), ("$.name.property", request.name),
        ("$.setUpMinutes.property", request.setUp.property), ("$.windows.property", request.windows.property),
        ("$.nightOnly.property", request.nightOnly.property), ("$.requires.property", request.qualification),
        ("$.independentOf.property", request.independentOf), ("$.people.property", request.people.property),
      ] + request.loads.map { ("$.load.\($0.measure).property", $0.amount.property) }
    let names = Set(collections.flatMap(\.schema.properties).map(\.name)).sorted().joined(separator: ", ")
    for case (let path, let property?) in asked where !collections.contains(where: { $0.schema[property] != nil }) {
      note("unknownProperty", path, property, "no collection of the request has such a property; use one of \(names)")
    }
  }

  /// Inspectors that pins and preferences name, where a register has them.
  mutating func checkNames(of request: TourRequest) {
    let known = request.inspectors.prefix(20).map(\.id).joined(separator: ", ")
    for (index, pin) in request.pins.enumerated() where request.inspector(pin.inspector) == nil {
      note("unknownInspector", "$.pins[\(index)].inspector", pin.inspector, "name one of \(known)")
    }
    for (index, preference) in request.preferences.enumerated() where request.inspector(preference.inspector) == nil {
      note("unknownInspector", "$.preferences[\(index)].inspector", preference.inspector, "name one of \(known)")
    }
  }

  mutating func checkShifts(of request: TourRequest) {
    let shifts = request.inspectors.reduce(0) { sum, inspector in
      request.calendar.reduce(sum) { $0 + inspector.shifts(on: $1, of: request).count }
    }
    guard shifts > TourProblem.mostShifts else { return }
    note(
      "tooMany", "$.inspectors", nil, "there are \(shifts) shifts; plan at most \(TourProblem.mostShifts), on fewer days, say")
  }

  mutating func checkFeatures(_ features: [TourFeature], _ request: TourRequest) {
    let qualifications = features.reduce(into: Set(request.requires.values.joined())) { $0.formUnion($1.qualifications) }
    if qualifications.count > 64 {
      note("tooMany", "$.requires", nil, "the features need \(qualifications.count) different qualifications; use at most 64")
    }
    let preferred = features.reduce(0) { sum, feature in feature.preferences.values.reduce(sum) { $0 + $1.value } } / 60
    if preferred > Self.mostPreferredMinutes {
      note(
        "tooMany", "$.preferences", nil,
        "for all features together they are worth \(preferred) minutes; use at most \(Self.mostPreferredMinutes)")
    }
    // A filter or a due date may rightly leave out what is named.
    guard case .ids(let ids) = request.selection, request.filter == nil, request.due == nil else { return }
    let found = Set(features.map(\.reference))
    for (index, id) in ids.enumerated() where !found.contains(id) {
      note("unknownFeature", "$.ids[\(index)]", "\(id)", "\(id.collection) has no such feature; leave it out")
    }
  }
}
