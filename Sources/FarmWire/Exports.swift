// Messages are made of the core's values, so whoever reads or writes messages has the values too.
@_exported public import FarmCore
