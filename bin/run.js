#!/usr/bin/env node
// CommonJS (see package.json beside it): an ES module would make Node read the whole program twice, once for its exports.
require('../dist/ct-diag.cjs')
