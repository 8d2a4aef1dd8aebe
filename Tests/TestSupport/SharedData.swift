public import Foundation

/// The folder of foreign test files beside the checkout: read in place, never copied. Absent elsewhere.
public enum SharedData {
  /// `nil` where the files are not there; tests then say "skipped: no shared data".
  public static let root: URL? = {
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let candidate = folder.deletingLastPathComponent().appendingPathComponent("shared/data")
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path),
        FileManager.default.fileExists(atPath: candidate.appendingPathComponent("MANIFEST.tsv").path)
      {
        return candidate
      }
    }
    return nil
  }()

  public static var isPresent: Bool { root != nil }

  public static func file(_ path: String) -> URL {
    (root ?? URL(fileURLWithPath: "/nonexistent")).appendingPathComponent(path)
  }
}
