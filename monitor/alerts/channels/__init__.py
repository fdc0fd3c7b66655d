"""Ways to reach people, one file each. A channel knows nothing of queues, retries or SQL."""
