"""TODO kvitto/kvitto/reachability/tunnels."""
