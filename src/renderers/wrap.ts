import wrapAnsi from 'wrap-ansi'
import { shorten, visible } from './escape.js'

/** Text within `width` columns. A word longer than that breaks where its parts end, else wherever the line does. */
export function wrap(text: string, width: number): string {
  return wrapAnsi(
    text.replaceAll(/[^\n]+/g, (line) => breakWords(line.split(' '), width)),
    width,
    OPTIONS,
  )
}

const OPTIONS = { hard: true, trim: true }

/** Ends of parts at which a long word may break, the best ones first: folders, sinks, versions and names. */
const JOINTS = [/(?<=[^ /]\/(?!\/))/, /(?<=:(?!\/))/, /(?<=[,;=&?-])/, /(?<=[._])/]

/** Words of one line, with a line break in those that fit on no line. */
function breakWords(words: readonly string[], width: number): string {
  if (!words.some((word) => letters(word) > width)) return words.join(' ')
  let column = 0
  return words
    .map((word) => {
      if (letters(word) <= width) {
        column = column === 0 || column + 1 + letters(word) > width ? letters(word) : column + 1 + letters(word)
        return word
      }
      const lines = ['']
      let room = column === 0 ? width : width - column - 1
      for (const part of parts(word, width)) {
        const line = (lines.at(-1) ?? '') + part
        if (letters(line) <= room) lines[lines.length - 1] = line
        else {
          lines.push(part)
          room = width
        }
      }
      column = letters(lines.at(-1) ?? '')
      return lines.join('\n')
    })
    .join(' ')
    .replaceAll(/ ?\n/g, '\n')
}

function parts(word: string, width: number, [joint, ...finer]: readonly RegExp[] = JOINTS): string[] {
  if (joint === undefined || letters(word) <= width) return [word]
  return word.split(joint).flatMap((part) => parts(part, width, finer))
}

/** Columns of a word; colours take none. */
function letters(word: string): number {
  // eslint-disable-next-line no-control-regex -- colour codes have no width
  return columnsOf(word.replaceAll(/\u001b\[[0-9;]*m/g, ''))
}

/** Whether text takes no more than so many columns: a letter may take two, or none. */
export function fits(text: string, columns: number): boolean {
  return /^[\x20-\x7e]*$/.test(text) ? text.length <= columns : !wrapAnsi(text, columns, OPTIONS).includes('\n')
}

/** How many columns text takes on a terminal. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  // No letter takes more than two.
  let [least, most] = [0, 2 * text.length]
  while (least < most) {
    const middle = Math.floor((least + most) / 2)
    if (fits(text, middle)) most = middle
    else least = middle + 1
  }
  return most
}

/** Text that takes at most so many columns, shortened where it must be. */
export function shortened(text: string, max: number, unicode: boolean): string {
  const shown = visible(unicode ? text : ascii(text))
  for (let points = max; points > 1; points--) {
    const short = unicode ? shorten(shown, points) : ascii(shorten(shown, points))
    if (fits(short, max)) return short
  }
  return ''
}

/** Paths break after a slash, so that a name stays whole where it can. */
export function wrapPath(text: string, width: number): string {
  const lines: string[] = ['']
  for (const part of text.split(/(?<=[^ /]\/(?!\/)| )/).flatMap((whole) => parts(whole, width))) {
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
