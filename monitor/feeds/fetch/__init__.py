"""From an address to bytes: requests, redirects, and answers that are not quite HTTP."""
