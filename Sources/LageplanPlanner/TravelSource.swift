public import LageplanGeometry
public import LageplanRouting
public import LageplanTours

/// Where the travel times of a tour come from: one way of travelling over one network, or none.
///
/// Conformers: ``GeodesicTravel`` knows no roads, ``RoadTravel`` those that were imported; a router elsewhere is the third.
public protocol TravelSource: Sendable {
  /// What a plan says about it.
  var travel: TourPlan.Travel { get }

  /// Time and length from every place to every other, with the places (CRS84) in the order given.
  func matrix(of places: [Coordinate]) throws(TravelFailure) -> TravelMatrix

  /// The line (CRS84) from each place to the next, one fewer than places, as long as ``matrix(of:)`` says; `nil` where only lengths are
  /// known. A way that does not exist has an empty line.
  func lines(through places: [Coordinate]) throws(TravelFailure) -> [[Coordinate]]?
}

extension TravelSource {
  /// The way from each place to the next; of one that does not exist, nothing.
  func legs(through places: [Coordinate]) throws(TravelFailure) -> [TourPlan.Leg] {
    let table = try matrix(of: places).table
    let lines = try lines(through: places)
    return places.indices.dropLast().map { index in
      let isWay = table.isReachable(from: index, to: index + 1)
      return TourPlan.Leg(
        metres: isWay ? Int(table.metres(from: index, to: index + 1).value) : 0,
        seconds: isWay ? table.seconds(from: index, to: index + 1).value : 0,
        line: lines.map { $0.indices.contains(index) ? $0[index] : [] } ?? [])
    }
  }
}

/// Travel between places, and why some of them cannot be reached.
public struct TravelMatrix: Sendable {
  public var table: TravelTable
  /// By the index of the place; whoever is not in it is on the network.
  public var obstacles: [Int: TravelObstacle]

  public init(table: TravelTable, obstacles: [Int: TravelObstacle] = [:]) {
    self.table = table
    self.obstacles = obstacles
  }
}

/// What keeps a place from being reached from anywhere.
public enum TravelObstacle: Hashable, Sendable {
  /// No street or path that this way of travelling may use lies within the distance.
  case notOnNetwork(within: Metres)
  /// There is one, but it belongs to a part of the network that is not joined to the rest: an island, a yard behind a gate.
  case otherComponent
}

/// A travel source that gave no answer.
public struct TravelFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What may be told to everybody.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// The times at hand make no table.
    case invalid
    /// No whole answer came from a router elsewhere.
    case routerUnreachable
    /// It answers that it gives none.
    case routerRefuses
    /// It answers that others should be asked.
    case routerRedirects
    /// It takes longer, or sends more, than one plan may cost.
    case routerBeyondLimit
    /// It answers something else than its protocol promises.
    case routerNotUnderstood
  }

  public var kind: Kind
  /// For the operator: what happened and what to do, with the router's address and what it said.
  public var description: String

  public init(_ description: String, kind: Kind = .invalid) {
    self.kind = kind
    self.description = description
  }
}

/// The travel sources at hand, of which a request chooses one.
public struct TravelSources: Sendable {
  private enum Network {
    case none
    case roads([RoadTravel])
    case router(@Sendable (String) -> any TravelSource)
  }

  private let network: Network

  private init(_ network: Network) { self.network = network }

  /// No roads: as the crow flies.
  public static let geodesic = TravelSources(.none)

  /// Imported roads: a router for each profile, the first of which is taken where there are no cars.
  public static func roads(_ routers: [RoadRouter]) -> TravelSources {
    routers.isEmpty ? .geodesic : TravelSources(.roads(routers.map { RoadTravel($0) }))
  }

  /// A router elsewhere, which judges by itself what profiles it has.
  public static func router(_ source: @escaping @Sendable (String) -> any TravelSource) -> TravelSources {
    TravelSources(.router(source))
  }

  /// The profile of a request that names none, where there are roads.
  public static let standardProfile = "car"

  /// The source for a request: the roads by the profile that it names; without one by car, or by whatever profile comes first where no
  /// cars are. As the crow flies where there are no roads, and where the request asks for it.
  ///
  /// Throws ``TourRequestError`` for a profile that is not there.
  public func source(for request: TourRequest) throws(TourRequestError) -> any TravelSource {
    switch request.travel {
    case .geodesic: return GeodesicTravel(detourFactor: request.detourFactor, kmh: request.kmh)
    case .roads(let profile): return try source(profile: profile)
    case .standard: break
    }
    switch network {
    case .none: return GeodesicTravel(detourFactor: request.detourFactor, kmh: request.kmh)
    case .roads(let travels): return travels.first { $0.router.profile.id == Self.standardProfile } ?? travels[0]
    case .router(let source): return source(Self.standardProfile)
    }
  }

  /// The roads by the profile of this name.
  ///
  /// Throws ``TourRequestError`` for a profile that is not there, and where there are no roads.
  public func source(profile: String) throws(TourRequestError) -> any TravelSource {
    switch network {
    case .none:
      throw Self.fault(profile, "there are no roads; import some with lageplan roads import, or leave the profile out")
    case .roads(let travels):
      guard let travel = travels.first(where: { $0.router.profile.id == profile }) else {
        throw Self.fault(profile, "choose one of \(travels.map(\.router.profile.id).joined(separator: ", "))")
      }
      return travel
    case .router(let source):
      // The name becomes part of an address.
      guard
        !profile.isEmpty,
        profile.unicodeScalars.allSatisfy({
          $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_".unicodeScalars.contains($0))
        })
      else { throw Self.fault(profile, "name it with letters, digits, - and _") }
      return source(profile)
    }
  }

  /// The source for what a request lets people walk: the paths by the profile that it names, as the crow flies where its tours are so. `nil`: nobody walks.
  ///
  /// Throws ``TourRequestError`` for a profile that is not there.
  public func walking(for request: TourRequest) throws(TourRequestError) -> (any TravelSource)? {
    guard let walk = request.walk else { return nil }
    switch (request.travel, network) {
    case (.geodesic, _), (.standard, .none), (.roads, .none): return GeodesicTravel.onFoot
    case (_, .roads), (_, .router):
      var onFoot = request
      onFoot.travel = .roads(profile: walk.profile)
      do {
        return try source(for: onFoot)
      } catch {
        throw TourRequestError(
          error.faults.map { fault in
            var fault = fault
            fault.path = "$.walk.profile"
            fault.remedy += "; or leave walk out"
            return fault
          })
      }
    }
  }

  private static func fault(_ profile: String, _ remedy: String) -> TourRequestError {
    TourRequestError([TourRequestFault(code: "unknownProfile", path: "$.profile", value: profile, remedy: remedy)])
  }
}
