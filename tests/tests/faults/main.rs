//! Faults that other caching libraries have, each by its row in the project's list.

mod fault_01_fill_race;
mod fault_03_same_name;
mod fault_04_self_in_key;
mod fault_05_result_alias;
mod fault_06_type_parameters;
mod fault_08_stampede;
mod fault_09_key_of_a_wrong_type;
mod fault_13_stale_if_error_serves_invalidated;
mod fault_14_timeout_keeps_the_lock;
mod fault_17_expired_entries_stay;
mod fault_18_changes_go_unnoticed;
mod fault_19_batches_one_by_one;
mod fault_20_ttl_per_function;
