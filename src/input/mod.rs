//! What to scan: files, archives over a memory map, bundle layouts, budgets.
