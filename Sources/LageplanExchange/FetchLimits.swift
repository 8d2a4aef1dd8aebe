/// What the fetching of one source may cost, all its documents together.
public struct FetchLimits: Hashable, Sendable {
  public var bytes: Int64 = 2 << 30
  public var seconds: Int = 3600
  /// Until there is a connection.
  public var connectSeconds: Int = 15
  /// With next to nothing arriving.
  public var silentSeconds: Int = 90
  /// Of one request; never from https back to http.
  public var redirects: Int = 5
  public var pages: Int = 20_000
  /// How often a request is made again that failed for a reason that passes, and the milliseconds before the first time.
  public var retries: Int = 2
  public var pauseMilliseconds: Int = 2_000

  public init() {}
}
