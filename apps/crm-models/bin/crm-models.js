#!/usr/bin/env node
// In git, and not compiled: npm links it before anything is built.
import '../dist/main.js';
