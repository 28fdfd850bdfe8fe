"""The library against a real ERP and against a contract of one: set up by the tests themselves, over the loopback."""
