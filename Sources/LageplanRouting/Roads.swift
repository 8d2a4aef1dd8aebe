import Dispatch
public import LageplanGeometry
import Synchronization

/// A prepared road network: streets as they lie, for each profile its graph, hierarchy and costs, and the index that finds the street
/// beside a place. It is made once by an import, kept in a file beside the database, and mapped into memory from there.
///
/// ``RoadRouter`` answers questions about it.
public struct Roads: Sendable {
  public let network: RoadNetwork
  public let source: RoadSource
  public let profiles: [RoadProfile]
  /// One a profile: the costs without closures, with the hierarchy and the graph that they are for.
  let metrics: [RoadMetric]
  let segments: SegmentIndex
  /// One a profile: how many arcs each component has.
  let componentSizes: [[Int32]]

  /// Prepares a network: contracts the graph of every profile, gives it its costs and packs the index of segments.
  ///
  /// - Parameters:
  ///   - network: What every graph was made of.
  ///   - graphs: At least one, each with its profile; no two profiles have the same id.
  ///   - source: Where it comes from.
  public init(network: RoadNetwork, graphs: [(profile: RoadProfile, graph: RoadGraph)], source: RoadSource) {
    let prepared = Preparation(count: graphs.count)
    // The largest first, so that both cores end at about the same time.
    let order = graphs.indices.sorted { (graphs[$0].graph.turnCount, $1) > (graphs[$1].graph.turnCount, $0) }
    let inOrder = order.map { graphs[$0].graph }
    DispatchQueue.concurrentPerform(iterations: graphs.count + 1) { task in
      if task < order.count {
        let graph = inOrder[task]
        let costs = graph.arcCosts(edgeLengths: network.lengths, stepDurations: graph.stepDurations)
        let metric = RoadMetric(of: RoadHierarchy(of: graph), arcCosts: costs, turnDurations: graph.turnDurations)
        prepared.metrics.withLock { $0[order[task]] = metric }
      } else {
        let index = SegmentIndex(of: network)
        prepared.segments.withLock { $0 = index }
      }
    }
    self.init(
      network: network, source: source, profiles: graphs.map(\.profile),
      metrics: prepared.metrics.withLock { $0.compactMap { $0 } },
      segments: prepared.segments.withLock { $0 } ?? SegmentIndex(of: network))
  }

  init(network: RoadNetwork, source: RoadSource, profiles: [RoadProfile], metrics: [RoadMetric], segments: SegmentIndex) {
    self.network = network
    self.source = source
    self.profiles = profiles
    self.metrics = metrics
    self.segments = segments
    componentSizes = metrics.map { metric in
      let components = metric.hierarchy.graph.components
      var sizes = [Int32](repeating: 0, count: Int(components.max() ?? -1) + 1)
      for component in components { sizes[Int(component)] += 1 }
      return sizes
    }
  }

  /// The graph of a profile; nil for one that is not here.
  public func graph(of profile: String) -> RoadGraph? {
    profiles.firstIndex { $0.id == profile }.map { metrics[$0].hierarchy.graph }
  }

  /// The envelope of all streets, in degrees (CRS84).
  public var envelope: Envelope {
    guard let root = segments.boxes.count > 0 ? segments.boxes[segments.boxes.count - 1] : nil else { return .empty }
    return Envelope(
      minX: Double(root.west) / 1e7, minY: Double(root.south) / 1e7, maxX: Double(root.east) / 1e7, maxY: Double(root.north) / 1e7
    )
  }

  /// The name and the reference of a street of the network (`Hauptstraße`, `B 3`); each is empty where there is none.
  public func street(_ index: Int32) -> RoadStreet {
    let range = Int(network.firstStreetByte[Int(index)])..<Int(network.firstStreetByte[Int(index) + 1])
    let text = network.streetText.withUnsafeBufferPointer { String(decoding: $0[range], as: UTF8.self) }
    let parts = text.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
    return RoadStreet(name: parts.first.map(String.init) ?? "", reference: parts.count > 1 ? String(parts[1]) : "")
  }
}

/// What a street is called.
public struct RoadStreet: Hashable, Sendable {
  /// `Hauptstraße`; empty where it has none.
  public var name: String
  /// `B 3`; empty where it has none.
  public var reference: String

  public init(name: String, reference: String) {
    self.name = name
    self.reference = reference
  }
}

/// What a question about roads can fail with.
public enum RoadError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The network was imported without this profile.
  case unknownProfile(String, known: [String])

  public var description: String {
    switch self {
    case .unknownProfile(let id, let known):
      "the road network knows no profile \"\(id)\": it was imported for \(known.joined(separator: ", ")); "
        + "import it again with --profile \(id) or ask for one of these"
    }
  }
}

/// What several threads make of a network.
private final class Preparation: Sendable {
  let metrics: Mutex<[RoadMetric?]>
  let segments = Mutex<SegmentIndex?>(nil)

  init(count: Int) { metrics = Mutex([RoadMetric?](repeating: nil, count: count)) }
}
