"""Tests of kvitto.receiver: real sockets on this machine, the real store behind them."""
