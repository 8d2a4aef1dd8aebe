public import LageplanGeometry

extension FilterExpression {
  /// The filter as `descriptor`'s collection can answer it, from one whose literals are in `crs`.
  ///
  /// - Texts become what they are compared with: days, instants, numbers, booleans (OGC 21-065r2, permission `type-casts`).
  /// - Geometries and boxes come from `crs`, in the authority's order of axes, into the collection's `storageCrs`, x before y. Edges stay
  ///   where they are to 1 cm. A polygon that crosses itself is taken as the area that it encloses. What lies
  ///   beyond the collection's extent is cut off where that changes no answer, since a UTM frame has no coordinates for the
  ///   whole globe. A box with its west border east of its east border crosses the antimeridian.
  /// - The other geometry of `S_DWITHIN` comes into CRS84.
  /// - `geom` becomes `geometry`.
  ///
  /// Throws ``FilterFaults`` with all faults: unknown properties and functions, operands of the wrong type, positions that are no
  /// longitude and latitude where `crs` has degrees, geometries that a condition is not defined for; an unknown `crs` is one, too.
  public func resolved(
    against descriptor: CollectionDescriptor, literalsIn crs: CoordinateReferenceSystem = .crs84
  ) throws(FilterFaults) -> FilterExpression {
    var resolver = FilterResolver(descriptor, crs)
    let resolved = resolver.resolve(self)
    let faults = resolver.faults + resolved.faults(for: descriptor)
    guard faults.isEmpty else { throw FilterFaults(faults: faults) }
    return resolved
  }
}

/// Rebuilds the tree, its literals in the collection's own terms. Faults of literals are collected; types are checked afterwards.
private struct FilterResolver {
  let descriptor: CollectionDescriptor
  let crs: CoordinateReferenceSystem
  private(set) var faults: [FeatureError] = []

  init(_ descriptor: CollectionDescriptor, _ crs: CoordinateReferenceSystem) {
    self.descriptor = descriptor
    self.crs = crs
  }

  mutating func resolve(_ expression: FilterExpression) -> FilterExpression {
    switch expression {
    case .literal: return expression
    case .and(let parts): return .and(resolve(parts))
    case .or(let parts): return .or(resolve(parts))
    case .not(let part): return .not(resolve(part))
    case .comparison(let left, let comparison, let right):
      let (left, right) = (resolve(left), resolve(right))
      return .comparison(cast(left, to: right), comparison, cast(right, to: left))
    case .like(let operand, let pattern): return .like(resolve(operand), pattern: pattern)
    case .between(let operand, let low, let high):
      let (operand, low, high) = (resolve(operand), resolve(low), resolve(high))
      return .between(cast(operand, to: low), cast(low, to: operand), cast(high, to: operand))
    case .isIn(let operand, let list):
      let operand = resolve(operand)
      return .isIn(operand, list.map { cast(resolve($0), to: operand) })
    case .isNull(let operand): return .isNull(resolve(operand))
    case .spatial(let relation, let a, let b): return spatial(relation, a, b)
    case .temporal(let relation, let a, let b): return .temporal(relation, time(resolve(a)), time(resolve(b)))
    case .array(let relation, let a, let b): return .array(relation, resolve(a), resolve(b))
    case .truth(let operand):
      let operand = resolve(operand)
      return operand.asCondition ?? .truth(operand)
    }
  }

  private mutating func resolve(_ parts: [FilterExpression]) -> [FilterExpression] { parts.map { resolve($0) } }

  private mutating func resolve(_ operand: FilterOperand) -> FilterOperand {
    switch operand {
    case .property(let name): return descriptor.filterProperty(name) == .geometry ? .property("geometry") : operand
    case .value, .unbounded, .geometry, .box: return operand
    case .interval(let start, let end): return .interval(time(resolve(start)), time(resolve(end)))
    case .array(let elements): return .array(elements.map { resolve($0) })
    case .arithmetic(let left, let sign, let right): return .arithmetic(resolve(left), sign, resolve(right))
    case .caseFolded(let inner): return .caseFolded(resolve(inner))
    case .accentFolded(let inner): return .accentFolded(resolve(inner))
    case .function(let name, let arguments): return call(name, arguments)
    case .condition(let condition): return .condition(resolve(condition))
    }
  }

  // MARK: Texts

  /// A text becomes a value of the type that it stands beside, where it can be read as one; else it stays, and is a fault.
  private func cast(_ operand: FilterOperand, to other: FilterOperand) -> FilterOperand {
    guard case .value(.text(let text)) = operand, case .scalar(let kind)? = other.type(in: descriptor) else { return operand }
    switch kind {
    case .text: return operand
    case .date, .dateTime: return time(operand)
    case .integer, .real:
      let whole = PropertyValue(parsing: text, as: .integer)
      let number = whole ?? PropertyValue(parsing: text, as: .real)
      return number.map { .value($0) } ?? operand
    case .boolean, .json:
      return PropertyValue(parsing: text, as: kind).map { .value($0) } ?? operand
    }
  }

  private func time(_ operand: FilterOperand) -> FilterOperand {
    guard case .value(.text(let text)) = operand else { return operand }
    return FilterOperand(intervalBound: text) ?? operand
  }

  // MARK: Geometries

  private mutating func spatial(_ relation: SpatialRelation, _ a: FilterOperand, _ b: FilterOperand) -> FilterExpression {
    let mover = FilterGeometryMover(descriptor, from: crs)
    func literal(_ operand: FilterOperand) throws(FeatureError) -> Geometry? {
      switch operand {
      case .geometry, .box: try mover.inSource(operand)
      default: nil
      }
    }
    do {
      let (first, second) = (try literal(a), try literal(b))
      switch (first, second) {
      case (let first?, let second?):
        return .literal(try FilterGeometryMover.relate(first, relation, second))
      case (let first?, nil):
        return .spatial(relation, .geometry(try mover.inStorage(first, relation.converse)), resolve(b))
      case (nil, let second?):
        return .spatial(relation, resolve(a), .geometry(try mover.inStorage(second, relation)))
      case (nil, nil):
        return .spatial(relation, resolve(a), resolve(b))
      }
    } catch {
      faults.append(error)
      // The fault is told; what stays in the tree is never answered.
      return .literal(false)
    }
  }

  private mutating func call(_ name: String, _ arguments: [FilterOperand]) -> FilterOperand {
    guard let function = FilterFunction.named(name) else { return .function(name, arguments.map { resolve($0) }) }
    let mover = FilterGeometryMover(descriptor, from: crs)
    var resolved: [FilterOperand] = []
    for argument in arguments {
      switch argument {
      case .geometry, .box:
        do throws(FeatureError) {
          resolved.append(.geometry(try mover.inDegrees(try mover.inSource(argument))))
        } catch {
          faults.append(error)
          resolved.append(.geometry(Geometry(kind: .point)))
        }
      default: resolved.append(resolve(argument))
      }
    }
    return .function(function.name, resolved)
  }
}
