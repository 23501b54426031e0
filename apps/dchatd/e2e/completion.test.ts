/** The completion scripts of dchatd, in the shells they are for. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { Program, TempHome } from '@dchat/e2e'
import { InteractiveShell } from '@dchat/e2e/shell'

const LINES = [
  ['dchatd che', 'dchatd check '],
  ['dchatd completion z', 'dchatd completion zsh '],
  ['dchatd check --pri', 'dchatd check --print '],
  ['dchatd --home /tmp -v ini', 'dchatd --home /tmp -v init '],
  ['dchatd --outbound', 'dchatd --outbound-slots '],
] as const

async function scriptFor(shell: string, home: TempHome): Promise<string> {
  const { code, stdout } = await Program.run('dchatd', ['completion', shell])
  expect(code).toBe(0)
  return home.write(`script.${shell}`, stdout)
}

test.each(['bash', 'zsh'] as const)('%s', async (name) => {
  using home = new TempHome()
  await using shell = await InteractiveShell.start(name, { script: await scriptFor(name, home), folder: home.path })
  for (const [typed, line] of LINES) expect((await shell.complete(typed)).line).toBe(line)
})

test('fish', async () => {
  using home = new TempHome()
  const args = ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', await scriptFor('fish', home)]
  const env = { PATH: process.env['PATH'], HOME: home.path, LC_ALL: 'C.UTF-8' }
  for (const [typed, line] of LINES) {
    expect(execFileSync('fish', [...args, typed], { env, encoding: 'utf8' }).split('\t')[0]).toBe(line.trim().split(' ').at(-1))
  }
})

test('another shell is wrong usage, and those there are are named', async () => {
  for (const args of [['completion'], ['completion', 'tcsh']]) {
    expect(await Program.run('dchatd', args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('bash, zsh, fish') as string,
    })
  }
})
