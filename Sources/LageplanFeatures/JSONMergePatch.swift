extension JSONValue {
  /// This value changed as `patch` says (RFC 7396): an object's members replace those of their names, null takes one away, objects are
  /// merged into each other, and anything else stands in the place of the whole.
  public func merged(with patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var members = object ?? []
    for (key, change) in changes {
      let index = members.firstIndex { $0.key == key }
      switch (change, index) {
      case (.null, let index?): members.remove(at: index)
      case (.null, nil): break
      case (_, let index?): members[index].value = members[index].value.merged(with: change)
      // Also where nothing stands yet: the nulls inside a new object take nothing away and must not stay.
      case (_, nil): members.append((key, JSONValue.null.merged(with: change)))
      }
    }
    return .object(members)
  }
}
