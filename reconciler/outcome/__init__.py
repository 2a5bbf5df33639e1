"""What happens during a run, how it ends, and what the journal stores of it, as values.

`applying` creates them; rendering and the journal read them. Nothing here acts.
"""
