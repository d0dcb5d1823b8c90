//! Programs to run and read are in `src/bin`, one idea each.
