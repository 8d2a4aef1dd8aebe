public import Foundation

/// A Web Feature Service 2.0 made of one GML file: hands its members out in pages, as asked by `count` and `startIndex`.
public struct WfsReplay: Sendable {
  public var layer: String
  public var system: String
  /// Behind the start tag of the collection.
  private let root: String
  public private(set) var members: [String]
  /// At most so many features come at once, whatever is asked.
  public var largestPage = Int.max
  public var followsStartIndex = true
  public var numberMatched: Int?
  /// Or it says `unknown`, as the standard allows.
  public var knowsNumber = true
  /// What DescribeFeatureType answers: element names and their types.
  public var types: [(name: String, type: String)] = []

  public init(file: URL, layer: String, system: String) throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    self.layer = layer
    self.system = system
    let pieces = text.components(separatedBy: "<wfs:member>")
    root = pieces[0].replacingOccurrences(of: #" number(Matched|Returned)="[0-9]+""#, with: "", options: .regularExpression)
    members = pieces.dropFirst().compactMap { $0.components(separatedBy: "</wfs:member>").first }
  }

  /// The first `count` members only.
  public func keeping(_ count: Int) -> WfsReplay {
    var replay = self
    replay.members = Array(members.prefix(count))
    return replay
  }

  public func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
    switch request.parameter("request")?.lowercased() {
    case "getcapabilities": return .init(type: "application/xml", text: capabilities)
    case "describefeaturetype": return .init(type: "application/gml+xml", text: schema)
    case "getfeature": return .init(type: "application/gml+xml; version=3.2", text: features(request))
    default:
      return .init(
        400, type: "application/xml",
        text: """
          <ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0"><ows:Exception \
          exceptionCode="OperationNotSupported"><ows:ExceptionText>No such request.</ows:ExceptionText></ows:Exception>\
          </ows:ExceptionReport>
          """)
    }
  }

  private var capabilities: String {
    """
    <?xml version="1.0"?><wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0"
      xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:alkis_bezirke="alkis_bezirke">
      <!-- as deegree writes it -->
      <ows:OperationsMetadata><ows:Constraint name="ImplementsResultPaging"><ows:NoValues/>
      <ows:DefaultValue>TRUE</ows:DefaultValue></ows:Constraint></ows:OperationsMetadata>
      <FeatureTypeList><FeatureType><Name>\(layer)</Name><Title>Bezirke &amp; Grenzen</Title><DefaultCRS>\(system)</DefaultCRS>
      <OtherCRS>urn:ogc:def:crs:EPSG::4258</OtherCRS></FeatureType></FeatureTypeList></wfs:WFS_Capabilities>
    """
  }

  private var schema: String {
    let elements = types.map { #"<xsd:element name="\#($0.name)" type="\#($0.type)" minOccurs="0"/>"# }.joined()
    return """
      <xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"><xsd:complexType name="T"><xsd:complexContent>
      <xsd:extension base="gml:AbstractFeatureType"><xsd:sequence>\(elements)</xsd:sequence></xsd:extension></xsd:complexContent>
      </xsd:complexType></xsd:schema>
      """
  }

  private func features(_ request: LoopbackServer.Request) -> String {
    let start = followsStartIndex ? request.parameter("startIndex").flatMap { Int($0) } ?? 0 : 0
    let count = min(largestPage, request.parameter("count").flatMap { Int($0) } ?? .max)
    let page = members.dropFirst(start).prefix(count)
    let matched = knowsNumber ? String(numberMatched ?? members.count) : "unknown"
    let tag = #" numberMatched="\#(matched)" numberReturned="\#(page.count)""#
    let opening = root.replacingOccurrences(of: "<wfs:FeatureCollection", with: "<wfs:FeatureCollection" + tag)
    return opening + page.map { "<wfs:member>\($0)</wfs:member>" }.joined() + "</wfs:FeatureCollection>"
  }
}
