/** What the page may run and look like: exactly its own style and script. `npm run docs` writes these again. */
export const STYLE_HASH = 'sha256-RsH5dl3gBOAEr2kdDo0fdyye3r+faoiNAoD+kOzsj/w='
export const SCRIPT_HASH = 'sha256-b5Zany+TXUqYWVum7a1RrMLQvqqwN/iNGsOtiqtYVPM='
