@_exported public import FarmCore
