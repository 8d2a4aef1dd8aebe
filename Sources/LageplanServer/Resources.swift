public import Foundation

/// Where the files lie that the server sends as they are: the page, the map library, the styles.
///
/// Looked for in this order: the folder named by `LAGEPLAN_RESOURCES`; `lageplan-resources` beside the binary; the checkout
/// that the binary was built in. So a built binary works from any directory.
public struct Resources: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Our page: HTML, scripts, style sheets.
    case web
    /// The pinned map library, fetched by `make`.
    case assets
    /// MapLibre styles.
    case styles
    /// Profiles of travelling, which an import of roads reads.
    case profiles

    /// The folder in a checkout.
    fileprivate var sourcePath: String {
      switch self {
      case .web: "Sources/LageplanServer/Web"
      case .assets: ".assets"
      case .styles: "Styles"
      case .profiles: "Data/profiles"
      }
    }
  }

  /// Largest file that is read and sent: far above the map library's 1.1 MB.
  static let largestFile = 16 << 20

  private let folders: [Kind: URL]

  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    binary: URL? = Bundle.main.executableURL?.resolvingSymlinksInPath()
  ) {
    var folders: [Kind: URL] = [:]
    for kind in Kind.allCases {
      folders[kind] = Self.candidates(for: kind, environment: environment, binary: binary).first(where: Self.isFolder)
    }
    self.folders = folders
  }

  /// `nil`: there is no such folder; the server then says so where the files are missed.
  public func folder(_ kind: Kind) -> URL? { folders[kind] }

  /// The bytes of `name` directly in the folder of `kind`; `nil` where there is no such file.
  /// A name with a slash, a leading dot or a NUL is no name: nothing outside the folder can be read.
  public func file(_ kind: Kind, named name: String) -> [UInt8]? {
    guard let folder = folders[kind], !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.contains("\\"),
      !name.contains("\0"), !name.contains("..")
    else { return nil }
    let url = folder.appendingPathComponent(name)
    guard let handle = try? FileHandle(forReadingFrom: url) else { return nil }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: Self.largestFile + 1), data.count <= Self.largestFile else { return nil }
    return [UInt8](data)
  }

  private static func candidates(for kind: Kind, environment: [String: String], binary: URL?) -> [URL] {
    var result: [URL] = []
    if let named = environment["LAGEPLAN_RESOURCES"], !named.isEmpty {
      result.append(URL(fileURLWithPath: named).appendingPathComponent(kind.rawValue))
    }
    guard var folder = binary?.deletingLastPathComponent() else { return result }
    result.append(folder.appendingPathComponent("lageplan-resources").appendingPathComponent(kind.rawValue))
    result.append(
      folder.deletingLastPathComponent().appendingPathComponent("share/lageplan").appendingPathComponent(kind.rawValue))
    // .build/x86_64-unknown-linux-gnu/debug/lageplan: the checkout is at most a few folders above.
    for _ in 0..<6 where folder.path != "/" {
      folder.deleteLastPathComponent()
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
        result.append(folder.appendingPathComponent(kind.sourcePath))
        break
      }
    }
    return result
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
