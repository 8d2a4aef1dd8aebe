/// One thing that is wrong with a request.
public struct TourRequestFault: Hashable, Sendable {
  /// A word for machines: `missing`, `unknownMember`, `wrongType`, `outOfRange`, `conflict`, `repeated`, `unknownCollection`,
  /// `unknownProperty`, `unknownProfile`, `unknownInspector`, `unknownFeature`, `filter`, `geometry`, `value`, `tooMany`.
  public var code: String
  /// Where: a JSONPath (RFC 9535) into the request, `$.inspectors[0].shift[1]`; `$` for the whole.
  public var path: String
  /// What stands there, shortened; `nil` where nothing does.
  public var value: String?
  /// What to write instead: a sentence.
  public var remedy: String

  public init(code: String, path: String, value: String?, remedy: String) {
    self.code = code
    self.path = path
    self.value = value
    self.remedy = remedy
  }
}

/// Everything that is wrong with a request, at once; never empty.
public struct TourRequestError: Error, Hashable, Sendable, CustomStringConvertible {
  public var faults: [TourRequestFault]

  public init(_ faults: [TourRequestFault]) { self.faults = faults }

  public var description: String {
    faults.map { "\($0.path): \($0.value.map { "\($0): " } ?? "")\($0.remedy)" }.joined(separator: "\n")
  }
}
