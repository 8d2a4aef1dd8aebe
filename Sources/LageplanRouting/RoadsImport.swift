extension Roads {
  /// Prepares what an importer has built; see ``init(network:graphs:source:)``.
  ///
  /// - Parameters:
  ///   - imported: Network and graphs.
  ///   - drivingSide: That of the importer.
  ///   - importDate: Now, as ISO 8601.
  public init(_ imported: ImportedRoads, drivingSide: DrivingSide = .right, importDate: String) {
    let report = imported.report
    let source = RoadSource(
      fileName: report.source, dataDate: report.date, importDate: importDate,
      counts: [
        "nodes": report.nodesRead, "ways": report.waysRead, "relations": report.relationsRead, "streets": report.streets,
        "missingNodes": report.missingNodes, "restrictions": report.restrictions, "restrictionsTaken": report.restrictionsTaken,
      ])
    let graphs = zip(imported.profiles, imported.graphs).map { profile, graph in
      (profile: RoadProfile(profile, drivingSide: drivingSide), graph: graph)
    }
    self.init(network: imported.network, graphs: graphs, source: source)
  }
}

extension RoadProfile {
  /// What an opened network needs to know of the profile that a graph was built for.
  public init(_ profile: TravelProfile, drivingSide: DrivingSide) {
    let kind: Kind =
      switch profile.kind {
      case .car: .car
      case .bicycle: .bicycle
      case .foot: .foot
      }
    self.init(id: profile.id, title: profile.title, kind: kind, drivesOnLeft: drivingSide == .left)
  }
}
