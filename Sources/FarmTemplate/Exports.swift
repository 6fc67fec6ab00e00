// Templates are made of the core's values, so whoever imports this module sees those as well.
@_exported public import FarmCore
