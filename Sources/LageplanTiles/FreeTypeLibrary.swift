import CFreeType

/// FreeType's own state. Each user has one, and uses it from one thread at a time: FreeType asks for no more.
final class FreeTypeLibrary {
  let handle: FT_Library

  /// `nil` where no memory is left.
  init?() {
    var made: FT_Library?
    guard FT_Init_FreeType(&made) == 0, let made else { return nil }
    handle = made
  }

  deinit { FT_Done_FreeType(handle) }
}
