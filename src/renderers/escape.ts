/**
 * Makes a foreign string safe to print on a terminal: control characters, escape sequences, bidirectional and zero-width
 * characters and lone surrogates become visible as `\u{…}`. Newlines and tabs become blanks: a snippet is one line.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u{${code.toString(16)}}`
  })
}

const UNSAFE =
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Shortens in the middle, so that both the beginning and the telling end stay readable. Counts code points. */
export function shorten(text: string, max: number): string {
  const points = [...text]
  if (points.length <= max) return text
  const head = Math.ceil((max - 1) / 3)
  return `${points.slice(0, head).join('')}…${points.slice(points.length - (max - 1 - head)).join('')}`
}
