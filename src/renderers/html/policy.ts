/** What the page may run and look like: exactly its own style and script. `npm run docs` writes these again. */
export const STYLE_HASH = 'sha256-80ydF16ZBROVrXu7NvbLPxyjsUDx2Qx8GQ29tXVyr8c='
export const SCRIPT_HASH = 'sha256-b5Zany+TXUqYWVum7a1RrMLQvqqwN/iNGsOtiqtYVPM='
