"""What the program can do, beside what else a user would pick; `python -m benchmarks` runs all."""
