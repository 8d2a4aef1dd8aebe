/// Streets and paths as they lie, for every way of travelling: junctions (nodes) and the stretches between them (edges, before they
/// are split into the two directions).
///
/// A node is a place where at least three stretches meet, where one ends, or where something about the street changes that a traveller
/// minds; every other vertex is only part of a stretch's line. An edge runs from its tail to its head as its first way in
/// OpenStreetMap was drawn; `forward` means in this direction.
public struct RoadNetwork: Sendable {
  // MARK: Nodes

  public let nodePositions: FlatArray<RoadPosition>

  // MARK: Edges

  public let tails: FlatArray<Int32>
  public let heads: FlatArray<Int32>
  /// In decimetres along the geodesic, at least 1.
  public let lengths: FlatArray<Int32>
  /// The line of edge `e`, both ends included, is `vertices[firstVertex[e] ..< firstVertex[e + 1]]`.
  public let firstVertex: FlatArray<Int32>
  public let vertices: FlatArray<RoadPosition>
  /// The street that the edge is part of: an index into the streets below.
  public let streets: FlatArray<Int32>
  /// The identity of the way in OpenStreetMap that the edge was cut from.
  public let ways: FlatArray<Int64>
  /// The place of the edge in the order of nested dissection, from 0: edges that part the network into halves come last. One order
  /// serves every profile (Dibbelt, Strasser & Wagner 2016, doi:10.1145/2886843; over edges: Buchhold et al. 2020,
  /// doi:10.4230/LIPIcs.ESA.2020.16).
  public let ranks: FlatArray<Int32>

  // MARK: Streets

  /// The name and the reference of street `s` (`name` tab `ref`, either may be empty) are
  /// `streetText[firstStreetByte[s] ..< firstStreetByte[s + 1]]`, in UTF-8. Street 0 has neither.
  public let firstStreetByte: FlatArray<Int32>
  public let streetText: FlatArray<UInt8>

  public init(
    nodePositions: FlatArray<RoadPosition>, tails: FlatArray<Int32>, heads: FlatArray<Int32>, lengths: FlatArray<Int32>,
    firstVertex: FlatArray<Int32>, vertices: FlatArray<RoadPosition>, streets: FlatArray<Int32>, ways: FlatArray<Int64>,
    ranks: FlatArray<Int32>, firstStreetByte: FlatArray<Int32>, streetText: FlatArray<UInt8>
  ) {
    self.nodePositions = nodePositions
    self.tails = tails
    self.heads = heads
    self.lengths = lengths
    self.firstVertex = firstVertex
    self.vertices = vertices
    self.streets = streets
    self.ways = ways
    self.ranks = ranks
    self.firstStreetByte = firstStreetByte
    self.streetText = streetText
  }

  @inlinable public var nodeCount: Int { nodePositions.count }
  @inlinable public var edgeCount: Int { tails.count }
  @inlinable public var streetCount: Int { firstStreetByte.count - 1 }

  /// The vertices of an edge from tail to head.
  @inlinable public func vertexRange(of edge: Int) -> Range<Int> { Int(firstVertex[edge])..<Int(firstVertex[edge + 1]) }
}
