"""What happens during a run, how it ends, and what is remembered of it, as values.

`applying` makes them; rendering and the journal read them. Nothing here acts.
"""
