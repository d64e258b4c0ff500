//! What each API does to a session: the tables of `models/`, compiled in at build time.
