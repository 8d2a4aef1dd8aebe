/// The buffers of one rendering thread, kept from tile to tile so that rendering allocates next to nothing.
///
/// Belongs to one thread at a time; it is not `Sendable` so that the compiler says so.
public final class TileScratch {
  public init() {}
}
