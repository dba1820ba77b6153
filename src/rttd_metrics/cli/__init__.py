"""The command line: one module a command, arguments and exit codes only. Heavy imports stay inside the commands."""
