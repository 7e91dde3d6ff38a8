/** Messages that differ only in what is replaced here say the same. */
export function template(message: string): string {
  return message
    .slice(0, 300)
    .replace(/"[^"]*"|`[^`]*`|(?<!\w)'[^']*'/g, '"…"')
    .replace(/(?<![\w.:/])\/[\w.+@%~-]+(?:\/[\w.+@%~-]*)*/g, '<path>')
    .replace(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<guid>')
    .replace(/\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, '<hex>')
    .replace(/\d+/g, '<n>')
}
