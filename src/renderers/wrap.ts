import wrapAnsi from 'wrap-ansi'

/** Text within `width` columns; words longer than that are cut. */
export function wrap(text: string, width: number): string {
  return wrapAnsi(text, width, { hard: true, trim: true })
}

/** Whether text takes no more than so many columns: a letter may take two, or none. */
export function fits(text: string, columns: number): boolean {
  return /^[\x20-\x7e]*$/.test(text) ? text.length <= columns : !wrap(text, columns).includes('\n')
}

/** Paths break after a slash, so that a name stays whole where it can. */
export function wrapPath(text: string, width: number): string {
  const lines: string[] = ['']
  for (const part of text.split(/(?<=[^ /]\/(?!\/)| )/)) {
    const line = lines[lines.length - 1] ?? ''
    if (fits(line + part.trimEnd(), width)) lines[lines.length - 1] = line + part
    else lines.push(part)
  }
  return wrap(lines.filter((line) => line !== '').join('\n'), width)
}

/** Typography, for terminals without Unicode. Letters of foreign text stay as they are. */
export function ascii(text: string): string {
  return text.replaceAll('…', '...').replaceAll(/[–·]/g, '-').replaceAll(/[‘’]/g, "'").replaceAll(/[“”]/g, '"')
}

/** Wrapped text with an indent; lines after the first may hang deeper. */
export function fold(text: string, indent: number, width: number, hanging = indent): string {
  return wrapPath(text, width - hanging)
    .split('\n')
    .map((line, index) => `${' '.repeat(index === 0 ? indent : hanging)}${line}`.trimEnd())
    .join('\n')
}

/** The path below the host's root, where it lies there. */
export function below(root: string, path: string): string {
  return root !== '' && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
}
