public import LageplanExchange
public import LageplanFeatures

/// What the operator decides about the server.
public struct ServerConfiguration: Sendable {
  /// The address to listen on; loopback unless told.
  public var host = "127.0.0.1"
  /// 0 takes a free one.
  public var port = 8080
  /// The address under which clients reach the server, where a proxy stands before it: `https://geo.example.org/lageplan`.
  /// Without it links carry the `Host` of the request.
  public var publicUrl: String?
  /// Features may be changed over HTTP, by holders of a token with the scope `write`; otherwise the server only reads.
  public var isWritable = false
  /// Proxies whose word on scheme, host and path prefix stands in links (`Forwarded`, `X-Forwarded-*`); nobody else is believed.
  public var trustedProxies: [IpNetwork] = []
  /// The zone in which days and shifts are meant.
  public var townTime: TownTime
  /// Largest body of a request that is read.
  public var largestBody = 10_000_000
  public var limits = GeoJSONLimits()
  /// So many bytes of finished tiles are kept; 0: none.
  public var tileCacheBytes = 256 << 20
  /// Where tours take their travel times from, instead of roads of our own.
  public var router: TravelRouter?

  /// How much one request for roads may ask.
  public var routing = RoutingLimits()

  public init(townTime: TownTime) { self.townTime = townTime }
}
