/// What an import read, kept and left out: the counts of the source are those of `osmium fileinfo -e`.
public struct RoadImportReport: Hashable, Sendable {
  /// One profile's graph in numbers.
  public struct Profile: Hashable, Sendable {
    public var id: String
    /// Edges that the profile may travel, in one direction or both.
    public var edges = 0
    public var arcs = 0
    public var turns = 0
    /// Arcs that stand a second time, for those who come under a restriction over a way or into streets that are no way through.
    public var copies = 0
    /// Restrictions of turns at a node, and over ways, that concern this profile.
    public var nodeRestrictions = 0
    public var wayRestrictions = 0
    public var components = 0
    /// Arcs in the largest component.
    public var largestComponent = 0
  }

  public var source = ""
  /// When the data were true; `nil` where the source does not say.
  public var date: String?
  /// All elements of the source.
  public var nodesRead = 0
  public var waysRead = 0
  public var relationsRead = 0
  /// Ways that at least one profile travels, the nodes that they name, and of these the ones that the source does not have (cut off
  /// at the border of an extract): ways end there.
  public var streets = 0
  public var usedNodes = 0
  public var missingNodes = 0
  public var cutWays = 0
  /// Nodes that the source has more than once.
  public var duplicateNodes = 0
  /// The network.
  public var nodes = 0
  public var edges = 0
  public var kilometres = 0.0
  /// Turn restrictions: all, those taken, and those left out with the reason.
  public var restrictions = 0
  public var restrictionsTaken = 0
  public var restrictionsLeftOut: [TurnRestriction.Fault: Int] = [:]
  public var profiles: [Profile] = []

  public init() {}

  /// The counts that are kept with the roads, by their names.
  public var counts: [String: Int] {
    [
      "nodesRead": nodesRead, "waysRead": waysRead, "relationsRead": relationsRead, "streets": streets, "usedNodes": usedNodes,
      "missingNodes": missingNodes, "cutWays": cutWays, "duplicateNodes": duplicateNodes, "nodes": nodes, "edges": edges,
      "restrictions": restrictions, "restrictionsTaken": restrictionsTaken,
    ]
  }
}
