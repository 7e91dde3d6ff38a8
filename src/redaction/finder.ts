/**
 * Something to look for: a word in either case, or a shape of three characters, each of a set or any (null). `also` names
 * characters one of which must stand `ahead` of the first, at each of these places: that saves looking more closely.
 */
export type Sought<T> =
  | { readonly tag: T; readonly word: string }
  | { readonly tag: T; readonly shape: readonly [Chars, Chars, Chars]; readonly also?: Also }

export interface Also {
  readonly ahead: readonly number[]
  readonly chars: string
}

export type Chars = string | null

/** Is told of a place: characters `at` to `end`, exclusive. `at` is negative where a shape begins before the text. */
export type Visit<T> = (tag: T, at: number, end: number) => void

/** Letters of either case and digits have a class each, and so have these; all other characters share the last. */
const SIGNS = '\n\t "#$%&\'()+,-./:;<=>@[\\_{'
const OTHER = 63
const CLASSES = 64
const FOLD = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x41 && byte <= 0x5a) || (byte >= 0xc0 && byte <= 0xde && byte !== 0xd7) ? byte + 32 : byte,
)
const CLASS = FOLD.map((byte) => {
  const char = String.fromCharCode(byte)
  if (/[a-z]/.test(char)) return byte - 0x61
  if (/\d/.test(char)) return 26 + Number(char)
  const sign = SIGNS.indexOf(char)
  return sign < 0 ? OTHER : 36 + sign
})
const ANY = Array.from({ length: CLASSES }, (_, index) => index)
const LINE_BREAK = CLASS[0x0a] ?? OTHER
/** So many words with the same beginning are compared one by one. */
const FEW = 6
/** And so are those that go on alike: the map of their characters would be deeper than the stack. */
const ALIKE_MAX = 256

interface Entry<T> {
  readonly word: Uint8Array
  readonly tag: T
}
/** Words that begin alike, from some character on by that character. */
type Words<T> = Entry<T>[] | Map<number, Words<T>>

interface Shape<T> {
  readonly tag: T
  /** Its place in what was sought: two shapes with one number are one. */
  readonly number: number
  /** How many of the three characters stand before the thing itself. */
  readonly skip: number
  /** Which bytes may stand `ahead` of the first. */
  readonly ahead: readonly number[]
  readonly allowed: Uint8Array
}

interface Hook<T> {
  readonly shapes: readonly Shape<T>[]
  readonly words: readonly Words<T>[]
}

const NOTHING = { shapes: [], words: [] }

/**
 * Looks for many things at once. A regular expression tries each alternative at each character; here each three characters
 * that stand together are looked up in a table, and only where something begins with them it is looked at more closely.
 */
export class Finder<T> {
  /** A bit for each three classes that something begins with: small enough to stay close to the processor. */
  readonly #begins: Int32Array
  /** By three classes, the number of what begins with them. */
  readonly #numbers: Uint16Array
  readonly #hooks: Hook<T>[]

  /** `base` is looked for as well; that is much cheaper than to make it anew. */
  constructor(sought: Iterable<Sought<T>>, base?: Finder<T>) {
    this.#begins = base === undefined ? new Int32Array(CLASSES ** 3 / 32) : base.#begins.slice()
    this.#numbers = base === undefined ? new Uint16Array(CLASSES ** 3) : base.#numbers.slice()
    this.#hooks = base === undefined ? [NOTHING] : [...base.#hooks]
    const made = new Map<string, number>()
    for (const [key, { shapes, words }] of tableOf(sought)) {
      const before = this.#numbers[key] ?? 0
      // Thousands of keys begin with the same shapes alone.
      const alike = words.length === 0 ? `${before} ${shapes.map(({ number }) => number).join(' ')}` : ''
      let number = alike === '' ? undefined : made.get(alike)
      if (number === undefined) {
        const old = this.#hooks[before] ?? NOTHING
        number = this.#hooks.push({ shapes: [...old.shapes, ...shapes], words: [...old.words, ...words] }) - 1
        if (alike !== '') made.set(alike, number)
      }
      this.#numbers[key] = number
      this.#begins[key >>> 5] = (this.#begins[key >>> 5] ?? 0) | (1 << (key & 31))
    }
  }

