/** Looks for secrets in bytes, in whatever form a program may have written them. */
import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export interface Secret {
  /** 'the identity of ann'. */
  readonly what: string
  /** It has leaked where any of these stands. */
  readonly forms: readonly Buffer[]
}

/** So much of an encoded key gives it away; ends are left out, as where an encoding is cut differs. */
const TELLING_BYTES = 24

/** A key: as it is, and in the encodings that files and logs have. */
export function keySecret(what: string, key: Buffer): Secret {
  const part = key.subarray(0, TELLING_BYTES)
  const hex = part.toString('hex')
  // Three bytes are four characters: what they are depends on what stands before the key, such as the head of a PEM file.
  const shifted = [0, 1, 2].map((start) => key.subarray(start, start + TELLING_BYTES))
  const base64 = shifted.flatMap((bytes) => [bytes.toString('base64'), bytes.toString('base64url')])
  const texts = [hex, hex.toUpperCase(), ...base64, [...part].join(','), [...part].join(', ')]
  return { what, forms: [part, ...texts.flatMap(formsOfText)] }
}

/** Words, as UTF-8 and as JavaScript has them in memory. */
export function textSecret(what: string, text: string): Secret {
  return { what, forms: formsOfText(text) }
}

function formsOfText(text: string): Buffer[] {
  return [Buffer.from(text), Buffer.from(text, 'utf16le')]
}

const CHUNK_BYTES = 1024 * 1024
/** Most of a core dump is memory that was never used. */
const UNUSED = Buffer.alloc(CHUNK_BYTES)

export class SecretSearch {
  readonly #secrets: readonly Secret[]
  readonly #overlap: number

  constructor(secrets: readonly Secret[]) {
    this.#secrets = secrets
    this.#overlap = Math.max(...secrets.flatMap(({ forms }) => forms.map(({ length }) => length)))
  }

  get size(): number {
    return this.#secrets.length
  }

  /** What of the secrets stands in it. */
  in(content: Buffer | string): string[] {
    const bytes = Buffer.from(content)
    return this.#secrets.filter(({ forms }) => forms.some((form) => bytes.includes(form))).map(({ what }) => what)
  }

  /** The same of a file of any size, such as a core dump. */
  inFile(path: string): string[] {
    const found = new Set<string>()
    const chunk = Buffer.alloc(CHUNK_BYTES)
    const file = openSync(path, 'r')
    try {
      for (let at = 0; ; at += CHUNK_BYTES - this.#overlap) {
        const length = readSync(file, chunk, 0, CHUNK_BYTES, at)
        if (!chunk.equals(UNUSED)) for (const what of this.in(chunk.subarray(0, length))) found.add(what)
        if (length < CHUNK_BYTES) return [...found]
      }
    } finally {
      closeSync(file)
    }
  }

  /** Each file below a folder that has some, as `file: what`. Names of files count too. */
  below(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      const path = join(entry.parentPath, entry.name)
      const content = entry.isFile() ? readFileSync(path) : Buffer.alloc(0)
      return [...this.in(path), ...this.in(content)].map((what) => `${path.slice(folder.length + 1)}: ${what}`)
    })
  }
}
