extension Roads {
  /// Where the file of the roads lies: beside the database, by its path with `.roads` at the end.
  public static func path(besides database: String) -> String { database + ".roads" }
}
