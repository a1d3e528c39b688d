"""The tests: a package, since one of the same name comes with Hershey-Fonts."""
