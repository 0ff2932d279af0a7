"""What people and programs use: the command line, the HTTP service with its page, and the scoring of archives."""
