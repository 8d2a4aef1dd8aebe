/// On which side of the directed line a→b the point c lies: > 0 left, < 0 right, 0 exactly on it. The sign is always right.
///
/// A double evaluation with its error bound answers nearly always; else the determinant is summed exactly as an expansion.
/// Coordinates must be finite, below 1e150, and their differences 0 or above 1e-150. Source: Shewchuk 1997, doi:10.1007/PL00009321.
func orientation(_ a: Coordinate, _ b: Coordinate, _ c: Coordinate) -> Double {
  let left = (a.x - c.x) * (b.y - c.y)
  let right = (a.y - c.y) * (b.x - c.x)
  let determinant = left - right
  // (3 + 16ε)ε with ε = 2⁻⁵³: the bound of Shewchuk's first stage.
  let bound = 3.3306690738754716e-16 * (abs(left) + abs(right))
  if abs(determinant) > bound || bound == 0 { return determinant }
  return exactOrientation(a, b, c)
}

/// ax·by − ay·bx + bx·cy − by·cx + cx·ay − cy·ax, each product split into its rounded value and the exact rest.
private func exactOrientation(_ a: Coordinate, _ b: Coordinate, _ c: Coordinate) -> Double {
  let products = [(a.x, b.y), (-a.y, b.x), (b.x, c.y), (-b.y, c.x), (c.x, a.y), (-c.y, a.x)]
  var expansion: [Double] = []
  for (p, q) in products {
    let product = p * q
    grow(&expansion, by: (-product).addingProduct(p, q))
    grow(&expansion, by: product)
  }
  // The components do not overlap: the last that is not zero outweighs all before it.
  return expansion.last { $0 != 0 } ?? 0
}

/// Adds one number to a non-overlapping expansion, without error (Shewchuk 1997, theorem 10).
private func grow(_ expansion: inout [Double], by value: Double) {
  var sum = value
  for index in expansion.indices {
    let part = expansion[index]
    let total = sum + part
    let virtual = total - sum
    expansion[index] = (sum - (total - virtual)) + (part - virtual)
    sum = total
  }
  expansion.append(sum)
}
