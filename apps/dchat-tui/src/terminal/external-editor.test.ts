import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_INPUT_BYTES } from '../limits.ts'
import { ExternalEditor } from './external-editor.ts'

describe('ExternalEditor', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dchat-editor-test-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** An editor that runs `script` with the file as $1, and notes where that was and who may read it. */
  function editorThat(script: string): ExternalEditor {
    const path = join(folder, 'my editor')
    writeFileSync(
      path,
      `#!/bin/sh\necho "$1" > ${folder}/path\nstat -c '%a' "$1" "$(dirname "$1")" > ${folder}/modes\n${script}\n`,
    )
    chmodSync(path, 0o700)
    return new ExternalEditor({ ...process.env, VISUAL: `'${path}'`, EDITOR: 'false' })
  }
  const usedPath = (): string => readFileSync(join(folder, 'path'), 'utf8').trim()

  it('gives the draft to the editor in a file of the user alone, takes back what was written, and leaves nothing', async () => {
    const editor = editorThat(`cat "$1" > ${folder}/before; printf 'new\\nlines 世\\n' > "$1"`)
    expect(await editor.edit('the draft')).toEqual({ kind: 'written', text: 'new\nlines 世' })
    expect(readFileSync(join(folder, 'before'), 'utf8')).toBe('the draft\n')
    expect(readFileSync(join(folder, 'modes'), 'utf8')).toBe('600\n700\n')
    expect(existsSync(dirname(usedPath()))).toBe(false)
  })

  it('gives back the draft as it was when nothing was written', async () => {
    expect(await editorThat('true').edit('two\nlines')).toEqual({ kind: 'written', text: 'two\nlines' })
  })

  it('reads no more than shows that it is too long', async () => {
    const outcome = await editorThat(`head -c 1000000 /dev/zero | tr '\\0' x > "$1"`).edit('')
    expect(outcome.kind === 'written' && outcome.text.length).toBe(MAX_INPUT_BYTES + 2)
  })

  it.each([
    ['fails', 'exit 3', / ended with 3$/u],
    ['takes the file away', 'rm "$1"', /ENOENT/u],
  ])('says so when the editor %s, and leaves nothing', async (_what, script, reason) => {
    expect(await editorThat(script).edit('draft')).toEqual({ kind: 'failed', reason: expect.stringMatching(reason) })
    expect(existsSync(dirname(usedPath()))).toBe(false)
  })

  it('ends with the program', async () => {
    const editor = editorThat(`echo > ${folder}/runs; exec sleep 600`)
    const outcome = editor.edit('draft')
    while (!existsSync(join(folder, 'runs'))) await new Promise(setImmediate)
    editor.stop()
    expect(await outcome).toMatchObject({ kind: 'failed' })
    expect(existsSync(dirname(usedPath()))).toBe(false)
  })
})
