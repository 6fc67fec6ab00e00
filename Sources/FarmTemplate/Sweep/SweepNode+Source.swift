extension SweepNode {
    /// Where one parameter comes from: an axis, and how its index follows from that of the whole.
    struct Source: Sendable {
        fileprivate var node: SweepNode
        fileprivate var column: Int
        fileprivate var stride: UInt64 = 1

        /// The axis' own index at point `index` of the whole.
        func index(at index: UInt64) -> UInt64 { (index / stride) % max(node.count, 1) }

        /// The value at the axis' own index.
        func operand(_ index: UInt64) -> Operand { node.operand(column, index) }
    }

    /// Where a parameter comes from. Grids in grids need one division: the stride of the inner one divides
    /// that of the outer one.
    func source(of column: Int) -> Source {
        var source = Source(node: self, column: column)
        while true {
            var strides = 1 as UInt64
            var isGrid = false
            switch source.node.axis {
            case .grid: (strides, isGrid) = (source.node.count, true)
            case .zip: break
            default: return source
            }
            for part in source.node.parts {
                if isGrid { strides /= max(part.count, 1) }
                if source.column < part.width {
                    source.node = part
                    break
                }
                source.column -= part.width
            }
            if isGrid { source.stride *= max(strides, 1) }
        }
    }

    private func operand(_ column: Int, _ index: UInt64) -> Operand {
        switch axis {
        case .values(_, let values): return Operand(values[Int(index)])
        case .range(_, let range): return .number(range.number(index))
        case .space(_, let space): return .number(space.number(index))
        case .random(_, let random): return random.operand(index)
        case .list(let names, let values): return Operand(values[Int(index) * names.count + column])
        default:
            var point: [ParameterValue] = []
            do throws(TemplateError) { try append(index, to: &point) } catch { return .null }
            return Operand(point[column])
        }
    }
}
