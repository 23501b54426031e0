/** Opens a draft in the editor of the user and takes back what was written. The file is the user's alone, and gone afterwards. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MAX_INPUT_BYTES } from '../limits.ts'

/** `reason`: in plain words, why the draft stays as it was. */
export type EditOutcome =
  | { readonly kind: 'written'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string }

export class ExternalEditor {
  readonly #env: NodeJS.ProcessEnv
  #folder: string | null = null
  #child: ChildProcess | null = null

  /** @param env whose VISUAL, else EDITOR, else `vi` is the editor, with arguments if it has some. */
  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env
  }

  /** Resolves when the editor has ended. It has the terminal meanwhile. Fails only in words. */
  async edit(text: string): Promise<EditOutcome> {
    const command = this.#env['VISUAL'] || this.#env['EDITOR'] || 'vi'
    try {
      // mkdtemp makes a folder that nobody else can look into.
      this.#folder = mkdtempSync(join(tmpdir(), 'dchat-draft-'))
      const path = join(this.#folder, 'draft.txt')
      writeFileSync(path, `${text}\n`, { mode: 0o600, flag: 'wx' })
      // The shell gives way to the editor, so that what is ended is the editor.
      this.#child = spawn('/bin/sh', ['-c', `exec ${command} "$@"`, command, path], { stdio: 'inherit', env: this.#env })
      const [code, signal] = (await once(this.#child, 'exit')) as [number | null, string | null]
      if (code !== 0) return { kind: 'failed', reason: `${command} ended with ${code ?? signal}` }
      return { kind: 'written', text: readStart(path).replace(/\r?\n$/u, '') }
    } catch (error) {
      return { kind: 'failed', reason: `${command}: ${(error as Error).message}` }
    } finally {
      this.stop()
    }
  }

  /** Ends the editor if it still runs, and removes the file. */
  stop(): void {
    this.#child?.kill()
    this.#child?.unref()
    this.#child = null
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true })
    this.#folder = null
  }
}

/** No more than tells whether it fits into the input. */
function readStart(path: string): string {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(MAX_INPUT_BYTES + 2)
    let length = 0
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(file, buffer, length, buffer.length - length, null)
    return buffer.toString('utf8', 0, length)
  } finally {
    closeSync(file)
  }
}
