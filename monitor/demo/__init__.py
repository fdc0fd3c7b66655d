"""The bundled newsroom: feeds on loopback that replay three threads of autumn 2024."""
