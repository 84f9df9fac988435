"""The Telegram channel: updates in, messages out."""
