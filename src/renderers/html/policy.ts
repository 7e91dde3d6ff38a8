/** What the page may run and look like: exactly its own style and script. `npm run docs` writes these again. */
export const STYLE_HASH = 'sha256-WJ+zv/KRuCJadF3NghOm52RyCySgGc/jCPPM9xao5nM='
export const SCRIPT_HASH = 'sha256-b5Zany+TXUqYWVum7a1RrMLQvqqwN/iNGsOtiqtYVPM='
