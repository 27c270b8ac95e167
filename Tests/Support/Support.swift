// Assertion helpers shared by every test target.
