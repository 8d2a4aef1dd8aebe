import Hummingbird

/// What goes with each request through the server: Hummingbird's own, nothing more.
struct LageplanRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
  }
}