  /** In the order of the third character of each place. A text is bytes, a character each; lines begin at its start, too. */
  find(text: string, visit: Visit<T>): void {
    const bytes = bytesOf(text)
    const { length } = text
    const begins = this.#begins
    const pairs = (pairsMade ??= pairTable())
    const words = bytes === scratch ? scratchWords : NO_WORDS
    let key = (LINE_BREAK << 6) | LINE_BREAK
    let at = 0
    // Most characters begin nothing: four at a time, with two looks at their classes and one question for all.
    for (const end = Math.min(length & ~3, 2 * words.length); at < end; at += 4) {
      const before = key
      const middle = pairs[words[at >> 1] as number] as number
      key = pairs[words[(at >> 1) + 1] as number] as number
      const a = ((before & 0xfff) << 6) | (middle >> 6)
      const b = ((before & 63) << 12) | middle
      const c = (middle << 6) | (key >> 6)
      const d = ((middle & 63) << 12) | key
      const beginsA = bits(begins, a)
      const beginsB = bits(begins, b)
      const beginsC = bits(begins, c)
      const beginsD = bits(begins, d)
      if (((beginsA | beginsB | beginsC | beginsD) & 1) === 0) continue
      if ((beginsA & 1) !== 0) this.#look(a, bytes, at - 2, length, visit)
      if ((beginsB & 1) !== 0) this.#look(b, bytes, at - 1, length, visit)
      if ((beginsC & 1) !== 0) this.#look(c, bytes, at, length, visit)
      if ((beginsD & 1) !== 0) this.#look(d, bytes, at + 1, length, visit)
    }
    for (; at < length; at++) {
      key = ((key << 6) | (CLASS[bytes[at] as number] as number)) & 0x3ffff
      if ((bits(begins, key) & 1) !== 0) this.#look(key, bytes, at - 2, length, visit)
    }
  }

  #look(key: number, bytes: Uint8Array, at: number, length: number, visit: Visit<T>): void {
    const { shapes, words } = this.#hooks[this.#numbers[key] ?? 0] ?? NOTHING
    for (const shape of shapes) visitShape(shape, bytes, at, length, visit)
    if (at >= 0) for (const tree of words) visitWords(tree, bytes, at, length, visit)
  }
}

/** The bit at a place as the lowest; others stand above it. */
function bits(words: Int32Array, at: number): number {
  return (words[at >>> 5] as number) >> (at & 31)
}

/** A finder that is made when it is first wanted: making one takes half as long as the start of the program. */
export function finderLater<T>(sought: Iterable<Sought<T>>, base?: () => Finder<T>): () => Finder<T> {
  let made: Finder<T> | undefined
  return () => (made ??= new Finder(sought, base?.()))
}

function tableOf<T>(sought: Iterable<Sought<T>>): Map<number, Hook<T>> {
  const shapes = new Map<number, Shape<T>[]>()
  const words = new Map<number, Entry<T>[]>()
  const addShape = (
    [first = ANY, second = ANY, third = ANY]: readonly (readonly number[])[],
    shape: Shape<T>,
  ): void => {
    for (const a of first) for (const b of second) for (const c of third) addTo(shapes, (a << 12) | (b << 6) | c, shape)
  }
  let number = 0
  for (const one of sought) {
    number += 1
    if ('shape' in one) addShape(one.shape.map(classesOf), shapeOf(one.tag, number, 0, one.also))
    else if (one.word.length < 3) {
      const skip = 3 - one.word.length
      addShape(
        [...Array.from({ length: skip }, () => ANY), ...Array.from(one.word, classesOf)],
        shapeOf(one.tag, number, skip),
      )
    } else {
      const word = folded(one.word)
      const [a = 0, b = 0, c = 0] = word.subarray(0, 3).map((byte) => CLASS[byte] ?? OTHER)
      addTo(words, (a << 12) | (b << 6) | c, { word, tag: one.tag })
    }
  }
  const hook = (key: number): Hook<T> => {
    const begun = words.get(key)
    return { shapes: shapes.get(key) ?? [], words: begun === undefined ? [] : [sorted(begun, 3)] }
  }
  return new Map([...shapes.keys(), ...words.keys()].map((key) => [key, hook(key)]))
}

