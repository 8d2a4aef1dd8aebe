import HTTPTypes
import Logging
import NIOCore
import NIOHTTPTypes

/// Answers what is known again on the connection's own thread, before the router and the tasks behind it are entered; hears when the
/// client leaves; closes a connection on which nothing happens.
///
/// What it sends has been sent by the router before, to a visitor without a credential, for the same address and with the same choice of
/// coding: method, access and parameters were checked then, and a change of the data, of the description or of who may see it takes the
/// answer away (``TileCache``). Whatever is unusual about a request leaves it to the router: a credential, a body, a wish to close.
///
/// Only while no earlier request of the connection waits for its answer, so that answers keep the order of pipelined requests.
final class KeptTileHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let cache: TileCache
  private let packing: TilePacking
  private let logger: Logger
  private let serverName: String
  private let idleTimeout: TimeAmount
  private let departure = Departure()

  /// Requests that were passed on and not answered to their end.
  private var underWay = 0
  private var isReadingRequest = false
  /// A request that will be answered here, from its head to its end.
  private var held: (head: HTTPRequest, answer: TileCache.KnownAnswer, since: ContinuousClock.Instant)?
  private var isUnflushed = false
  /// Answers of ours that the network has not taken yet, and what must wait for them.
  private var unsent = 0
  private var heldEvent: Any?
  private var lastActive = NIODeadline.now()
  private var idleTask: Scheduled<Void>?
  /// The header as it came last, and what it means: a connection sends the same again and again.
  private var codings: (header: String?, accepted: AcceptedCodings) = (nil, AcceptedCodings(nil))
  private var date: (second: Int64, text: String) = (-1, "")

  /// Shorter bodies go to the system at once.
  private static let longBody = 32_768

  init(cache: TileCache, packing: TilePacking, logger: Logger, serverName: String, idleTimeout: TimeAmount) {
    self.cache = cache
    self.packing = packing
    self.logger = logger
    self.serverName = serverName
    self.idleTimeout = idleTimeout
  }

  // MARK: The connection

  func handlerAdded(context: ChannelHandlerContext) {
    Departure.register(departure, of: context.channel)
    if context.channel.isActive { watchIdleness(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { end(context) }

  func channelActive(context: ChannelHandlerContext) {
    watchIdleness(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(context)
    context.fireChannelInactive()
  }

  private func end(_ context: ChannelHandlerContext) {
    idleTask?.cancel()
    idleTask = nil
    Departure.unregister(context.channel)
    departure.leave()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // A client that only says that it will ask no more cannot be told from one that has gone; as nginx does, it is taken to have gone,
    // since the other is rare and work for nobody is not.
    if let event = event as? ChannelEvent, event == .inputClosed { departure.leave() }
    // The server stops: whoever hears this closes an idle connection at once, and would cut off what is on its way.
    if event is ChannelShouldQuiesceEvent, unsent > 0 {
      heldEvent = event
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  private func watchIdleness(_ context: ChannelHandlerContext) {
    guard idleTask == nil else { return }
    scheduleIdleness(context, in: idleTimeout)
  }

  private func scheduleIdleness(_ context: ChannelHandlerContext, in delay: TimeAmount) {
    let context = NIOLoopBound(context, eventLoop: context.eventLoop)
    let own = NIOLoopBound(self, eventLoop: context.value.eventLoop)
    idleTask = context.value.eventLoop.scheduleTask(in: delay) { own.value.idlenessMayBeOver(context.value) }
  }

  private func idlenessMayBeOver(_ context: ChannelHandlerContext) {
    let idle = NIODeadline.now() - lastActive
    let isWaitingForUs = underWay > 0 && !isReadingRequest
    guard isWaitingForUs || unsent > 0 || idle < idleTimeout else { return context.close(promise: nil) }
    scheduleIdleness(context, in: idle < idleTimeout ? idleTimeout - idle : idleTimeout)
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastActive = .now()
    switch unwrapInboundIn(data) {
    case .head(let head):
      isReadingRequest = true
      if underWay == 0, context.channel.isWritable, let answer = answer(to: head) {
        held = (head, answer, .now)
        return
      }
      underWay += 1
    case .body:
      // A GET with a body is not what the answer is known for.
      if let (head, _, _) = held {
        held = nil
        underWay += 1
        context.fireChannelRead(wrapInboundOut(.head(head)))
      }
    case .end:
      isReadingRequest = false
      if let (head, answer, since) = held {
        held = nil
        return send(answer, to: head, since: since, context)
      }
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if isUnflushed {
      isUnflushed = false
      context.flush()
    }
    context.fireChannelReadComplete()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) {
      underWay -= 1
      lastActive = .now()
    }
    context.write(data, promise: promise)
  }

  /// `nil`: the router's.
  private func answer(to head: HTTPRequest) -> TileCache.KnownAnswer? {
    guard head.method == .get || head.method == .head, let target = head.path else { return nil }
    var ifNoneMatch: String?
    var acceptEncoding: String?
    for field in head.headerFields {
      switch field.name {
      case .ifNoneMatch:
        guard ifNoneMatch == nil else { return nil }
        ifNoneMatch = field.value
      case .acceptEncoding:
        guard acceptEncoding == nil else { return nil }
        acceptEncoding = field.value
      case .accept: guard field.value == "*/*" else { return nil }
      case .connection: guard field.value == "keep-alive" || field.value == "Keep-Alive" else { return nil }
      case .authorization, .contentLength, .transferEncoding, .expect, .upgrade: return nil
      default: break
      }
    }
    if codings.header != acceptEncoding { codings = (acceptEncoding, AcceptedCodings(acceptEncoding)) }
    return cache.answer(to: target, accepting: codings.accepted, ifNoneMatch: ifNoneMatch)
  }

  private func send(
    _ answer: TileCache.KnownAnswer, to request: HTTPRequest, since: ContinuousClock.Instant, _ context: ChannelHandlerContext
  ) {
    cache.counts.hits.add()
    cache.counts.direct.add()
    packing.countHit(of: answer.tile)
    var head = answer.head
    head.headerFields[.date] = now()
    head.headerFields[.server] = serverName
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    let body = request.method == .get ? answer.body.flatMap { $0.readableBytes > 0 ? $0 : nil } : nil
    if let body { context.write(wrapOutboundOut(.body(body)), promise: nil) }
    context.write(
      wrapOutboundOut(.end(nil)), promise: (body?.readableBytes ?? 0) < Self.longBody ? nil : promiseOfSending(context))
    isUnflushed = true
    RequestLogMiddleware.note(
      logger, request.method, request.path?.prefix { $0 != "?" } ?? "", head.status, since: since, bytes: body?.readableBytes ?? 0
    )
  }

  private func promiseOfSending(_ context: ChannelHandlerContext) -> EventLoopPromise<Void> {
    unsent += 1
    let promise = context.eventLoop.makePromise(of: Void.self)
    let context = NIOLoopBound(context, eventLoop: context.eventLoop)
    let own = NIOLoopBound(self, eventLoop: context.value.eventLoop)
    promise.futureResult.whenComplete { _ in own.value.hasSent(context.value) }
    return promise
  }

  private func hasSent(_ context: ChannelHandlerContext) {
    unsent -= 1
    lastActive = .now()
    guard unsent == 0, let event = heldEvent else { return }
    heldEvent = nil
    context.fireUserInboundEventTriggered(event)
  }

  private func now() -> String {
    let second = HttpDate.secondNow
    if second != date.second { date = (second, HttpDate.text(second)) }
    return date.text
  }
}
