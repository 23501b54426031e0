/** The scripts, read and used by the shells they are for. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { InteractiveShell } from '@dchat/e2e/shell'
import { bashCompletion } from './bash-completion.ts'
import { fishCompletion } from './fish-completion.ts'
import { SAMPLE } from './testing/sample-program.ts'
import { zshCompletion } from './zsh-completion.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dchat-manual-'))
  mkdirSync(join(folder, 'a folder'))
  writeFileSync(join(folder, 'a file.txt'), '')
  for (const [shell, text] of Object.entries({ bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }))
    writeFileSync(join(folder, `script.${shell}`), text(SAMPLE))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(['bash', 'zsh'] as const)('%s', (name) => {
  let shell: InteractiveShell

  beforeAll(async () => {
    shell = await InteractiveShell.start(name, { script: join(folder, `script.${name}`), folder })
  })

  afterAll(() => shell?.[Symbol.asyncDispose]())

  test.each([
    ['a command', 'my-chat se', 'my-chat send '],
    ['what commands have in common', 'my-chat ch', 'my-chat chat.'],
    ['a method', 'my-chat chat.h', 'my-chat chat.history '],
    ['a command after options', 'my-chat --json --home /tmp se', 'my-chat --json --home /tmp send '],
    ['an option', 'my-chat --js', 'my-chat --json '],
    ['an option of a command', 'my-chat export --fo', 'my-chat export --format '],
    ['no option of another command', 'my-chat send --fo', 'my-chat send --fo'],
    ['a parameter, without a blank after it', 'my-chat chat.history si', 'my-chat chat.history since='],
    ['one of the words that it may be', 'my-chat chat.history kind=te', 'my-chat chat.history kind=text '],
    ['another parameter', 'my-chat chat.history since=1 kind=a', 'my-chat chat.history since=1 kind=action '],
    ['a value of an option', 'my-chat export --format t', 'my-chat export --format txt '],
    ['a file', 'my-chat export -o a\\ fi', 'my-chat export -o a\\ file.txt '],
    ['a folder', 'my-chat --home a\\ f', 'my-chat --home a\\ folder/'],
    ['nothing where nothing is known', 'my-chat chat.history since=', 'my-chat chat.history since='],
  ])('completes %s', async (_, typed, line) => {
    expect((await shell.complete(typed)).line).toBe(line)
  })

  test('lists what there is', async () => {
    const { printed } = await shell.complete('my-chat chat.')
    for (const command of ['chat.history', 'chat.send']) expect(printed).toContain(command)
    expect(printed).not.toContain('export')
  })
})

describe('zsh', () => {
  test('the script is found by its name in $fpath too', async () => {
    const fpath = join(folder, 'functions')
    mkdirSync(fpath)
    writeFileSync(join(fpath, '_my-chat'), zshCompletion(SAMPLE))
    const script = join(folder, 'fpath.zsh')
    writeFileSync(script, `fpath=(${fpath} $fpath); compinit -u -D`)
    await using shell = await InteractiveShell.start('zsh', { script, folder })
    expect((await shell.complete('my-chat chat.h')).line).toBe('my-chat chat.history ')
  })
})

describe('fish', () => {
  const complete = (typed: string): string[] =>
    execFileSync('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', join(folder, 'script.fish'), typed], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, LC_ALL: 'C.UTF-8' },
    })
      .split('\n')
      .filter((line) => line !== '')

  test.each([
    ['a command and what it does', 'my-chat se', ['send\tsend one; "quoted"']],
    ['methods', 'my-chat chat.', ['chat.history\tA page.', 'chat.send\tSays.']],
    ['a command after options', 'my-chat --json --home /tmp se', ['send\tsend one; "quoted"']],
    ['an option', 'my-chat --js', ["--json\tmachine output: it's exact"]],
    ['an option of a command', 'my-chat export --fo', ['--format\thow']],
    ['no option of another command', 'my-chat send --fo', []],
    ['a parameter', 'my-chat chat.history si', ['since=\tfrom where: a number']],
    ['words that it may be', 'my-chat chat.history ki', ['kind=action\twhat is done', "kind=text\twhat's said"]],
    ['a value of an option', 'my-chat export --format t', ['txt\thow']],
    ['a file', 'my-chat export -o a', ['a file.txt', 'a folder/']],
    ['a folder', 'my-chat --home a', ['a folder/\tDirectory']],
  ])('completes %s', (_, typed, offered) => {
    expect(complete(typed)).toEqual(offered)
  })
})
