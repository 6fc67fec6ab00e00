// What a program that works on engines directly needs beside this module: ids, bundles, outcomes.
@_exported public import TaskFarm
