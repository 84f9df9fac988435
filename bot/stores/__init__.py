"""Where conversations live between two messages: the promises (``port``) and the databases that keep them."""
