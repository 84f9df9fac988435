"""The consultation in a terminal: with arrow keys and colours, or as plain lines in a pipe."""
