//! The promises of the design, by number: one file each.

mod i01_batches;
mod i01_expires_in;
mod i01_learned;
mod i01_no_lost_race;
mod i01_units_of_work;
mod i02_constant_cost;
mod i04_ending_threads;
mod i05_one_load;
mod i07_methods_never_mix;
mod i07_scopes_never_mix;
mod i10_one_rule;
mod i12_bounded_memory;
