extension FilterExpression {
  /// What of a feature the filter looks at; names that the collection does not know are left out.
  func references(in descriptor: CollectionDescriptor) -> Set<FilterProperty> {
    switch self {
    case .literal: []
    case .and(let parts), .or(let parts): parts.reduce(into: []) { $0.formUnion($1.references(in: descriptor)) }
    case .not(let part): part.references(in: descriptor)
    case .comparison(let a, _, let b), .spatial(_, let a, let b), .temporal(_, let a, let b), .array(_, let a, let b),
      .like(let a, let b):
      a.references(in: descriptor).union(b.references(in: descriptor))
    case .between(let operand, let low, let high): [operand, low, high].references(in: descriptor)
    case .isIn(let operand, let list): ([operand] + list).references(in: descriptor)
    case .isNull(let operand), .truth(let operand): operand.references(in: descriptor)
    }
  }
}

extension FilterOperand {
  fileprivate func references(in descriptor: CollectionDescriptor) -> Set<FilterProperty> {
    switch self {
    case .property(let name): descriptor.filterProperty(name).map { [$0] } ?? []
    case .value, .unbounded, .geometry, .box: []
    case .interval(let start, let end): [start, end].references(in: descriptor)
    case .array(let elements): elements.references(in: descriptor)
    case .arithmetic(let left, _, let right): [left, right].references(in: descriptor)
    case .caseFolded(let inner), .accentFolded(let inner): inner.references(in: descriptor)
    case .function(_, let arguments): arguments.references(in: descriptor)
    case .condition(let condition): condition.references(in: descriptor)
    }
  }
}

extension [FilterOperand] {
  fileprivate func references(in descriptor: CollectionDescriptor) -> Set<FilterProperty> {
    reduce(into: []) { $0.formUnion($1.references(in: descriptor)) }
  }
}
