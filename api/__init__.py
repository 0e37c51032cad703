"""Answer: the command line, the web pages and the HTTP interface."""
