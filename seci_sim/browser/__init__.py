"""The model in a browser: its rules as one WebAssembly module, and what brings a firm to them."""
