#!/usr/bin/env node
import '../dist/ct-diag.cjs'
