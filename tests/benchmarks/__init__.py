"""What Kvitto must reach, measured: `packaging/bench.sh`.

Not timed tests: machines differ, so what counts are ratios from one run. Every benchmark is a
function in a module of its own that returns rows of the table which is printed at the end.
"""
