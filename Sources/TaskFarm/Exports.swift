// What a program that uses the farm writes in its own code comes with this module: functions and payloads,
// templates, and the values – ids, states, policies – that handles and outcomes are made of.
@_exported public import FarmFunctions
@_exported public import FarmTemplate
