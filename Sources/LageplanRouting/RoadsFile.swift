import Foundation

extension Roads {
  /// Maps a file that ``write(to:progress:)`` made: no more is read than the checksum needs, and whatever a question touches later.
  ///
  /// The file may be replaced while it is mapped (by a new import, which renames), but must not be written over in place.
  public init(mapping path: String) throws(RoadFileError) {
    var reader = try RoadFileReader(path: path)
    let text = Array(try reader.read(UInt8.self))
    guard let description = try? JSONDecoder().decode(RoadFileDescription.self, from: Data(text)) else {
      throw .damaged(path: path, what: "its description cannot be read")
    }
    let network = RoadNetwork(
      nodePositions: try reader.read(), tails: try reader.read(), heads: try reader.read(), lengths: try reader.read(),
      firstVertex: try reader.read(), vertices: try reader.read(), streets: try reader.read(), ways: try reader.read(),
      ranks: try reader.read(), firstStreetByte: try reader.read(), streetText: try reader.read())
    guard network.isConsistent else { throw .damaged(path: path, what: "the arrays of its network do not fit each other") }
    guard let segments = SegmentIndex(runs: try reader.read(), boxes: try reader.read()) else {
      throw .damaged(path: path, what: "its index of segments does not fit")
    }
    var metrics: [RoadMetric] = []
    for entry in description.profiles {
      let graph = RoadGraph(
        firstStep: try reader.read(), steps: try reader.read(), stepDurations: try reader.read(), ranks: try reader.read(),
        components: try reader.read(), firstTurn: try reader.read(), turnTargets: try reader.read(),
        turnDurations: try reader.read(), firstUse: try reader.read(), uses: try reader.read(), stepArcs: try reader.read())
      var topology: [FlatArray<Int32>] = []
      for _ in 0..<max(0, entry.hierarchySections) { topology.append(try reader.read()) }
      var costs: [FlatArray<Double>] = []
      for _ in 0..<max(0, entry.metricSections) { costs.append(try reader.read()) }
      guard graph.fits(network), let hierarchy = RoadHierarchy(of: graph, sections: topology),
        let metric = RoadMetric(of: hierarchy, sections: costs)
      else { throw .damaged(path: path, what: "the arrays of profile \"\(entry.profile.id)\" do not fit each other") }
      metrics.append(metric)
    }
    self.init(
      network: network, source: description.source, profiles: description.profiles.map(\.profile), metrics: metrics,
      segments: segments)
  }

  /// Writes everything into a file, which takes the place of an older one in one step once it is whole.
  ///
  /// - Parameters:
  ///   - path: Usually that of the database with `.roads` at its end.
  ///   - progress: Is told the share that is written, 0 to 1.
  public func write(to path: String, progress: (Double) -> Void = { _ in }) throws(RoadFileError) {
    let description = RoadFileDescription(
      source: source,
      profiles: zip(profiles, metrics).map {
        .init(profile: $0, hierarchySections: $1.hierarchy.sections.count, metricSections: $1.sections.count)
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let text = try? encoder.encode(description) else {
      throw .system(path: path, action: "write", reason: "its description cannot be told in JSON")
    }
    var writer = RoadFileWriter()
    writer.add(FlatArray([UInt8](text)))
    writer.add(network)
    writer.add(segments.runs)
    writer.add(segments.boxes)
    for metric in metrics {
      writer.add(metric.hierarchy.graph)
      for section in metric.hierarchy.sections { writer.add(section) }
      for section in metric.sections { writer.add(section) }
    }
    try writer.write(to: path, progress: progress)
  }
}

extension RoadFileWriter {
  fileprivate mutating func add(_ network: RoadNetwork) {
    add(network.nodePositions)
    add(network.tails)
    add(network.heads)
    add(network.lengths)
    add(network.firstVertex)
    add(network.vertices)
    add(network.streets)
    add(network.ways)
    add(network.ranks)
    add(network.firstStreetByte)
    add(network.streetText)
  }

  fileprivate mutating func add(_ graph: RoadGraph) {
    add(graph.firstStep)
    add(graph.steps)
    add(graph.stepDurations)
    add(graph.ranks)
    add(graph.components)
    add(graph.firstTurn)
    add(graph.turnTargets)
    add(graph.turnDurations)
    add(graph.firstUse)
    add(graph.uses)
    add(graph.stepArcs)
  }
}

extension FlatArray<Int32> {
  /// Whether these are the bounds of `count` rows over `total` elements: they begin at 0 and end at the total.
  fileprivate func bounds(_ count: Int, _ total: Int) -> Bool {
    self.count == count + 1 && self[0] == 0 && Int(self[count]) == total
  }
}

extension RoadNetwork {
  /// Whether the counts of the arrays agree; what stands in them is the checksum's matter.
  fileprivate var isConsistent: Bool {
    let edges = tails.count
    return [heads.count, lengths.count, streets.count, ways.count, ranks.count].allSatisfy { $0 == edges }
      && firstVertex.bounds(edges, vertices.count) && !firstStreetByte.isEmpty
      && firstStreetByte.bounds(firstStreetByte.count - 1, streetText.count)
  }
}

extension RoadGraph {
  fileprivate func fits(_ network: RoadNetwork) -> Bool {
    let arcs = ranks.count
    return components.count == arcs && firstStep.bounds(arcs, steps.count) && firstTurn.bounds(arcs, turnTargets.count)
      && stepDurations.count == steps.count && stepArcs.count == steps.count && turnDurations.count == turnTargets.count
      && firstUse.bounds(2 * network.edgeCount, uses.count)
  }
}
