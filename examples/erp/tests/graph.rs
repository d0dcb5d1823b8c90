//! What is declared in the application, as a whole: a change of it is a line of the pull request.

use erp as _;

cache_core::check_graph!(snapshot = "cache-graph.json");
