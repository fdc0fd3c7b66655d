"""The running process: scheduling, reload, signals, systemd."""
