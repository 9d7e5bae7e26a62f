"""Keeps personal data out of what a run keeps.

`recognising` finds it in a text, `redacting` puts a token in its place, `formats` does so inside the files that
tools write, and `sealing` goes over a stage's folder before it becomes evidence and proves that none is left.
"""
