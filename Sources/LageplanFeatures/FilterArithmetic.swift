#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ArithmeticOperator {
  /// The result as ``ArithmeticOperator`` says; null where an operand is null or no number, and where the result is not finite.
  public func apply(_ a: PropertyValue, _ b: PropertyValue) -> PropertyValue {
    if case .integer(let x) = a, case .integer(let y) = b, let whole = whole(x, y) { return .integer(whole) }
    guard let x = a.number, let y = b.number else { return .null }
    let result: Double =
      switch self {
      case .plus: x + y
      case .minus: x - y
      case .times: x * y
      case .dividedBy: x / y
      case .modulo: x.truncatingRemainder(dividingBy: y)
      case .wholeQuotient: (x / y).rounded(.towardZero)
      case .power: pow(x, y)
      }
    return result.isFinite ? .real(result) : .null
  }

  /// Exactly; `nil` where the result is no whole number of 64 bits.
  private func whole(_ x: Int64, _ y: Int64) -> Int64? {
    let (result, overflow): (Int64, Bool) =
      switch self {
      case .plus: x.addingReportingOverflow(y)
      case .minus: x.subtractingReportingOverflow(y)
      case .times: x.multipliedReportingOverflow(by: y)
      case .wholeQuotient: x.dividedReportingOverflow(by: y)
      case .modulo: x.remainderReportingOverflow(dividingBy: y)
      case .dividedBy, .power: (0, true)
      }
    return overflow ? nil : result
  }
}
