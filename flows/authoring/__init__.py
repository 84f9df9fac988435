"""For those who write and sign the knowledge: where later standards name otherwise, and what a change of the rules does."""