function addTo<V>(lists: Map<number, V[]>, key: number, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

function shapeOf<T>(tag: T, number: number, skip: number, { ahead, chars }: Also = { ahead: [], chars: '' }): Shape<T> {
  const allowed = Uint8Array.from({ length: 256 }, (_, byte) => (chars.includes(String.fromCharCode(byte)) ? 1 : 0))
  return { tag, number, skip, ahead, allowed }
}

function visitShape<T>(shape: Shape<T>, bytes: Uint8Array, at: number, length: number, visit: Visit<T>): void {
  const { tag, skip, ahead, allowed } = shape
  for (const far of ahead) if (at + far >= length || allowed[bytes[at + far] ?? 0] === 0) return
  // The line break before a text is for shapes alone.
  if (skip === 0 || at + skip >= 0) visit(tag, at + skip, at + 3)
}

function visitWords<T>(words: Words<T>, bytes: Uint8Array, at: number, length: number, visit: Visit<T>): void {
  let left = words
  for (let depth = 3; !Array.isArray(left); depth++) {
    const shorter = left.get(END)
    if (shorter !== undefined) visitWords(shorter, bytes, at, length, visit)
    const next = at + depth < length ? left.get(FOLD[bytes[at + depth] ?? 0] ?? 0) : undefined
    if (next === undefined) return
    left = next
  }
  for (const { word, tag } of left) {
    const end = at + word.length
    if (end > length) continue
    let same = word.length - 1
    while (same >= 0 && word[same] === FOLD[bytes[at + same] ?? 0]) same -= 1
    if (same < 0) visit(tag, at, end)
  }
}

/** In a map of words by their next character: those that have none. */
const END = -1

/** Shorter words come before longer ones that begin with them. */
function sorted<T>(words: Entry<T>[], depth: number): Words<T> {
  if (words.length <= FEW || depth > ALIKE_MAX || words.every(({ word }) => word.length === depth))
    return words.toSorted((a, b) => a.word.length - b.word.length)
  const groups = new Map<number, Entry<T>[]>()
  for (const entry of words) addTo(groups, entry.word[depth] ?? END, entry)
  return new Map([...groups].map(([next, group]) => [next, next === END ? group : sorted(group, depth + 1)]))
}

function classesOf(chars: Chars): readonly number[] {
  return chars === null ? ANY : [...new Set(folded(chars).map((byte) => CLASS[byte] ?? OTHER))]
}

function folded(word: string): Uint8Array {
  return Uint8Array.from(Buffer.from(word, 'latin1'), (byte) => FOLD[byte] ?? byte)
}

const scratch = Buffer.alloc(256 * 1024)
/** The same, two bytes each. */
const scratchWords = new Uint16Array(scratch.buffer, scratch.byteOffset, scratch.length / 2)
const NO_WORDS = new Uint16Array(0)
let pairsMade: Uint16Array | undefined

/** The classes of two bytes, by the two as a word of this machine. */
function pairTable(): Uint16Array {
  const pairs = new Uint16Array(2 ** 16)
  const word = new Uint16Array(1)
  const [first, second] = [new Uint8Array(word.buffer, 0, 1), new Uint8Array(word.buffer, 1, 1)]
  for (let number = 0; number < pairs.length; number++) {
    word[0] = number
    pairs[number] = ((CLASS[first[0] ?? 0] ?? 0) << 6) | (CLASS[second[0] ?? 0] ?? 0)
  }
  return pairs
}

/** The bytes of a text, and perhaps more behind them: faster to walk over than the text. Good until the next call. */
export function bytesOf(text: string): Uint8Array {
  if (text.length > scratch.length) return Buffer.from(text, 'latin1')
  scratch.write(text, 'latin1')
  return scratch
}
