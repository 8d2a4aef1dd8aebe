/// What an import yields: the network of streets, and on it one graph for each profile.
public struct ImportedRoads: Sendable {
  public var network: RoadNetwork
  /// In the order in which they were asked for.
  public var profiles: [TravelProfile]
  /// For each profile its graph.
  public var graphs: [RoadGraph]
  public var report: RoadImportReport

  public init(network: RoadNetwork, profiles: [TravelProfile], graphs: [RoadGraph], report: RoadImportReport) {
    self.network = network
    self.profiles = profiles
    self.graphs = graphs
    self.report = report
  }
}

/// On which side of the street people drive.
public enum DrivingSide: String, Sendable, Codable, CaseIterable {
  case right, left
}

/// From OpenStreetMap elements to a network and its graphs.
public struct RoadImporter: Sendable {
  public var profiles: [TravelProfile]
  public var drivingSide: DrivingSide

  public init(profiles: [TravelProfile], drivingSide: DrivingSide = .right) {
    self.profiles = profiles
    self.drivingSide = drivingSide
  }

  /// Reads `source` twice and builds everything from it. `progress` is told the step and its share from 0 to 1.
  public func roads(
    from source: any OsmSource, progress: @escaping OsmProgress = { _, _ in }
  ) throws(OsmError) -> ImportedRoads {
    let selection = OsmSelection(
      wayKeys: profiles.reduce(into: []) { $0.formUnion($1.wayKeys) },
      nodeKeys: profiles.reduce(into: []) { $0.formUnion($1.nodeKeys) })
    let streets = try source.streets(selection, progress: progress)
    let builder = RoadNetworkBuilder(streets: streets, profiles: profiles)
    let places = try source.places(of: builder.nodeIds, selection, progress: progress)
    progress("building the network", 0)
    let draft = try builder.network(places)
    progress("ordering the network", 0)
    let network = draft.ordered()
    var report = draft.report
    report.source = source.name
    report.date = streets.date
    var graphs: [RoadGraph] = []
    for (index, profile) in profiles.enumerated() {
      progress("building the graphs", Double(index) / Double(profiles.count))
      var builder = RoadGraphBuilder(network: network, draft: draft, profile: profile, index: index, drivingSide: drivingSide)
      let built = builder.graph()
      graphs.append(built.graph)
      report.profiles.append(built.counts)
    }
    return ImportedRoads(network: network, profiles: profiles, graphs: graphs, report: report)
  }
}
