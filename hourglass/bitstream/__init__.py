"""The compressed file: ``container`` lays out the bytes, ``entropy`` codes the symbols, ``tables`` are the integer
frequencies that ship with a model. docs/format.md describes it for other implementations."""
