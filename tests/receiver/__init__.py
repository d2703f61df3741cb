"""Tests of app.receiver: real sockets on this machine, the real store behind them."""
