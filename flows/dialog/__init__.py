"""The conversation, free of any channel: events in, replies out, a session that is the answers so far."""
