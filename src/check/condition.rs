//! What can be expected of a cluster.
