"""The service killed at any point, started again, and judged by what people saw.

``python -m tests.crash --all`` kills at every point of an intake; ``--random 10000
--conversations 2000`` kills at random. Both print counts and exit 1 if a law was broken.
"""
