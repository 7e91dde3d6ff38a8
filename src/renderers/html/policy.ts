/** What the page may run and look like: exactly its own style and script. `npm run docs` writes these again. */
export const STYLE_HASH = 'sha256-ysP1U7YMYpycv9qITcTI0ROiIFtBwROa5CzxxUJ5k48='
export const SCRIPT_HASH = 'sha256-b5Zany+TXUqYWVum7a1RrMLQvqqwN/iNGsOtiqtYVPM='
