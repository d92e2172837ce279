"""What past needs tell: who answered similar ones, and so who may answer this one.

A memory of past needs (`memory`), signs read from it for every supplier (`signs`), and how much each sign
counts, learned from the memory's own earlier half (`learning`). Nothing here knows a language or a trade.
"""
