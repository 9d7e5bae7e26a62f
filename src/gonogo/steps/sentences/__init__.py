"""The sentences of the library, by subject. Importing a module makes its sentences known to behave."""
