//! What anybody may have written to the shared tier.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cache_core::parts::read_stored(bytes));
