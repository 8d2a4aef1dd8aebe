/// Reads a manifest and sources and names every arrow that the architecture does not have.
struct ArrowCheck {
  struct Source {
    var target: String
    var path: String
    var text: String
  }

  var manifest: Manifest
  var sources: [Source]

  /// One line a violation: place, what is wrong, what to do. Empty when all is well.
  func violations() -> [String] {
    manifest.targets.flatMap(violations(of:)) + sources.flatMap(violations(of:))
  }

  /// Targets that wrap a C library: by convention `C` and a capital.
  private static func isC(_ name: String) -> Bool {
    name.first == "C" && (name.dropFirst().first?.isUppercase ?? false)
  }

  private func violations(of target: Manifest.Target) -> [String] {
    guard target.kind != "testTarget", target.name != "TestSupport", !Self.isC(target.name) else { return [] }
    guard let allowed = Architecture.arrows[target.name] else {
      return ["Package.swift: \(target.name) has no place in the architecture; give it one in Architecture.arrows"]
    }
    var result = target.dependencies.compactMap { dependency -> String? in
      reason(for: dependency, in: target.name, allowed: allowed).map {
        "Package.swift: \(target.name) depends on \(dependency): \($0)"
      }
    }
    if !target.isStrict {
      result.append("Package.swift: \(target.name) lacks `swiftSettings: strict`, so its imports would be public")
    }
    return result
  }

  private func violations(of source: Source) -> [String] {
    guard !Self.isC(source.target) else { return [] }
    guard let allowed = Architecture.arrows[source.target], let target = manifest[source.target] else {
      return ["\(source.path): \(source.target) is no target of Package.swift with a place in the architecture"]
    }
    return ImportLine.all(in: source.text).flatMap { line -> [String] in
      let place = "\(source.path):\(line.line): import \(line.module)"
      var result: [String] = []
      if let reason = reason(for: line.module, in: source.target, allowed: allowed) {
        result.append("\(place): \(reason)")
      } else if !Architecture.toolchain.contains(line.module), !target.dependencies.contains(line.module) {
        result.append("\(place): Package.swift does not list it among the dependencies of \(source.target)")
      }
      if line.isShown, Self.isC(line.module) {
        result.append("\(place): a C module must not be shown to other modules; import it without `public`")
      }
      return result
    }
  }

  /// Why the target may not import the module; `nil` when it may.
  private func reason(for module: String, in target: String, allowed: Set<String>) -> String? {
    if allowed.contains(module) || Architecture.toolchain.contains(module) { return nil }
    if Architecture.arrows[module] != nil {
      return "\(target) may import \(allowed.isEmpty ? "none of our modules" : allowed.sorted().joined(separator: ", "))"
    }
    guard let homes = Architecture.homes[module] else { return "it has no home in Architecture.homes" }
    return homes.contains(target) ? nil : "its home is \(homes.sorted().joined(separator: " and "))"
  }
}
