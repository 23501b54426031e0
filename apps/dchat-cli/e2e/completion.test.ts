/** The completion scripts that the program prints, in the shells they are for. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Program, TempHome } from '@dchat/e2e'
import { InteractiveShell } from '@dchat/e2e/shell'

const SHELLS = ['bash', 'zsh', 'fish'] as const

let home: TempHome
const scripts: Record<string, string> = {}

beforeAll(async () => {
  home = new TempHome()
  for (const shell of SHELLS) {
    const { stdout } = await Program.run('dchat-cli', ['completion', shell])
    scripts[shell] = home.write(`script.${shell}`, stdout)
  }
})

afterAll(() => home?.[Symbol.dispose]())

/** Typed, and what it becomes. */
const LINES = [
  ['dchat-cli comp', 'dchat-cli completion '],
  ['dchat-cli completion f', 'dchat-cli completion fish '],
  ['dchat-cli chat.his', 'dchat-cli chat.history '],
  ['dchat-cli chat.history si', 'dchat-cli chat.history since='],
  ['dchat-cli chat.export format=j', 'dchat-cli chat.export format=jsonl '],
  ['dchat-cli help chat.sen', 'dchat-cli help chat.send '],
  ['dchat-cli rpc node.s', 'dchat-cli rpc node.stop '],
  ['dchat-cli tail --fol', 'dchat-cli tail --follow '],
  ['dchat-cli export --format m', 'dchat-cli export --format md '],
  ['dchat-cli dnet.switch on=t', 'dchat-cli dnet.switch on=true '],
] as const

test.each(['bash', 'zsh'] as const)('%s', async (name) => {
  await using shell = await InteractiveShell.start(name, { script: scripts[name]!, folder: home.path })
  for (const [typed, line] of LINES) expect((await shell.complete(typed)).line).toBe(line)
})

test('fish', () => {
  const env = { PATH: process.env['PATH'], HOME: home.path, LC_ALL: 'C.UTF-8' }
  const complete = (typed: string): string =>
    execFileSync('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', scripts['fish']!, typed], {
      env,
      encoding: 'utf8',
    })
  for (const [typed, line] of LINES) {
    expect(complete(typed)).toMatch(new RegExp(`^${line.trim().split(' ').at(-1)!.replaceAll('.', '\\.')}\\t[^\\n]+\\n$`))
  }
  const offered = complete('dchat-cli cha')
  for (const method of ['chat.send', 'chat.history', 'chat.subscribe']) expect(offered).toContain(`${method}\t`)
})
