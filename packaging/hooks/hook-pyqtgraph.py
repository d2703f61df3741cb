"""Instead of PyInstaller's own hook: what Kvitto shows of pyqtgraph needs no file but its code.

The other one imports all of pyqtgraph to look for what its flow charts and consoles need.
"""
