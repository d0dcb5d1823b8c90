//! What is stored, taken apart and tampered with.

mod codecs;
mod envelope;
mod fingerprints;
mod keys;
mod replay;
