public import LageplanFeatures
import LageplanGeometry

/// Musterstadt, an invented town in Lower Saxony of Wolfsburg's size: 204.6 km², 124,371 inhabitants.
///
/// Same seed and scale, same features, bit by bit. The frame is ETRS89 / UTM zone 32N (EPSG:25832), the market place lies at
/// E 620000 N 5810000. What a feature says is drawn when it is asked for, so that a large town needs little memory.
public struct DemoTown: Sendable {
  public static let name = "Musterstadt"
  public static let scales = 0.02...20.0

  public let seed: UInt64
  /// 1 is the whole town. Counts, area and inhabitants grow with it; lengths with its root, so that the town keeps its look.
  public let scale: Double

  let map: DistrictMap
  let network: StreetNetwork
  let green: GreenPlan
  let inhabitants: [Int]
  /// In hundredths of a square kilometre.
  let areas: [Int]
  let equipment: [EquipmentPlace]
  let trees: [TreePlace]
  let signs: [SignPlace]
  let sensors: [SensorPlace]
  let depots: [Coordinate]

  /// Throws `DemoError.scaleOutOfRange` for a scale outside ``scales``.
  public init(seed: UInt64 = 1, scale: Double = 1) throws(DemoError) {
    guard Self.scales.contains(scale) else { throw .scaleOutOfRange(scale, allowed: Self.scales) }
    self.seed = seed
    self.scale = scale
    let plan = TownPlan(seed: seed, scale: scale)
    var random = RandomSource(seed: seed, stream: 0)
    let size = min(1, plan.linear)
    let warp = Warp(random: &random, waves: [(2100 * size, 42 * size, 5), (640 * size, 9 * size, 4)])
    map = DistrictMap(plan: plan, warp: warp, seed: seed, scale: scale)
    network = StreetNetwork(plan: plan, warp: warp, map: map, seed: seed)
    green = GreenPlan(plan: plan, warp: warp, network: network, map: map, seed: seed, scale: scale)
    inhabitants = Self.inhabitants(total: Int((124_371 * scale).rounded()), map: map, network: network)
    areas = Self.shares(of: Int((20_460 * scale).rounded()), weights: map.districts.map(\.area))
    equipment = EquipmentPlace.all(count: max(20, Int((1500 * scale).rounded())), playgrounds: green.playgrounds, seed: seed)
    trees = TreePlace.all(count: Int((60_000 * scale).rounded()), network: network, green: green, seed: seed)
    signs = SignPlace.all(count: Int((12_000 * scale).rounded()), network: network, seed: seed)
    sensors = SensorPlace.all(count: max(6, Int((300 * scale).rounded())), network: network, green: green, seed: seed)
    depots = Self.depots(count: scale < 0.2 ? 3 : 4, within: plan.coreRadius, network: network, green: green)
  }

  public func count(of collection: DemoCollection) -> Int {
    switch collection {
    case .districts: map.districts.count
    case .streets: network.segments.count
    case .greenAreas: green.areas.count
    case .playgrounds: green.playgrounds.count
    case .equipment: equipment.count
    case .trees: trees.count
    case .signs: signs.count
    case .sensors: sensors.count
    case .depots: depots.count
    }
  }

  /// The feature at `index` (0 ..< `count(of:)`) of the collection; its id is `index + 1` in digits.
  public func feature(_ index: Int, of collection: DemoCollection) -> Feature {
    var random = random(for: index, of: collection)
    return switch collection {
    case .districts: district(index)
    case .streets: street(index, &random)
    case .greenAreas: greenArea(index, &random)
    case .playgrounds: playground(index, &random)
    case .equipment: piece(index, &random)
    case .trees: tree(index, &random)
    case .signs: sign(index, &random)
    case .sensors: sensor(index, &random)
    case .depots: depot(index)
    }
  }

  /// What chance decides about one feature.
  func random(for index: Int, of collection: DemoCollection) -> RandomSource {
    RandomSource(seed: seed, stream: UInt64(collection.stream) << 32 | UInt64(index))
  }

  /// All features of the collection, one after the other, made as they are asked for.
  public func features(of collection: DemoCollection) -> some Sequence<Feature> {
    (0..<count(of: collection)).lazy.map { feature($0, of: collection) }
  }

  /// How many features of the collection have this flaw.
  public func count(of flaw: DemoFlaw) -> Int { flaw.count(of: count(of: flaw.collection)) }

  /// `total` in whole numbers, as near to the weights as can be, to the last one (largest remainder).
  static func shares(of total: Int, weights: [Double]) -> [Int] {
    let sum = weights.reduce(0, +)
    let exact = weights.map { $0 / sum * Double(total) }
    var result = exact.map { Int($0) }
    let order = exact.indices.sorted { (exact[$0] - Double(result[$0]), $1) > (exact[$1] - Double(result[$1]), $0) }
    for index in order.prefix(total - result.reduce(0, +)) { result[index] += 1 }
    return result
  }

  /// People live along streets of houses, more of them near the centre.
  private static func inhabitants(total: Int, map: DistrictMap, network: StreetNetwork) -> [Int] {
    var weights = map.districts.map { _ in 200.0 }
    for segment in network.segments {
      guard let district = segment.district else { continue }
      let homes: Double =
        switch network.roads[segment.road].streetClass {
        case .federal, .district: 0
        case .main, .pedestrian: 0.6
        case .collector: 0.8
        case .residential, .calmed: 1
        }
      weights[district] += segment.length * homes * (map.districts[district].isVillage ? 0.55 : 1.3)
    }
    return shares(of: total, weights: weights)
  }
}

public enum DemoError: Error, Hashable, Sendable, CustomStringConvertible {
  case scaleOutOfRange(Double, allowed: ClosedRange<Double>)

  public var description: String {
    switch self {
    case .scaleOutOfRange(let scale, let allowed):
      "scale \(scale) is out of range: choose \(allowed.lowerBound) to \(allowed.upperBound); 1 is the whole town"
    }
  }
}

extension DemoCollection {
  /// Its stream of random numbers.
  fileprivate var stream: UInt32 {
    switch self {
    case .districts: 101
    case .streets: 102
    case .greenAreas: 103
    case .playgrounds: 104
    case .equipment: 105
    case .trees: 106
    case .signs: 107
    case .sensors: 108
    case .depots: 109
    }
  }

  /// The index has this flaw of the property.
  func has(_ kind: DemoFlaw.Kind, _ property: String? = nil, at index: Int) -> Bool {
    Self.flaws[self]?.contains { $0.kind == kind && $0.property == property && $0.falls(on: index) } ?? false
  }

  private static let flaws = Dictionary(grouping: DemoFlaw.all, by: \.collection)
}
