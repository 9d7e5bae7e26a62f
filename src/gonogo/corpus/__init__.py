"""Builds whose faults are known, run through the gate, to measure how often its verdict is true."""
