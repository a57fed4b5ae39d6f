"""The fictional demo: its files, and what loads them. Everything in it is invented."""
