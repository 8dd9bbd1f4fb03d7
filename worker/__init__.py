"""Does. One file a stage; `worker/pipeline.py` is where a reader starts."""
