"""What was loaded by now is nobody's garbage: a process that is forked looks for none in it."""

import gc

gc.collect()
gc.freeze()
